"""The library's part of the home page: the desk's day for librarians, and my books."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import Role
from config.ops.registries.home_parts import CardRow, Figure, HomeCard, Need, OneClick
from library.catalogue.tags import switching
from library.circulation import policy
from library.desk.inside import help_wanted
from library.desk.unstaffed import reports
from library.kiosk import exit_alarms
from library.models import CirculationEvent, Copy, Hold, Loan, UnstaffedReport, Visit
from library.rules.due_words import until_words
from library.rules.lending import CopyStatus
from library.rules.visibility import keeps_library
from library.visits import exit_passes

MOST = 5  # rows of a card
Kind, State = CirculationEvent.Kind, Hold.State


def parts(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    if keeps_library(person):
        yield from _alarms()
        yield from _help()
        yield from _gates(now)
        yield from _tags(now)
        yield from _desk_needs(now)
        yield _desk(now)
        yield from _unstaffed(now)
    yield from _mine(person, now)


# --- the desk -----------------------------------------------------------------------------------


def _alarms() -> Iterator[Need]:
    for alarm in exit_alarms.everywhere():
        end = OneClick(_("I have checked it"), reverse("library:end_alarm", args=[alarm["station"]]), alarm["station"])
        words = _("Alarm at the gate of %(station)s") % {"station": alarm["station"]}
        yield Need(1, words, reverse("library:today"), tone="error", act=end, counted=False)


def _help() -> Iterator[Need]:
    for row in help_wanted():
        words = _("Help is wanted: %(station)s") % {"station": row["station"]}
        act = OneClick(_("Coming"), reverse("library:help_act", args=[row["id"], "coming"]), row["station"])
        page = reverse("library:help")
        yield Need(1, words, page, tone="error", act=None if row["answered_by"] else act, counted=False)


def _gates(now: datetime) -> Iterator[Need]:
    """People who may go and stand before a closed gate."""
    for row in exit_passes.failed(now).filter(decided_at__gte=now - exit_passes.AGAIN_WITHIN)[:MOST]:
        name = row.person.get_full_name() if row.person else "–"
        act = OneClick(_("Open it again"), reverse("library:open_again", args=[row.pk]), name)
        words = _("The gate did not open for %(name)s") % {"name": name}
        yield Need(1, words, reverse("library:today"), tone="error", act=act, counted=False)


def _tags(now: datetime) -> Iterator[Need]:
    n = switching.failures(now).count()
    words = ngettext("tag of a book was not switched", "tags of books were not switched", n)
    yield Need(n, words, reverse("library:today"), tone="error")


def _desk_needs(now: datetime) -> Iterator[Need]:
    n = Loan.objects.filter(open_slot=1, due_at__lt=now).exclude(person=None).count()
    yield Need(n, ngettext("book overdue", "books overdue", n), reverse("library:overdue"))
    holds = Hold.objects.filter(open_slot=1)
    n = holds.filter(Exists(_on_the_shelf()), state=State.WAITING).count()
    yield Need(
        n, ngettext("hold to fetch from the shelf", "holds to fetch from the shelf", n), reverse("library:holds")
    )
    n = holds.filter(state=State.READY, pick_up_by__lt=now + timedelta(days=1)).count()
    words = ngettext("hold to be picked up by tomorrow", "holds to be picked up by tomorrow", n)
    yield Need(n, words, reverse("library:holds"), tone="info")


def _on_the_shelf() -> Any:
    return Copy.objects.filter(title=OuterRef("title"), status=CopyStatus.AVAILABLE)


def _desk(now: datetime) -> HomeCard:
    return HomeCard(
        title=_("Library desk"),
        url=reverse("library:today"),
        figures=_desk_figures(timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)),
        acts=[
            OneClick(_("Return books"), reverse("library:take_back"), post=False),
            OneClick(_("Lend books"), reverse("library:desk"), post=False),
        ],
    )


def _desk_figures(midnight: datetime) -> list[Figure]:
    today = CirculationEvent.objects.filter(at__gte=midnight).order_by().values_list("kind")
    counts: dict[str, int] = dict(today.annotate(Count("pk")))
    ready = Hold.objects.filter(state=State.READY, open_slot=1).count()
    return [
        Figure(_inside(), _("inside now"), reverse("library:inside")),
        Figure(counts.get(Kind.LOANED, 0), _("loans today"), reverse("library:today")),
        Figure(counts.get(Kind.RETURNED, 0), _("returns today"), reverse("library:today")),
        Figure(ready, _("to pick up"), reverse("library:holds")),
    ]


def _unstaffed(now: datetime) -> Iterator[HomeCard]:
    """This morning's report of the unstaffed hours."""
    report = UnstaffedReport.objects.filter(day=timezone.localdate(now)).first()
    if report is None:
        return
    page = reverse("library:unstaffed")
    yield HomeCard(
        title=_("Unstaffed hours"),
        url=page,
        figures=[Figure(number, label, page) for label, number in reports.lines(report)],
    )


def _inside() -> str:
    n, most = Visit.objects.filter(open_slot=1).count(), settings.LIBRARY_CAPACITY
    return f"{n} / {most}" if most else str(n)


# --- one's own ----------------------------------------------------------------------------------


def _mine(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    loans = list(Loan.objects.filter(person=person, open_slot=1).select_related("copy__title").order_by("due_at"))
    ready = Hold.objects.filter(person=person, open_slot=1, state=State.READY).count()
    page = reverse("library:mine")
    late = sum(loan.due_at < now for loan in loans)
    yield Need(late, ngettext("book of yours is overdue", "books of yours are overdue", late), page, tone="error")
    words = ngettext("book is waiting for you at the desk", "books are waiting for you at the desk", ready)
    yield Need(ready, words, page, tone="success")
    unpaid = sum(fine.balance > 0 for fine in policy.unpaid(person))
    yield Need(unpaid, ngettext("fine to pay", "fines to pay", unpaid), page)
    if loans or person.role == Role.MEMBER:
        yield _books(loans, now)


def _books(loans: list[Loan], now: datetime) -> HomeCard:
    renew = OneClick(_("Renew all"), reverse("library:renew_all"))
    search = OneClick(_("Search the catalogue"), reverse("library:search"), post=False)
    return HomeCard(
        title=_("My books"),
        url=reverse("library:mine"),
        rows=[_book(loan, now) for loan in loans[:MOST]],
        empty=_("You have no books on loan."),
        acts=[renew] if loans else [search],
    )


def _book(loan: Loan, now: datetime) -> CardRow:
    due = until_words(loan.due_at, by_hour=loan.by_hour, day_format="j M")
    late = loan.due_at < now
    words = _("was due %(day)s") if late else _("due %(day)s")
    title = loan.copy.title
    return CardRow(
        title.title,
        reverse("library:title", args=[title.pk]),
        title.authors,
        words % {"day": due},
        "error" if late else "",
    )
