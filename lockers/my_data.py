"""The lockers' part of what is stored about a person, in their own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from lockers.models import AccessAttempt, Assignment, Locker, Lockout, WaitingEntry
from lockers.places import held_by


def facts(person: User) -> Iterator[tuple[str, str]]:
    mine = Locker.objects.filter(held_by(person.pk)).select_related("bank")
    yield _("Lockers you have"), ", ".join(map(str, mine)) or _("none")
    if had := Assignment.objects.filter(customer=person, open_slot=None).count():
        yield _("Lockers you had"), str(had)
    yield _("Tries to open a locker"), _kept(AccessAttempt.objects.filter(person=person).count())
    lockout = Lockout.objects.filter(person=person).first()
    if lockout and lockout.failures:
        yield _("Failed tries in a row at the lockers"), str(lockout.failures)
    if waits := WaitingEntry.objects.filter(person=person, open_slot=1).count():
        yield _("Waiting for a locker"), str(waits)


def _kept(count: int) -> str:
    if not count:
        return _("none")
    words = ngettext("%(count)d, kept for %(days)d days", "%(count)d, each kept for %(days)d days", count)
    return words % {"count": count, "days": settings.LOCKER_LOG_DAYS}
