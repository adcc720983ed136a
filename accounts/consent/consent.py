"""Agreeing to a purpose, and withdrawing consent.

A person decides for themselves; staff may record what a person told them, each role for the purposes it
enrols for. Commands pass `by=None`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Protocol

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.consent.notices import current_notice
from accounts.models import Consent, User
from accounts.roles import ENROLS_FOR, Purpose
from config.errors import Refused
from config.ops.registries.registry import Registry


class Withdrawn(Protocol):
    """Called in the transaction in which `by` withdraws a consent of the person."""

    def __call__(self, person: User, purpose: str, *, by: User | None) -> object: ...


WITHDRAWN = Registry[Withdrawn]("Withdrawals of a consent")


def standing_purposes(person: User) -> set[str]:
    return set(person.consents.filter(standing=True).values_list("purpose", flat=True))


def require_consent(person: User, purposes: Iterable[str]) -> None:
    """Refuses with `no_consent`, naming every purpose that is missing."""
    missing = sorted(set(purposes) - standing_purposes(person))
    if missing:
        raise Refused(
            "no_consent",
            _("%(name)s has not agreed to: %(purposes)s. Record the consent first.")
            % {"name": person.get_full_name(), "purposes": ", ".join(str(Purpose(p).label) for p in missing)},
            status=403,
            details={"purposes": missing},
        )


def give_consent(
    person: User, purpose: str, *, by: User | None, at: datetime.datetime | None = None, how: str = ""
) -> Consent:
    """Record that `person` agrees to the newest notice of `purpose`. Giving it twice returns the standing one."""
    require_say(by, person, purpose)
    notice = current_notice(purpose)
    if notice is None:
        raise Refused("no_notice", _("There is no privacy notice for this purpose yet. An administrator must add one."))
    standing = _standing(person, purpose)
    if standing:
        return standing
    try:
        with transaction.atomic():
            return Consent.objects.create(
                person=person,
                purpose=purpose,
                notice=notice,
                recorded_by=by,
                given_at=at or timezone.now(),
                how=how_of(by, person, how),
            )
    except IntegrityError:  # someone else recorded it a moment ago: the unique constraint kept the first
        return Consent.objects.get(person=person, purpose=purpose, standing=True)


@transaction.atomic
def withdraw_consent(
    person: User, purpose: str, *, by: User | None, at: datetime.datetime | None = None, how: str = ""
) -> None:
    """End the consent and call every part of WITHDRAWN, all or nothing. Withdrawing twice is harmless.

    They run even when no consent stands: a withdrawal must never leave face data behind.
    """
    require_say(by, person, purpose)
    standing = Consent.objects.select_for_update().filter(person=person, purpose=purpose, standing=True).first()
    if standing:
        standing.standing, standing.withdrawn_at, standing.withdrawn_by = None, at or timezone.now(), by
        standing.withdrawn_how = how_of(by, person, how)
        standing.save(update_fields=["standing", "withdrawn_at", "withdrawn_by", "withdrawn_how"])
    for told in WITHDRAWN:
        told(person, purpose, by=by)


def how_of(by: User | None, person: User, how: str) -> str:
    """A person who decides in their own account signs nothing; for others, what staff say."""
    return str(Consent.How.SELF) if by == person else how


def may_record(by: User | None, person: User, purpose: str) -> bool:
    """Whether `by` may give or withdraw this consent: the person, or a role that enrols for the purpose."""
    return by is None or by == person or (by.is_active and purpose in ENROLS_FOR.get(by.role, frozenset()))


def require_say(by: User | None, person: User, purpose: str) -> None:
    """Refuses with `unknown_purpose`, or with `not_your_purpose` when `by` has no say in it."""
    if purpose not in Purpose.values:
        raise Refused("unknown_purpose", _("'%(purpose)s' is not a purpose.") % {"purpose": purpose})
    if not may_record(by, person, purpose):
        raise Refused("not_your_purpose", _("Your role cannot record consents for this purpose."), status=403)


def _standing(person: User, purpose: str) -> Consent | None:
    return Consent.objects.filter(person=person, purpose=purpose, standing=True).first()
