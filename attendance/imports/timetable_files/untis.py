"""UNTIS' GPU001.TXT: a line for each lesson, class, teacher and period. It has no names of columns and no times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, time
from itertools import pairwise

from django.utils.translation import gettext as _

from attendance.imports.timetable_files.periods import Periods
from attendance.imports.timetable_files.wanted import Problem, TimetableFile, WantedSlot
from attendance.rules.times import Weekly
from config.errors import Refused
from config.tables.incoming import decoding, delimited, sentence_for
from config.tables.incoming.identifiers import normal
from config.tables.incoming.table import too_many_lines

COLUMNS = 7  # lesson, class, teacher, subject, room, day, period
MOST_LINES = 20_000


@dataclass(frozen=True)
class Grid:
    """What the file does not say: when the periods are, and from when to when the timetable holds.

    `join`: periods that follow each other are one session.
    """

    periods: Periods
    first_day: date
    last_day: date
    join: bool = True


@dataclass(frozen=True)
class _Row:
    line: int
    lesson: str
    school_class: str
    teacher: str
    subject: str
    room: str
    day: int
    period: int

    @property
    def together(self) -> tuple[str, str, str, int]:
        return (self.lesson, self.school_class.casefold(), self.subject.casefold(), self.day)

    @property
    def shown(self) -> str:
        return " ".join(filter(None, (self.school_class, self.subject, self.teacher)))


def read(name: str, data: bytes, grid: Grid) -> TimetableFile:
    """Refused `not_a_timetable`, `too_many_lines`."""
    rows: list[_Row] = []
    slots: list[WantedSlot] = []
    for number, cells, problem in _lines(name, data):
        row = _row(number, cells, problem, grid)
        (rows if isinstance(row, _Row) else slots).append(row)  # type: ignore[arg-type]
    slots += [slot for group in _together(rows) for slot in _slots(group, grid)]
    return TimetableFile("untis", name, tuple(sorted(slots, key=lambda slot: slot.line)), _notes(data))


def _lines(name: str, data: bytes) -> list[tuple[int, list[str], str]]:
    found = [
        (number, [normal(cell) for cell in cells], problem)
        for number, cells, problem in delimited.lines_of(name, data)
        if any(map(str.strip, cells))
    ]
    if len(found) > MOST_LINES:
        raise too_many_lines(MOST_LINES)
    if found and not any(cell.isdecimal() for cell in found[0][1][:1] + found[0][1][5:7]):
        found = found[1:]  # someone has added names of columns
    if not any(len(cells) >= COLUMNS for _number, cells, _problem in found):
        raise not_a_timetable()
    return found


def not_a_timetable() -> Refused:
    words = _("This is neither an iCalendar file (.ics) nor a timetable from UNTIS (GPU001.TXT).")
    return Refused("not_a_timetable", f"{words} {_('Export one of them, then try again.')}")


def _notes(data: bytes) -> tuple[str, ...]:
    if not (some := decoding.guessed(data)[:5]):
        return ()
    words = _(
        "The file is not UTF-8, so it was read as Windows-1252. Are these right: %(some)s? If not, save it as UTF-8"
    )
    return (words % {"some": ", ".join(word[:30] for word in some)},)


# --- one line ------------------------------------------------------------------------------------


def _row(number: int, cells: list[str], problem: str, grid: Grid) -> _Row | WantedSlot:
    cells = [*cells, *[""] * COLUMNS]
    if fault := _fault(cells, problem, grid):
        return WantedSlot(number, " ".join(filter(None, cells[:7]))[:80], problem=fault)
    lesson, school_class, teacher, subject, room = cells[:5]
    return _Row(number, lesson, school_class, teacher, subject, room, int(cells[5]), int(cells[6]))


def _fault(cells: list[str], problem: str, grid: Grid) -> Problem | None:
    lesson, school_class, _teacher, subject, _room, day, period = cells[:COLUMNS]
    if problem and problem != "too_many_cells":  # newer versions of UNTIS add columns of their own
        return problem, sentence_for(problem)
    if not lesson:
        return "no_lesson", _("The number of the lesson is missing, so a later file could not change it.")
    if not (subject or school_class):
        return "no_course", _("The line has neither a class nor a subject.")
    if not (len(day) == 1 and day.isdecimal() and 1 <= int(day) <= 7):
        return "bad_day", _("'%(day)s' is not a weekday. UNTIS counts from 1 for Monday to 7.") % {"day": day[:20]}
    if not (period.isdecimal() and len(period) <= 3):
        return "bad_period", _("'%(period)s' is not the number of a period.") % {"period": period[:20]}
    if int(period) not in grid.periods:
        words = _("No time is known for the period %(period)s. Add it to the times of the periods.")
        return "unknown_period", words % {"period": period}
    return None


# --- periods that belong together ----------------------------------------------------------------


def _together(rows: Iterable[_Row]) -> Iterator[list[_Row]]:
    """The rows of one lesson of one class on one day; further teachers and rooms have lines of their own."""
    groups: dict[tuple[str, str, str, int], list[_Row]] = {}
    for row in rows:
        groups.setdefault(row.together, []).append(row)
    yield from groups.values()


def _slots(rows: list[_Row], grid: Grid) -> Iterator[WantedSlot]:
    periods = sorted({row.period for row in rows})
    for first, last in _runs(periods, join=grid.join):
        these = [row for row in rows if first <= row.period <= last]
        yield _slot(these, grid.periods[first][0], grid.periods[last][1], grid)


def _runs(periods: list[int], *, join: bool) -> list[tuple[int, int]]:
    """1, 2, 5 → (1, 2), (5, 5)."""
    breaks = [place for place, (one, two) in enumerate(pairwise(periods), 1) if not join or two != one + 1]
    edges = [0, *breaks, len(periods)]
    return [(periods[begin], periods[end - 1]) for begin, end in pairwise(edges)]


def _slot(rows: list[_Row], starts: time, ends: time, grid: Grid) -> WantedSlot:
    row = replace(rows[0], line=min(one.line for one in rows))
    return WantedSlot(
        line=row.line,
        shown=row.shown,
        source=row.lesson,
        slot=f"{row.day}-{min(one.period for one in rows)}",
        names=_names(row),
        aliases=(row.school_class,),
        when=Weekly(row.day - 1, starts, ends, grid.first_day, grid.last_day),
        rooms=tuple(dict.fromkeys(one.room for one in rows if one.room)),
        teachers=tuple(dict.fromkeys(one.teacher for one in rows if one.teacher)),
    )


def _names(row: _Row) -> tuple[tuple[str, ...], ...]:
    """Class and subject together name a course before the subject alone does. The class alone is only a typed name."""
    one, two = row.school_class, row.subject
    return ((f"{one}-{two}", f"{two}-{one}", f"{one}{two}"), (two,)) if one and two else ((two or one,),)
