"""Several purposes, one signature: what was decided on one form is recorded all or nothing, and only what changed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.consent.consent import give_consent, require_say, standing_purposes, withdraw_consent
from accounts.consent.notices import current_notice
from accounts.models import Consent, User
from accounts.roles import Purpose
from config.errors import Refused

NOON = datetime.time(12)


@dataclass(frozen=True, slots=True)
class Recorded:
    given: list[Consent]
    withdrawn: list[Consent]

    @property
    def changed(self) -> bool:
        return bool(self.given or self.withdrawn)


@transaction.atomic
def record_choices(
    person: User,
    choices: Mapping[str, bool],
    *,
    by: User | None,
    how: str,
    on: datetime.date | None = None,
    may_erase: bool = False,
) -> Recorded:
    """`choices`: by purpose, whether the person agrees. `on`: the day of the signature; today if it is not given.

    Refused `confirm_withdrawal` where face data would be erased and `may_erase` does not say so; also
    `unknown_purpose`, `not_your_purpose`, `no_notice`, `signed_later` and `older_than_notice`.
    """
    for purpose in choices:
        require_say(by, person, purpose)
    standing = standing_purposes(person)
    new = [purpose for purpose, agrees in choices.items() if agrees and purpose not in standing]
    gone = [purpose for purpose, agrees in choices.items() if not agrees and purpose in standing]
    at = _signed(on, new)
    if gone and not may_erase:
        raise _ask_first(gone)
    given = [give_consent(person, purpose, by=by, at=at, how=how) for purpose in new]
    return Recorded(given, _withdrawn(person, gone, by=by, how=how))


def _withdrawn(person: User, purposes: list[str], *, by: User | None, how: str) -> list[Consent]:
    """Withdrawn as of now, whatever day was signed: the data is erased now."""
    rows = list(Consent.objects.filter(person=person, purpose__in=purposes, standing=True).order_by("purpose"))
    for row in rows:
        withdraw_consent(person, row.purpose, by=by, how=how)
        row.refresh_from_db()
    return rows


def _signed(on: datetime.date | None, purposes: Iterable[str]) -> datetime.datetime:
    today = timezone.localdate()
    if on is None or on == today:
        return timezone.now()
    if on > today:
        raise Refused("signed_later", _("This day has not come yet. Give the day on which the person decided."))
    for purpose in purposes:
        _require_read(purpose, on)
    return timezone.make_aware(datetime.datetime.combine(on, NOON))


def _require_read(purpose: str, on: datetime.date) -> None:
    """A signature under an older text does not agree to a newer one."""
    notice = current_notice(purpose)
    if notice and notice.version > 1 and on < timezone.localdate(notice.created_at):
        words = _("%(purpose)s: the notice changed on %(day)s. Ask the person to read the new one and to decide again.")
        day = date_format(timezone.localdate(notice.created_at))
        raise Refused("older_than_notice", words % {"purpose": Purpose(purpose).label, "day": day})


def _ask_first(purposes: list[str]) -> Refused:
    names = ", ".join(str(Purpose(purpose).label) for purpose in purposes)
    words = _("The photos and face data for %(purposes)s would be erased. Confirm that, then save again.")
    return Refused("confirm_withdrawal", words % {"purposes": names}, details={"purposes": purposes})
