"""The charts: a title, a picture, what it shows in words, and its numbers as a table; each leads to its people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from attendance.models import TimetableRule
from attendance.reports.analytics.chart_data import Numbers
from attendance.reports.analytics.links import of_course, of_days, people_behind
from attendance.reports.counts import Tally
from attendance.reports.queries import Wanted, arrival_words
from attendance.rules.arrivals import bin_of, middle_bins
from config.tables import Words
from config.tables.cell_text import percent
from config.web import charts

Rows = list[tuple[Sequence[str], str]]  # cells, and the page of the people behind them
MOST_COURSES = 25  # bars; the table has all of them
NOTHING = "–"


@dataclass(frozen=True)
class Chart:
    """`draw` makes the picture, `head` and `rows` are its numbers, `says` is the picture in one sentence."""

    name: str
    title: Words
    about: Words
    draw: Callable[[Numbers, Wanted], charts.ChartPicture]
    head: Callable[[Numbers], Sequence[str]]
    rows: Callable[[Numbers, Wanted], Rows]
    says: Callable[[Numbers], str]


def share(tally: Tally | None) -> float | None:
    return tally.percentage if tally else None


def shown(value: float | None) -> str:
    return NOTHING if value is None else percent(value)


def _datum(label: str, name: str, tally: Tally | None, url: str, limit: float | None = None) -> charts.Datum:
    value = share(tally)
    low = value is not None and limit is not None and value < limit
    return charts.Datum(label, value, _said(name, tally), url if tally else "", low)


def _said(name: str, tally: Tally | None) -> str:
    if tally is None:
        return name
    words = _("%(name)s: %(share)s, %(attended)s of %(counted)s attended")
    return words % {
        "name": name,
        "share": shown(tally.percentage),
        "attended": _attended(tally),
        "counted": tally.counted,
    }


def _attended(tally: Tally) -> int:
    return tally.counted - tally.counts["absent"]


# --- over time ----------------------------------------------------------------------------------


def _day(day: date) -> str:
    return date_format(day, "j M")


def _draw_over_time(found: Numbers, wanted: Wanted) -> charts.ChartPicture:
    data = [
        _datum(_day(day), _name_of(found, day), tally, of_days(wanted, day, week=found.by_week), found.limit)
        for day, tally in sorted(found.over_time.items())
    ]
    return charts.shares_over_time(data, limit=found.limit)


def _name_of(found: Numbers, day: date) -> str:
    shown_day = date_format(day, "DATE_FORMAT")
    return _("Week of %(day)s") % {"day": shown_day} if found.by_week else shown_day


def _head_over_time(found: Numbers) -> Sequence[str]:
    return _("Week of") if found.by_week else _("Day"), _("Counted"), _("Attended"), _("Attendance")


def _rows_over_time(found: Numbers, wanted: Wanted) -> Rows:
    return [
        (_cells(date_format(day, "DATE_FORMAT"), tally), of_days(wanted, day, week=found.by_week))
        for day, tally in sorted(found.over_time.items())
    ]


def _cells(label: str, tally: Tally) -> Sequence[str]:
    return label, str(tally.counted), str(_attended(tally)), shown(tally.percentage)


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


def _draw_hours(found: Numbers, wanted: Wanted) -> charts.ChartPicture:
    weekdays, hours = _weekdays(found), _hours(found)
    cells = [
        [_hour_datum(found.by_hour.get((weekday, hour)), (weekday, hour), wanted) for hour in hours]
        for weekday in weekdays
    ]
    return charts.heat_map(cells, [_weekday(number) for number in weekdays], [str(hour) for hour in hours])


def _hour_datum(tally: Tally | None, slot: tuple[int, int], wanted: Wanted) -> charts.Datum:
    return _datum("", _slot(slot), tally, _of_slot(wanted, slot))


def _of_slot(wanted: Wanted, slot: tuple[int, int]) -> str:
    return people_behind(wanted, weekday=slot[0], hour=slot[1])


def _head_hours(_found: Numbers) -> Sequence[str]:
    return _("Weekday and hour"), _("Counted"), _("Attended"), _("Attendance")


def _rows_hours(found: Numbers, wanted: Wanted) -> Rows:
    return [(_cells(_slot(slot), tally), _of_slot(wanted, slot)) for slot, tally in sorted(found.by_hour.items())]


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
    """Where each begins."""
    return [_("earlier"), *(str(begin).replace("-", "−") for begin, _end in middle_bins()), _("later")]


def _draw_arrivals(found: Numbers, wanted: Wanted) -> charts.ChartPicture:
    late = len(found.arrivals) if found.late_after is None else bin_of(found.late_after)
    data = [
        charts.Datum(label, number, _say_bar(place, number), people_behind(wanted, arrival=place), place >= late)
        for place, (label, number) in enumerate(zip(_bars(), found.arrivals, strict=True))
    ]
    return charts.counts_in_bars(data)


def _say_bar(place: int, number: int) -> str:
    words = ngettext("%(when)s: %(n)s arrival", "%(when)s: %(n)s arrivals", number)
    return words % {"when": arrival_words(place), "n": number}


def _head_arrivals(_found: Numbers) -> Sequence[str]:
    return _("First seen"), _("Arrivals")


def _rows_arrivals(found: Numbers, wanted: Wanted) -> Rows:
    return [
        ((arrival_words(place), str(number)), people_behind(wanted, arrival=place) if number else "")
        for place, number in enumerate(found.arrivals)
    ]


def _say_arrivals(found: Numbers) -> str:
    total, late = sum(found.arrivals), found.total.counts["late"]
    words = _("Arrivals: %(total)s. Late: %(late)s. Left early: %(early)s.")
    return words % {"total": total, "late": late, "early": found.total.counts["left_early"]}


# --- courses ------------------------------------------------------------------------------------


def _draw_courses(found: Numbers, wanted: Wanted) -> charts.ChartPicture:
    data = [
        _datum(f"{code} {title}", f"{code} {title}", tally, of_course(wanted, code), found.limit)
        for code, title, tally in found.courses[:MOST_COURSES]
    ]
    return charts.shares_in_bars(data, limit=found.limit)


def _head_courses(_found: Numbers) -> Sequence[str]:
    return _("Course"), _("Counted"), _("Attended"), _("Attendance")


def _rows_courses(found: Numbers, wanted: Wanted) -> Rows:
    return [(_cells(f"{code} {title}", tally), of_course(wanted, code)) for code, title, tally in found.courses]


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
            _head_over_time,
            _rows_over_time,
            _say_over_time,
        ),
        Chart(
            "by-hour",
            gettext_lazy("By weekday and hour"),
            gettext_lazy("Attendance in %, by the hour in which sessions began."),
            _draw_hours,
            _head_hours,
            _rows_hours,
            _say_hours,
        ),
        Chart(
            "punctuality",
            gettext_lazy("Punctuality"),
            gettext_lazy("When people were first seen, in minutes from the start. Hatched: late arrivals."),
            _draw_arrivals,
            _head_arrivals,
            _rows_arrivals,
            _say_arrivals,
        ),
        Chart(
            "courses",
            gettext_lazy("Comparison of courses"),
            gettext_lazy("Lowest first. Hatched: below the limit."),
            _draw_courses,
            _head_courses,
            _rows_courses,
            _say_courses,
        ),
    )
}
