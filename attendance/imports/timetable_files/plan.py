"""What a timetable file would do, slot by slot, and doing it: the same steps, undone after a dry run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from attendance.imports.report import ImportReport, LineOutcome, LineVerdict
from attendance.imports.timetable_files import targets
from attendance.imports.timetable_files.courses import CourseNames
from attendance.imports.timetable_files.options import TimetableOptions
from attendance.imports.timetable_files.pairing import give_hours, pair
from attendance.imports.timetable_files.rooms_and_teachers import additions, unknown
from attendance.imports.timetable_files.wanted import TimetableFile, WantedSlot
from attendance.models import Course, ImportedSlot, TimetableRule
from attendance.rules.times import Weekly
from attendance.sessions import timetable
from config.errors import Refused

Outcome = LineOutcome


def dry_run(file: TimetableFile, options: TimetableOptions) -> ImportReport:
    """Everything as `apply` would do it, and then undone. Nothing is changed."""
    with transaction.atomic():
        report = _Import(file, options).report()
        transaction.set_rollback(True)
    return report


def apply(file: TimetableFile, options: TimetableOptions) -> ImportReport:
    """In one transaction; what is refused does nothing. Doing it again changes nothing. Refused `changed_meanwhile`."""
    try:
        with transaction.atomic():
            work = _Import(file, options)
            report = work.report()
            for course in work.touched.values():
                timetable.plan(course)
            options.remember()
    except IntegrityError as error:
        words = _("The timetables were changed by another person at the same time, so nothing was imported. Try again.")
        raise Refused("changed_meanwhile", words, status=409) from error
    report.applied = True
    return report


@dataclass
class _Step:
    """One slot of the file. `link`: what an earlier file said of it. `row`: what there is of it."""

    slot: WantedSlot
    course: Course
    group: str
    link: ImportedSlot | None = None
    row: targets.Row | None = None
    before: str = ""

    def verdict(self, file: str, outcome: LineOutcome, code: str, words: str) -> LineVerdict:
        return LineVerdict(file, self.slot.line, self.course.code, self.slot.shown, outcome, code, words)


class _Import:
    def __init__(self, file: TimetableFile, options: TimetableOptions) -> None:
        self.file, self.options = file, options
        self.verdicts: list[LineVerdict] = []
        self.touched: dict[int, Course] = {}
        self.steps = list(self._found())
        self.courses = {step.course.pk: step.course for step in self.steps}
        locked = Course.objects.select_for_update().filter(pk__in=self.courses).order_by("pk")
        list(locked.values_list("pk", flat=True))
        rows = ImportedSlot.objects.filter(kind=file.kind, course__in=self.courses)
        self.links = {(row.course_id, row.key): row for row in rows.select_related("line", "session")}

    def report(self) -> ImportReport:
        notes = (*self.file.notes, *unknown(self._of_courses(), self.options))
        for said, course in additions(self._of_courses(), self.options):
            self.verdicts.append(said)
            self.touched[course.pk] = course
        missing = self._claim()
        self._end(missing)
        moves, fresh = self._sorted()
        self._move(moves)
        for step in fresh:
            self._place(step, Outcome.NEW)
        return ImportReport(self.file.kind, self.verdicts, notes=notes)

    def _of_courses(self) -> list[tuple[WantedSlot, Course]]:
        return [(step.slot, step.course) for step in self.steps]

    # --- whom the file means ------------------------------------------------------------------------

    def _found(self) -> Iterator[_Step]:
        names = CourseNames(self.options.courses, self.options.typed)
        seen: dict[tuple[int, str], int] = {}
        for slot in self.file.slots:
            found = names.find(slot) if slot.problem is None else None
            if found is None or found.course is None:
                self._refuse(slot, slot.problem or (found.problem if found else None) or ("unknown_course", ""))
                continue
            step = _Step(slot, found.course, found.group)
            first = seen.setdefault((step.course.pk, slot.key), slot.line)
            if first != slot.line:
                words = _("The same as line %(line)d.") % {"line": first}
                self.verdicts.append(step.verdict(self.file.name, Outcome.SAME, "twice", words))
                continue
            yield step

    def _refuse(self, slot: WantedSlot, problem: tuple[str, str]) -> None:
        said = LineVerdict(self.file.name, slot.line, "", slot.shown, Outcome.REFUSED, *problem)
        self.verdicts.append(said)

    def _claim(self) -> list[ImportedSlot]:
        """Give each slot what an earlier file made of it; what is left over is missing in this file."""
        free = dict(self.links)
        for step in self.steps:
            step.link = free.pop((step.course.pk, step.slot.key), None)
        give_hours(self.steps, free)
        fresh = [step for step in self.steps if step.link is None and not step.slot.cancelled]
        gone = [link for link in free.values() if (row := targets.of_link(link)) and targets.is_there(row)]
        for step, link in pair(fresh, gone):
            step.link = link
            gone.remove(link)
        for step in self.steps:
            step.row = self._row_of(step.link)
            step.before = targets.shown(step.row) if step.row else ""
        return gone

    def _row_of(self, link: ImportedSlot | None) -> targets.Row | None:
        """A line that has ended stays as it was; the lessons of the next term are a new one."""
        row = targets.of_link(link) if link else None
        return None if isinstance(row, TimetableRule) and not targets.is_there(row) else row

    # --- what is to be done -------------------------------------------------------------------------

    def _sorted(self) -> tuple[list[_Step], list[_Step]]:
        """Those that move, and new ones. The others are said at once."""
        moves: list[_Step] = []
        fresh: list[_Step] = []
        for step in self.steps:
            if step.slot.cancelled:
                self._cancel(step)
            elif not self._stays(step):
                (fresh if step.row is None else moves).append(step)
        return moves, fresh

    def _stays(self, step: _Step) -> bool:
        same = step.link is not None and step.link.said == step.slot.said(step.group)
        if step.link and same and targets.of_link(step.link) is None:
            words = _("It was removed here by hand, and the file has not changed. It stays removed.")
        elif same:
            words = _("The file has not changed.")
        elif step.row is not None and not targets.is_there(step.row) and not self._returns(step):
            return self._say(step, Outcome.REFUSED, "begun", _("It has begun, ended or was cancelled, so it stays."))
        else:
            return step.row is None and self._adopts(step)
        return self._say(step, Outcome.SAME, "same", words)

    def _returns(self, step: _Step) -> bool:
        return step.link is not None and targets.can_return(step.link)

    def _adopts(self, step: _Step) -> bool:
        """What a person has entered by hand for the same hours is not entered a second time."""
        there = targets.already_there(step.course, step.slot)
        if there is None or not targets.is_there(there) or self._is_linked(there):
            return False
        if not targets.is_as(there, step.slot, step.group):
            step.row, step.before = there, targets.shown(there)
            return False
        if isinstance(step.slot.when, Weekly) or there.by_hand:
            self._link(step, there)
        return self._say(step, Outcome.SAME, "there", _("It is in the timetable already."))

    def _is_linked(self, row: targets.Row) -> bool:
        """Another lesson of a file has it; it may be about to move away."""
        field = "line" if isinstance(row, TimetableRule) else "session"
        return ImportedSlot.objects.filter(**{field: row}).exists()

    def _say(self, step: _Step, outcome: LineOutcome, code: str, words: str) -> bool:
        self.verdicts.append(step.verdict(self.file.name, outcome, code, words))
        return True

    def _cancel(self, step: _Step) -> None:
        is_gone = step.row is None or not targets.is_there(step.row)
        if step.link is None or is_gone or targets.said_cancelled(step.link):
            self._say(step, Outcome.SAME, "cancelled", _("Cancelled in the file. There is no planned session of it."))
            return
        targets.remove(step.row, by=self.options.by)
        targets.say_cancelled(step.link)
        words = _("Cancelled in the file, so the session is cancelled: %(when)s.") % {"when": step.before}
        self._say(step, Outcome.ENDED, "cancelled", words)

    # --- doing it -----------------------------------------------------------------------------------

    def _move(self, moves: list[_Step]) -> None:
        """All of them leave their places first, so that two can change places.

        Those that find no new place go back to their old ones, which others may have taken: so all are tried again.
        """
        stuck: dict[int, Refused] = {}
        while True:
            point = transaction.savepoint()
            going = [step for step in moves if id(step) not in stuck]
            refused = self._try(going)
            if not refused:
                transaction.savepoint_commit(point)
                break
            transaction.savepoint_rollback(point)
            stuck |= refused
            for step in moves:
                step.row.refresh_from_db()  # type: ignore[union-attr]
        for step in moves:
            self._moved(step, stuck.get(id(step)))

    def _try(self, going: Iterable[_Step]) -> dict[int, Refused]:
        going, refused = list(going), {}
        for step in going:
            targets.set_aside(step.row)
        for step in going:
            try:
                targets.place(step.row, step.course, step.slot, step.group)
            except Refused as refusal:
                refused[id(step)] = refusal
        return refused

    def _moved(self, step: _Step, refusal: Refused | None) -> None:
        if refusal is not None:
            self._say(step, Outcome.REFUSED, refusal.code, refusal.message)
            return
        self._link(step, step.row)
        after = targets.shown(step.row)
        words = _("Moved: %(before)s → %(after)s") if after != step.before else _("Changed: %(after)s")
        self._say(step, Outcome.CHANGED, "moved", words % {"before": step.before, "after": after})

    def _place(self, step: _Step, outcome: LineOutcome) -> None:
        try:
            with transaction.atomic():
                row = targets.place(None, step.course, step.slot, step.group)
        except Refused as refusal:
            self._say(step, Outcome.REFUSED, refusal.code, refusal.message)
            return
        self._link(step, row)
        self._say(step, outcome, "new", targets.shown(row))

    def _link(self, step: _Step, row: targets.Row) -> None:
        link = step.link or ImportedSlot(kind=self.file.kind, course=step.course)
        link.key, link.source = step.slot.key, step.slot.source_digest
        link.said = step.slot.said(step.group)[:120]
        is_line = isinstance(step.slot.when, Weekly)
        link.line, link.session = (row, None) if is_line else (None, row)
        link.save()
        self.touched[step.course.pk] = step.course

    # --- what the file no longer has ----------------------------------------------------------------

    def _end(self, missing: list[ImportedSlot]) -> None:
        unread = next((said.line for said in self.verdicts if said.outcome == Outcome.REFUSED), 0)
        asked = {(step.course.pk, getattr(step.slot.when, "starts", None)) for step in self.steps}
        for link in missing:
            row, course = targets.of_link(link), self.courses[link.course_id]
            ends = self.options.end_missing and (course.pk, getattr(row, "starts_at", None)) not in asked
            outcome, code, words = self._missing(unread, ends=ends)
            said = LineVerdict("", 0, course.code, targets.shown(row), outcome, code, words)
            self.verdicts.append(said)
            if outcome == Outcome.ENDED:
                targets.remove(row, by=self.options.by)
                if link.session is None:
                    link.delete()
                else:
                    targets.say_cancelled(link)
                self.touched[course.pk] = course

    def _missing(self, unread: int, *, ends: bool) -> tuple[LineOutcome, str, str]:
        """`ends`: as it was chosen, and the file asks for nothing else at that hour."""
        if not ends:
            return Outcome.SAME, "missing", _("It is not in the file any more. It stays.")
        if unread:
            words = _("It is not in the file any more, but line %(line)d cannot be used, so it stays.")
            return Outcome.SAME, "unread", words % {"line": unread}
        return Outcome.ENDED, "missing", _("It is not in the file any more, so it is removed.")
