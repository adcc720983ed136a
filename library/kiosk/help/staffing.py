"""Whether staff are in the library now, and whom a reader reaches when they are not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from library.circulation.policy import site_zone
from library.models import LibraryStaffing
from library.rules import unstaffed

THE_ONE = 1


@dataclass(frozen=True, slots=True)
class Unstaffed:
    until: datetime
    phone: str
    email: str


def row() -> LibraryStaffing:
    """Not saved yet where it was never set up."""
    return LibraryStaffing.objects.filter(pk=THE_ONE).first() or LibraryStaffing(pk=THE_ONE)


def unstaffed_now(now: datetime | None = None) -> Unstaffed | None:
    """None while staff are there."""
    kept = row()
    until = unstaffed.now_until(kept.hours, now or timezone.now(), site_zone()) if kept.hours else None
    return Unstaffed(until, kept.phone, kept.email) if until else None


def contact(now: Unstaffed) -> str:
    """For the screen of a station: no staff, until when, and whom one reaches."""
    values = {"time": _when(timezone.localtime(now.until)), "phone": now.phone, "email": now.email}
    if now.phone and now.email:
        return _("No staff are here until %(time)s. Call %(phone)s or write to %(email)s.") % values
    if now.phone:
        return _("No staff are here until %(time)s. Call %(phone)s.") % values
    if now.email:
        return _("No staff are here until %(time)s. Write to %(email)s.") % values
    return _("No staff are here until %(time)s. Please come again then.") % values


def _when(until: datetime) -> str:
    """The time alone only today: after a weekend it would send people to a closed desk."""
    today = until.date() == timezone.localdate()
    return date_format(until, "TIME_FORMAT" if today else "DATETIME_FORMAT")
