"""The library's part of what is stored about a person, in their own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from library.circulation import history
from library.models import Fine, Hold, Loan, PatronBlock, ReadingListEntry, Visit


def facts(person: User) -> Iterator[tuple[str, str]]:
    loans = Loan.objects.filter(person=person)
    out = loans.filter(open_slot=1).count()
    yield _("Books you have"), str(out) if out else _("none")
    yield _("Books you had"), _history(loans.filter(open_slot=None).count(), history.chosen(person))
    waiting = Hold.objects.filter(person=person, open_slot=1).count()
    yield _("Holds"), str(waiting) if waiting else _("none")
    listed = ReadingListEntry.objects.filter(person=person).count()
    yield _("Titles on your reading list"), str(listed) if listed else _("none")
    visits = Visit.objects.filter(person=person).count()
    yield _("Visits to the library"), str(visits) if visits else _("none")
    fines = Fine.objects.filter(loan__person=person).count()
    if fines:
        yield _("Fines"), str(fines)
    if block := PatronBlock.objects.filter(person=person).first():
        yield _("Blocked in the library"), block.reason


def _history(count: int, days: int | None) -> str:
    if not count:
        return _("none")
    if days == 0:
        return _("%(number)s, about to be forgotten") % {"number": count}
    words = ngettext("%(count)d, kept for %(days)d days", "%(count)d, each kept for %(days)d days", count)
    return words % {"count": count, "days": settings.LIBRARY_HISTORY_DAYS if days is None else days}
