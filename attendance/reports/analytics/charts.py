"""The charts: a title, a picture, what it shows in words, and its numbers as a table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import TimetableRule
from attendance.reports.analytics.chart_data import Numbers, bin_of, bins
from attendance.reports.counts import Tally
from config.tables import Words
from config.tables.cell_text import percent
from config.web import charts

MOST_COURSES = 25  # bars; the table has all of them
NOTHING = "–"


@dataclass(frozen=True)
class Chart:
    """`draw` makes the SVG, `rows` are the numbers with their headings first, `says` is the picture in one sentence."""

    name: str
    title: Words
    about: Words
    draw: Callable[[Numbers], str]
    rows: Callable[[Numbers], list[Sequence[str]]]
    says: Callable[[Numbers], str]


def share(tally: Tally | None) -> float | None:
    return tally.percentage if tally else None


def shown(value: float | None) -> str:
    return NOTHING if value is None else percent(value)


# --- over time ----------------------------------------------------------------------------------


def _day(day: date) -> str:
    return date_format(day, "j M")


def _draw_over_time(found: Numbers) -> str:
    days = sorted(found.over_time)
    values = [share(found.over_time[day]) for day in days]
    x = _("Week of") if found.by_week else _("Day")
    return charts.shares_over_time([_day(day) for day in days], values, x=x, y=_("Attendance"), limit=found.limit)


def _rows_over_time(found: Numbers) -> list[Sequence[str]]:
    heading = (_("Week of") if found.by_week else _("Day"), _("Counted"), _("Attended"), _("Attendance"))
    lines = ((date_format(day, "DATE_FORMAT"), tally) for day, tally in sorted(found.over_time.items()))
    return [heading, *_tally_rows(lines)]


def _tally_rows(lines: object) -> list[Sequence[str]]:
    return [
        (label, str(tally.counted), str(tally.counted - tally.counts["absent"]), shown(tally.percentage))
        for label, tally in lines  # type: ignore[attr-defined]
    ]


def _say_over_time(found: Numbers) -> str:
    known = {day: value for day, tally in found.over_time.items() if (value := tally.percentage) is not None}
    if not known:
        return _("There are no sessions that count yet.")
    low, high = min(known, key=lambda day: known[day]), max(known, key=lambda day: known[day])
    words = _("Between %(low)s (%(low_day)s) and %(high)s (%(high_day)s); %(total)s overall.")
    return words % {
        "low": shown(known[low]),
        "low_day": _day(low),
        "high": shown(known[high]),
        "high_day": _day(high),
        "total": shown(found.total.percentage),
    }


# --- by weekday and hour ------------------------------------------------------------------------


def _weekdays(found: Numbers) -> list[int]:
    """Monday to Friday, and the end of the week where something took place."""
    return sorted({0, 1, 2, 3, 4} | {weekday for weekday, _hour in found.by_hour})


def _hours(found: Numbers) -> list[int]:
    hours = [hour for _weekday, hour in found.by_hour]
    return list(range(min(hours, default=8), max(hours, default=17) + 1))


def _weekday(number: int) -> str:
    return str(TimetableRule.Weekday(number).label)


def _draw_hours(found: Numbers) -> str:
    weekdays, hours = _weekdays(found), _hours(found)
    cells = [[share(found.by_hour.get((weekday, hour))) for hour in hours] for weekday in weekdays]
    rows, columns = [_weekday(number) for number in weekdays], [f"{hour}:00" for hour in hours]
    return charts.heat_map(cells, rows, columns, x=_("Hour in which the session began; attendance in %"))


def _rows_hours(found: Numbers) -> list[Sequence[str]]:
    heading = (_("Weekday and hour"), _("Counted"), _("Attended"), _("Attendance"))
    return [heading, *_tally_rows((_slot(slot), tally) for slot, tally in sorted(found.by_hour.items()))]


def _slot(slot: tuple[int, int]) -> str:
    return f"{_weekday(slot[0])} {slot[1]}:00"


def _say_hours(found: Numbers) -> str:
    known = {slot: value for slot, tally in found.by_hour.items() if (value := tally.percentage) is not None}
    if not known:
        return _("There are no sessions that count yet.")
    low, high = min(known, key=lambda slot: known[slot]), max(known, key=lambda slot: known[slot])
    return _("Lowest on %(low)s (%(low_share)s), highest on %(high)s (%(high_share)s).") % {
        "low": _slot(low),
        "low_share": shown(known[low]),
        "high": _slot(high),
        "high_share": shown(known[high]),
    }


# --- punctuality --------------------------------------------------------------------------------


def _bars() -> list[str]:
    begins = bins()
    middle = [f"{begin} – {end}".replace("-", "−") for begin, end in pairwise(begins)]
    return [_("earlier"), *middle, _("later")]


def _draw_arrivals(found: Numbers) -> str:
    late = None if found.late_after is None else bin_of(found.late_after)
    words = {"x": _("Minutes from the start to the first sighting"), "y": _("Arrivals")}
    return charts.counts_in_bars(_bars(), found.arrivals, after=late, **words)


def _rows_arrivals(found: Numbers) -> list[Sequence[str]]:
    heading = (_("Minutes from the start"), _("Arrivals"))
    return [heading, *((label, str(number)) for label, number in zip(_bars(), found.arrivals, strict=True))]


def _say_arrivals(found: Numbers) -> str:
    total, late = sum(found.arrivals), found.total.counts["late"]
    words = _("Arrivals: %(total)s. Late: %(late)s. Left early: %(early)s.")
    return words % {"total": total, "late": late, "early": found.total.counts["left_early"]}


# --- courses ------------------------------------------------------------------------------------


def _draw_courses(found: Numbers) -> str:
    lowest = found.courses[:MOST_COURSES]
    labels, shares = [f"{code} {title}" for code, title, _tally in lowest], [share(line[2]) for line in lowest]
    return charts.shares_in_bars(labels, shares, x=_("Attendance"), limit=found.limit)


def _rows_courses(found: Numbers) -> list[Sequence[str]]:
    heading = (_("Course"), _("Counted"), _("Attended"), _("Attendance"))
    return [heading, *_tally_rows((f"{code} {title}", tally) for code, title, tally in found.courses)]


def _say_courses(found: Numbers) -> str:
    known = [(code, value) for code, _title, tally in found.courses if (value := tally.percentage) is not None]
    if not known:
        return _("There are no sessions that count yet.")
    words = _("From %(low)s (%(low_share)s) to %(high)s (%(high_share)s).")
    (low, low_share), (high, high_share) = known[0], known[-1]
    return words % {"low": low, "low_share": shown(low_share), "high": high, "high_share": shown(high_share)}


CHARTS = {
    chart.name: chart
    for chart in (
        Chart(
            "over-time",
            gettext_lazy("Attendance over time"),
            gettext_lazy("The share of people who attended. Below the dashed line a person is at risk."),
            _draw_over_time,
            _rows_over_time,
            _say_over_time,
        ),
        Chart(
            "by-hour",
            gettext_lazy("By weekday and hour"),
            gettext_lazy("When people attend, and when they do not."),
            _draw_hours,
            _rows_hours,
            _say_hours,
        ),
        Chart(
            "punctuality",
            gettext_lazy("Punctuality"),
            gettext_lazy("When people were first seen. Hatched: late arrivals."),
            _draw_arrivals,
            _rows_arrivals,
            _say_arrivals,
        ),
        Chart(
            "courses",
            gettext_lazy("Comparison of courses"),
            gettext_lazy("Lowest first. Hatched: below the limit."),
            _draw_courses,
            _rows_courses,
            _say_courses,
        ),
    )
}
