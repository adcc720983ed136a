"""Marks of a table: each a correction like one by hand, with author and reason, and none over a person's decision."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.imports.mark_files.cells import BadCell, clock
from attendance.imports.mark_files.people import PeopleOfRolls
from attendance.imports.mark_files.reading import Sheet
from attendance.imports.mark_files.status_words import StatusWords
from attendance.imports.report import LineOutcome, LineVerdict
from attendance.models import AttendanceRecord, ClassSession, RollEntry
from attendance.records import corrections
from attendance.roll import own_statuses, roll
from attendance.roll.own_statuses import OWN, StatusChoice
from config.errors import Refused
from config.tables.incoming import IncomingRow
from config.tables.incoming.identifiers import normal

LONGEST_REASON = 500
Said = tuple[LineOutcome, str, str]


@dataclass(frozen=True)
class _Mark:
    session: ClassSession
    person: User
    status: StatusChoice
    reason: str


@dataclass
class _Line:
    row: IncomingRow
    mark: _Mark | None = None
    is_known: bool = False  # the course knew the person before, so their name may be shown
    problem: tuple[str, str] | None = None


def verdicts(sheet: Sheet, *, overwrite: bool) -> Iterator[LineVerdict]:
    """Does what each line asks, in the transaction of the caller, who undoes it after a dry run."""
    lines = _MarkReader(sheet).lines()
    for pk in sorted({line.mark.session.pk for line in lines if line.mark}):
        roll.locked(pk)
    _contradictions(lines)
    seen: dict[tuple[int, int], int] = {}
    for line in lines:
        outcome, code, words = _said(sheet, line, seen, overwrite=overwrite)
        yield _verdict(sheet, line, outcome, code, words)


def _said(sheet: Sheet, line: _Line, seen: dict[tuple[int, int], int], *, overwrite: bool) -> Said:
    if line.problem or line.mark is None:
        return LineOutcome.REFUSED, *(line.problem or ("incomplete", ""))
    first = seen.setdefault((line.mark.session.pk, line.mark.person.pk), line.row.line)
    if first != line.row.line:
        return LineOutcome.SAME, "twice", _("The same as line %(line)d.") % {"line": first}
    try:
        with transaction.atomic():
            return _done(sheet, line.mark, overwrite=overwrite)
    except BadCell as bad:
        return LineOutcome.REFUSED, *bad.problem
    except Refused as refusal:
        return LineOutcome.REFUSED, refusal.code, refusal.message


def _verdict(sheet: Sheet, line: _Line, outcome: LineOutcome, code: str, words: str) -> LineVerdict:
    row, mark = line.row, line.mark
    typed = " ".join(filter(None, (row["name"], row["id_number"] or row["email"])))
    who = str(mark.person) if mark and line.is_known else typed
    where = str(mark.session) if mark else " ".join(filter(None, (sheet.code(row), row["date"], row["start"])))
    return LineVerdict(sheet.table.name, row.line, where[:80], who[:120], outcome, code, words)


# --- what a line says ----------------------------------------------------------------------------


class _MarkReader:
    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.rows = sheet, sheet.rows()
        numbers = {normal(row["id_number"]) for row in self.rows}
        self.people = PeopleOfRolls(numbers, {row["email"] for row in self.rows})
        self.words: dict[int, StatusWords] = {}

    def lines(self) -> list[_Line]:
        return [self._line(row) for row in self.rows]

    def _line(self, row: IncomingRow) -> _Line:
        try:
            mark = self._mark(row)
            return _Line(row, mark, self.people.knows(mark.session.course, mark.person))
        except BadCell as bad:
            return _Line(row, problem=bad.problem)

    def _mark(self, row: IncomingRow) -> _Mark:
        session = self.sheet.session_of(row)
        name = row["name"] or " ".join(filter(None, (row["first_name"], row["last_name"])))
        person = self.people.find(session, normal(row["id_number"]), row["email"], name)
        status = self._words(session).value_of(row["status"])
        return _Mark(session, person, status, _reason(self.sheet, row))

    def _words(self, session: ClassSession) -> StatusWords:
        if session.course_id not in self.words:
            self.words[session.course_id] = StatusWords(own_statuses.set_of(session.course))
        return self.words[session.course_id]


def _reason(sheet: Sheet, row: IncomingRow) -> str:
    """The person reads it: the remark, when they came, and which file says so."""
    came = f"{clock(row['time']):%H:%M}" if row["time"] else ""
    source = _("From the file %(name)s") % {"name": sheet.table.name[:80]}
    reason = " · ".join(filter(None, (row["remark"], came, source)))
    if len(reason) > LONGEST_REASON:
        raise BadCell(("long_remark", _("The remark is too long. Shorten it to 350 characters.")))
    return reason


def _contradictions(lines: list[_Line]) -> None:
    """Two lines that say different things of one person are both refused: no one knows which is right."""
    said: dict[tuple[int, int], list[_Line]] = {}
    for line in lines:
        if line.mark:
            said.setdefault((line.mark.session.pk, line.mark.person.pk), []).append(line)
    for same in said.values():
        if len({line.mark.status.value for line in same if line.mark}) > 1:
            numbers = ", ".join(str(line.row.line) for line in same)
            words = _("The lines %(lines)s say different things of the same person. Keep the right one.")
            for line in same:
                line.problem = ("contradiction", words % {"lines": numbers})


# --- what is to be done --------------------------------------------------------------------------


def _done(sheet: Sheet, mark: _Mark, *, overwrite: bool) -> Said:
    record = mark.session.records.filter(person=mark.person).select_related("own_status").first()
    if record is not None and _says(record, mark.status) and (record.corrected or mark.session.is_closed):
        return LineOutcome.SAME, "same", _("The roll says so already.")
    if not overwrite and (decided := _decision(mark, record)):
        raise BadCell(("decided", decided))
    before = own_statuses.label_of(record, own_statuses.set_of(mark.session.course)) if record else "–"
    corrections.correct(mark.session, mark.person, mark.status.value, by=sheet.by, reason=mark.reason)
    words = _("%(before)s → %(after)s") % {"before": before, "after": mark.status.label}
    return LineOutcome.CHANGED if record else LineOutcome.NEW, "marked", words


def _says(record: AttendanceRecord, status: StatusChoice) -> bool:
    """An own status is said by itself; a derived status has none, and agrees with its kind."""
    if status.value.startswith(OWN) and record.corrected:
        return f"{OWN}{record.own_status_id}" == status.value
    return record.status == status.kind


def _decision(mark: _Mark, record: AttendanceRecord | None) -> str:
    """What a person has decided before, by hand, in the review or by accepting an excuse; empty where no one has."""
    if record and record.note == "excused_in_advance" and not record.corrected:
        return _("Excused by an excuse that was accepted. Tick 'Replace decisions' if the file is right.")
    said = max(_words_of_people(mark), key=lambda one: one[0], default=None)
    if said is None and not (record and record.corrected):
        return ""
    words = _(
        "Set to %(status)s by %(name)s on %(when)s. Tick 'Replace decisions' if the file is right, or remove the line."
    )
    when, by = said or (None, None)
    shown = f"{timezone.localtime(when):%Y-%m-%d %H:%M}" if when else "–"
    label = own_statuses.label_of(record, own_statuses.set_of(mark.session.course)) if record else "–"
    return words % {"status": label, "name": by or "–", "when": shown}


def _words_of_people(mark: _Mark) -> Iterator[tuple[datetime, User | None]]:
    """When and by whom: lines that a person has written, and answers in the review, of which a No writes no line."""
    by_people = Q(by__isnull=False) | Q(source=RollEntry.Source.TEACHER)
    for line in mark.session.entries.filter(by_people, person=mark.person).select_related("by"):
        yield line.noted_at, line.by
    for doubt in mark.session.doubts.filter(person=mark.person).select_related("resolved_by"):
        if doubt.resolved_at:
            yield doubt.resolved_at, doubt.resolved_by
