"""Finding a person without their face, and what administrators do to the whole person."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Department, User
from accounts.people import traces
from accounts.people.erasure import STEPS
from accounts.people.spreadsheets import forget_uploads
from accounts.roles import Role
from config.errors import Refused
from config.ops.databases.sqlite import empty_the_log


def find_by_card(barcode: str) -> User:
    """The person whose card this is. Refuses with `unknown_card`, or with `not_valid` for an ended membership."""
    person = User.objects.filter(card_barcode=barcode.strip()).first() if barcode.strip() else None
    if person is None:
        raise Refused("unknown_card", _("This card is not known. Please ask the staff."), status=404)
    require_valid(person)
    return person


def require_valid(person: User, day: datetime.date | None = None) -> None:
    """Refuses with `not_valid` unless the person is active and the membership covers `day` (today)."""
    if not (person.is_active and person.is_valid_on(day or timezone.localdate())):
        raise Refused(
            "not_valid", _("%(name)s has no valid membership today.") % {"name": person.get_full_name()}, status=403
        )


def set_active(person: User, active: bool, *, by: User | None) -> None:
    """Switch someone on or off. Only administrators, and never themselves, so that one always remains."""
    _require_power_over(person, by)
    person.is_active = active
    person.save(update_fields=["is_active"])


def set_role(person: User, role: str, *, by: User | None) -> None:
    """One of many. Refused `not_allowed`, and `administrator`: who becomes or was one is decided one by one."""
    _require_power_over(person, by)
    if Role.ADMINISTRATOR in (role, person.role):
        raise Refused(
            "administrator", _("Administrators are added and removed only on the person's own page."), status=403
        )
    person.role = role
    person.save(update_fields=["role"])


def move_to(person: User, department: Department | None) -> None:
    person.department = department
    person.save(update_fields=["department"])


@transaction.atomic
def delete_person(person: User, *, by: User | None) -> None:
    """Erase what was made of the face (accounts.people.erasure), then the person, then what speaks of them."""
    _require_power_over(person, by)
    trail = traces.Trail(person)
    for step in STEPS:
        step(person, by=by)
    traces.as_actor(person)
    person.delete()
    traces.remove(trail)
    transaction.on_commit(_forget_files, robust=True)  # the person is gone by then, whatever becomes of the files


def _forget_files() -> None:
    """Lists that wait for a confirmation may name them, and so may what SQLite has not written over."""
    forget_uploads()
    empty_the_log()


def _require_power_over(person: User, by: User | None) -> None:
    if by is not None and (not by.is_administrator or by == person):
        raise Refused(
            "not_allowed", _("Only another administrator can do this for %s.") % person.get_full_name(), status=403
        )
