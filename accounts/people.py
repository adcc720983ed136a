"""Finding a person without their face, and what administrators do to the whole person."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused


def find_by_card(barcode: str) -> User:
    """The person whose card this is. Refuses with `unknown_card`, or with `not_valid` for an ended membership."""
    person = User.objects.filter(card_barcode=barcode.strip()).first() if barcode.strip() else None
    if person is None:
        raise Refused("unknown_card", _("This card is not known."), status=404)
    require_valid(person)
    return person


def require_valid(person: User, day: datetime.date | None = None) -> None:
    """Refuses with `not_valid` unless the person is active and the membership covers `day` (today)."""
    if not (person.is_active and person.is_valid_on(day or timezone.localdate())):
        raise Refused(
            "not_valid", _("%(name)s has no valid membership today.") % {"name": person.get_full_name()}, status=403
        )


def set_active(person: User, active: bool, *, by: User | None) -> None:
    """Switch somebody on or off. Only administrators, and never themselves, so that one always remains."""
    _require_power_over(person, by)
    person.is_active = active
    person.save(update_fields=["is_active"])


@transaction.atomic
def delete_person(person: User, *, by: User | None) -> None:
    """Erase what was made of the face (settings.BEFORE_PERSON_DELETED), then the person."""
    _require_power_over(person, by)
    for handler in settings.BEFORE_PERSON_DELETED:
        import_string(handler)(person, by=by)
    person.delete()


def _require_power_over(person: User, by: User | None) -> None:
    if by is not None and (not by.is_administrator or by == person):
        raise Refused(
            "not_allowed", _("Only another administrator can do this to %s.") % person.get_full_name(), status=403
        )
