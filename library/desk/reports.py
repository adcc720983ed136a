"""What the library's ledger says together: loans, visits by hour, overdue books, and how well self-checkout works."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet, TextChoices
from django.utils import timezone
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.errors import Refused
from config.tables import Column, Kind, Table
from config.tables.periods import OfDays
from config.tables.table import Row
from library.desk.desk import STATION
from library.models import Branch, ExitPass, LibraryStation, Loan, Visit

PAGE = 1000  # rows read at a time
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # columns, as date.weekday() counts


class LibraryReportKind(TextChoices):
    LOANS = "loans", gettext_lazy("Loans")
    HOURS = "hours", gettext_lazy("Visits by hour")
    OVERDUE = "overdue", gettext_lazy("Overdue, by due day")
    CHECKOUT = "checkout", gettext_lazy("Self-checkout by day")


@dataclass(frozen=True, slots=True)
class WantedLibraryReport(OfDays):
    """`since` and `until` are days of the site's own calendar, both included."""

    kind: str
    since: date
    until: date
    branch: str = ""  # its code; of the copies for loans, of the stations for visits and exits

    @property
    def house(self) -> Branch | None:
        """Refused `unknown_branch`."""
        return Branch.named(self.branch)


def report(wanted: WantedLibraryReport) -> Table:
    """For librarians: the page asks who they are. Refused `bad_period`; the rows are read when they are written."""
    if wanted.until < wanted.since:
        raise Refused("bad_period", _("The period ends before it begins."))
    columns, rows = MAKERS[wanted.kind]
    period = f"{date_format(wanted.since, 'DATE_FORMAT')} – {date_format(wanted.until, 'DATE_FORMAT')}"
    name = f"library-{wanted.kind}-{wanted.since}-{wanted.until}"
    house = wanted.house
    about = (period, house.name) if house else (period,)
    name += f"-{house.code}" if house else ""
    return Table(name, LibraryReportKind(wanted.kind).label, columns, rows(wanted), about)


def _of_house(loans: QuerySet[Loan], wanted: WantedLibraryReport) -> QuerySet[Loan]:
    return loans.filter(copy__branch=house) if (house := wanted.house) else loans


def _at(field: str, wanted: WantedLibraryReport) -> dict[str, list[str]]:
    """The filter for the stations of the branch; none for the whole library."""
    if (house := wanted.house) is None:
        return {}
    rows = LibraryStation.objects.filter(branch=house)
    return {f"{field}__in": list(rows.values_list("station__slug", flat=True))}


def _pages(loans: QuerySet[Loan]) -> Iterator[Loan]:
    """By key, a page at a time: MariaDB would send a whole result at once."""
    last = 0
    rows = loans.select_related("copy__title", "person").order_by("pk")
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        yield from page
        last = page[-1].pk


def _loans(wanted: WantedLibraryReport) -> Iterator[Row]:
    """Numbers and titles, never who borrowed what."""
    taken = Loan.objects.filter(taken_at__gte=wanted.began, taken_at__lt=wanted.ended)
    for loan in _pages(_of_house(taken, wanted)):
        copy = loan.copy
        times = (loan.taken_at, loan.due_at, loan.returned_at)
        yield (copy.title.title, copy.barcode, copy.item_type, *times, loan.renewals, loan.station)


def _overdue(wanted: WantedLibraryReport) -> Iterator[Row]:
    """What was due in the period and is not back yet."""
    now = timezone.now()
    due = Loan.objects.filter(open_slot=1, due_at__gte=wanted.began, due_at__lt=min(wanted.ended, now))
    for loan in _pages(_of_house(due.exclude(person=None), wanted)):
        person = loan.person
        name, number = (person.get_full_name(), person.id_number) if person else ("", "")
        yield (name, number, loan.copy.title.title, loan.copy.barcode, loan.due_at, (now - loan.due_at).days)


def _hours(wanted: WantedLibraryReport) -> Iterator[Row]:
    """Each hour of the day, by the site's clock: how many came in, and how many on an average day and weekday.

    A weekday that the period does not have is left empty.
    """
    visits = Visit.objects.filter(entered_at__gte=wanted.began, entered_at__lt=wanted.ended)
    visits = visits.filter(**_at("entry_station", wanted))
    counts: Counter[tuple[int, int]] = Counter()  # by hour and weekday
    for at in visits.order_by().values_list("entered_at", flat=True).iterator(PAGE):
        local = timezone.localtime(at)
        counts[local.hour, local.weekday()] += 1
    length = (wanted.until - wanted.since).days + 1
    days = Counter((wanted.since + timedelta(days=n)).weekday() for n in range(length))
    for hour in range(24):
        total = sum(counts[hour, weekday] for weekday in range(7))
        each = [round(counts[hour, weekday] / days[weekday], 1) if days[weekday] else None for weekday in range(7)]
        yield (f"{hour:02}:00", total, round(total / length, 1), *each)


def _checkout(wanted: WantedLibraryReport) -> Iterator[Row]:
    """Success: an exit that the ledger allowed at the first asking of the visit. Desk loans are counted beside it."""
    passes = ExitPass.objects.filter(decided_at__gte=wanted.began, decided_at__lt=wanted.ended).order_by("pk")
    passes = passes.filter(**_at("station", wanted))
    exits: dict[date, list[bool]] = {}
    seen: set[int] = set()
    for at, allowed, visit in passes.values_list("decided_at", "allowed", "visit"):
        if visit is None or visit not in seen:
            exits.setdefault(timezone.localdate(at), []).append(allowed)
        seen |= {visit} if visit else set()
    taken = _of_house(Loan.objects.filter(taken_at__gte=wanted.began, taken_at__lt=wanted.ended), wanted)
    alone: Counter[date] = Counter()
    desk: Counter[date] = Counter()
    others: Counter[date] = Counter()  # bought machines and other programs
    for at, station in taken.values_list("taken_at", "station"):
        other = station == "api" or station.startswith("sip2:")
        (desk if station == STATION else others if other else alone)[timezone.localdate(at)] += 1
    for day in sorted(exits.keys() | alone.keys() | desk.keys() | others.keys()):
        asked = exits.get(day, [])
        share = 100 * sum(asked) / len(asked) if asked else None
        yield (day, len(asked), sum(asked), share, alone[day], desk[day], others[day])


def _column(name: str, title: object, kind: Kind = Kind.TEXT, width: int = 12, places: int = 0) -> Column:
    return Column(name, title, kind, width, places)  # type: ignore[arg-type]


BOOK = (_column("title", gettext_lazy("Title"), width=34), _column("barcode", gettext_lazy("Barcode"), width=14))
DUE = _column("due", gettext_lazy("Due"), Kind.MOMENT, 18)
MAKERS: dict[str, tuple[tuple[Column, ...], Callable[[WantedLibraryReport], Iterator[Row]]]] = {
    LibraryReportKind.LOANS: (
        (
            *BOOK,
            _column("item_type", gettext_lazy("Item type")),
            _column("taken", gettext_lazy("Taken"), Kind.MOMENT, 18),
            DUE,
            _column("returned", gettext_lazy("Returned"), Kind.MOMENT, 18),
            _column("renewals", gettext_lazy("Renewals"), Kind.NUMBER, 8),
            _column("station", gettext_lazy("Station")),
        ),
        _loans,
    ),
    LibraryReportKind.HOURS: (
        (
            _column("hour", gettext_lazy("Hour")),
            _column("visits", gettext_lazy("Visits"), Kind.NUMBER),
            _column("each_day", gettext_lazy("Average per day"), Kind.NUMBER, 16, 1),
            *(_column(name, WEEKDAYS_ABBR[number], Kind.NUMBER, 7, 1) for number, name in enumerate(WEEKDAYS)),
        ),
        _hours,
    ),
    LibraryReportKind.OVERDUE: (
        (
            _column("name", gettext_lazy("Name"), width=22),
            _column("id_number", gettext_lazy("Id number")),
            *BOOK,
            DUE,
            _column("days_late", gettext_lazy("Days late"), Kind.NUMBER, 8),
        ),
        _overdue,
    ),
    LibraryReportKind.CHECKOUT: (
        (
            _column("day", gettext_lazy("Day"), Kind.DATE),
            _column("exits", gettext_lazy("Exits"), Kind.NUMBER),
            _column("at_once", gettext_lazy("Allowed at first attempt"), Kind.NUMBER, 14),
            _column("success", gettext_lazy("Success rate"), Kind.PERCENT),
            _column("self_loans", gettext_lazy("Self-service loans"), Kind.NUMBER, 14),
            _column("desk_loans", gettext_lazy("Loans at the desk"), Kind.NUMBER, 14),
            _column("other_loans", gettext_lazy("By other systems"), Kind.NUMBER, 14),
        ),
        _checkout,
    ),
}
