"""What a file's lines would do, one step for each: the same steps for a dry run and for the import itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from attendance.imports.report import LineOutcome, LineVerdict
from attendance.imports.rosters.enrolment_periods import joined, key_of
from attendance.imports.rosters.matching import Courses, FoundRow, People, Tick
from attendance.imports.rosters.rows import ImportWish, Part, WantedCourse, WantedPerson, Wishes
from attendance.models import Course, Enrollment, SourcedId
from attendance.rules.visibility import courses_for

DAY = timedelta(days=1)
# Lines of which no one knows whom they name: by their own fault, or by that of the number in them.
UNREADABLE = frozenset(
    {"broken_encoding", "open_quote", "too_many_cells", "merged", "spreadsheet_error", "no_id_number", "incomplete"}
)
SPOILED = frozenset({"digits_lost", "decimals", "became_date", "formula", "yes_or_no"})
Deed = Callable[[], object]
Act = tuple[LineOutcome, str, str, Deed | Enrollment | None]  # outcome, code, sentence, and what is to be done or added


@dataclass(frozen=True)
class Options:
    """`by` None: a command, run by anyone who runs the site."""

    by: User | None = None
    create: bool = False  # people whom no one knows
    end_missing: bool = False  # enrolments of the file's courses that the file does not name
    today: date = field(default_factory=timezone.localdate)


@dataclass(frozen=True)
class ImportStep:
    """A verdict, and what is to be done for it: actions in their order, then an enrolment that is new.

    `course`: whose open rolls have to follow.
    """

    verdict: LineVerdict
    deeds: tuple[Deed, ...] = ()
    course: Course | None = None
    enrolment: Enrollment | None = None


def steps(wishes: Wishes, options: Options, tick: Tick = lambda n: None) -> Iterator[ImportStep]:
    """Asks the database in a few questions first; the actions are for the caller that goes through the steps."""
    judge = _Judge(wishes, options)
    for wanted in wishes.courses:
        yield from judge.course(wanted)
    for wish in judge.wishes.lines:
        yield judge.line(wish)
        tick(1)
    if options.end_missing:
        yield from judge.missing()


class _Judge:
    def __init__(self, wishes: Wishes, options: Options) -> None:
        self.wishes, self.options = replace(wishes, lines=joined(wishes.lines)), options
        wishes = self.wishes
        wanted = {wish.course.key: wish.course for wish in wishes.lines if wish.course}
        wanted |= {course.key: course for course in wishes.courses}
        allowed = Course.objects.all() if options.by is None else courses_for(options.by)
        self.courses = Courses(wanted.values(), allowed)
        people = {wish.person.key: wish.person for wish in wishes.lines if wish.person}
        self.people = People(people.values(), create=options.create)
        there = [found.row.pk for found in map(self.courses.find, wanted.values()) if found.row and found.row.pk]
        self.enrolments = {
            (row.course_id, row.person_id): row
            for row in Enrollment.objects.filter(course__in=there).select_related("course", "person")
        }
        self.teaching = set(Course.teachers.through.objects.filter(course__in=there).values_list("course", "user"))
        self.active = {key_of(wish) for wish in wishes.lines if not wish.ends and not wish.problem}
        self.seen: dict[tuple[str, str, str], int] = {}
        self.met: set[str] = set()  # people, by key

    # --- courses ----------------------------------------------------------------------------------

    def course(self, wanted: WantedCourse) -> Iterator[ImportStep]:
        """OneRoster's classes: added, linked with one that is there, or ended."""
        found = self.courses.find(wanted)
        if found.problem:
            yield ImportStep(_said(wanted, "", LineOutcome.REFUSED, *found.problem))
            return
        course = found.row
        if wanted.ended:
            outcome = LineOutcome.ENDED if course.active else LineOutcome.SAME
            words = _("The course has ended.")
            yield ImportStep(
                _said(wanted, course.code, outcome, "course_ended", words), (lambda: _end_course(course),), course
            )
            return
        deeds: tuple[Deed, ...] = (course.save,) if found.new else ()
        if wanted.sourced_id not in self.courses.linked:
            deeds = (*deeds, lambda: _link(SourcedId.Kind.CLASS, wanted.sourced_id, course=course))
        outcome = LineOutcome.NEW if found.new else LineOutcome.SAME
        words = _("The course is added.") if found.new else _("The course already exists.")
        yield ImportStep(_said(wanted, course.code, outcome, "course", words), deeds, course)

    # --- lines ------------------------------------------------------------------------------------

    def line(self, wish: ImportWish) -> ImportStep:
        wanted = wish.person
        if wish.problem or wish.course is None or wanted is None:
            return _step(wish, LineOutcome.REFUSED, *(wish.problem or ("incomplete", "")))
        course, person = self.courses.find(wish.course), self.people.find(wanted)
        if problem := course.problem or person.problem:
            return _step(wish, LineOutcome.REFUSED, *problem, course=course.row)
        wish = _left(wish)
        if wish.ends and key_of(wish) in self.active and not wanted.gone:
            words = _("Another line enrols the same person in this course.")
            return _step(wish, LineOutcome.SAME, "replaced", words, course=course.row, person=person.row)
        there = (course.row.pk, person.row.pk)
        if wanted.gone and not wish.ends and there not in self.enrolments and there not in self.teaching:
            code, why = wanted.gone
            words = f"{why} {_('They are not enrolled.')}"
            return _step(wish, LineOutcome.REFUSED, code, words, course=course.row, person=person.row)
        if wish.belongs_to:
            words = _("Another term of the enrolment in line %(line)d. The two are combined.")
            said = words % {"line": wish.belongs_to}
            return _step(wish, LineOutcome.SAME, "same_enrolment", said, course=course.row, person=person.row)
        first = self.seen.setdefault(key_of(wish), wish.line)
        if first != wish.line:
            words = _("The same person is already in line %(line)d.") % {"line": first}
            return _step(wish, LineOutcome.REFUSED, "twice", words, course=course.row, person=person.row)
        outcome, code, words, deed = self._act(wish, course.row, person.row)
        made = deed if isinstance(deed, Enrollment) else None
        deeds: tuple[Deed, ...] = () if deed is None or isinstance(deed, Enrollment) else (deed,)
        if outcome != LineOutcome.REFUSED and (deed or not person.new) and wanted.key not in self.met:
            self.met.add(wanted.key)
            deeds = (*self._first(wanted, person), *deeds)
            words = f"{_('This person is added.')} {words}" if person.new else words
        words = f"{wanted.gone[1]} {words}" if wanted.gone else words
        step = _step(wish, outcome, code, words, course=course.row, person=person.row, deeds=deeds)
        return replace(step, enrolment=made)

    def _first(self, wanted: WantedPerson, found: FoundRow) -> tuple[Deed, ...]:
        """Before a person is enrolled for the first time: added, and remembered under the other system's id."""
        deeds: tuple[Deed, ...] = (found.row.save,) if found.new else ()
        if wanted.sourced_id and wanted.sourced_id not in self.people.linked:
            deeds = (*deeds, lambda: _link(SourcedId.Kind.USER, wanted.sourced_id, person=found.row))
        return deeds

    def _act(self, wish: ImportWish, course: Course, person: User) -> Act:
        if wish.part == Part.TEACHER:
            return self._teach(wish, course, person)
        enrolment = self.enrolments.get((course.pk, person.pk))
        if wish.ends:
            return self._end(enrolment, wish.until)
        return self._enrol(wish, course, person) if enrolment is None else self._change(wish, enrolment)

    def _teach(self, wish: ImportWish, course: Course, person: User) -> Act:
        there = (course.pk, person.pk) in self.teaching
        if wish.ends:
            words = _("No longer teaches this course.")
            outcome = LineOutcome.ENDED if there else LineOutcome.SAME
            return outcome, "teacher_ended", words, (lambda: course.teachers.remove(person)) if there else None
        if person.role not in (Role.TEACHER, Role.ADMINISTRATOR):
            words = _(
                "Should teach this course, but has another role here. "
                "Give them the role Teacher on their own page first."
            )
            return LineOutcome.REFUSED, "no_teacher", words, None
        if there:
            return LineOutcome.SAME, "teacher", _("Teaches this course."), None
        return (
            LineOutcome.NEW,
            "teacher",
            _("Is added as a teacher of this course."),
            lambda: course.teachers.add(person),
        )

    def _enrol(self, wish: ImportWish, course: Course, person: User) -> Act:
        made = Enrollment(course=course, person=person, group=wish.group, since=wish.since, until=wish.until)
        return LineOutcome.NEW, "enrolled", _("Is enrolled."), made

    def _change(self, wish: ImportWish, there: Enrollment) -> Act:
        """What the file does not speak of stays; but a person listed without an end belongs to the course again."""
        before = (there.group, there.since, there.until)
        group = wish.group if "group" in wish.given else there.group
        since = wish.since if "since" in wish.given else there.since
        until = wish.until if "until" in wish.given else there.until
        if "until" not in wish.given and until and until < self.options.today:
            until = None
        if since and until and until < since:
            words = _("The enrolment ends before it begins. Correct one of the two days.")
            return LineOutcome.REFUSED, "ends_before_it_begins", words, None
        if before == (group, since, until):
            return LineOutcome.SAME, "enrolled", _("Is enrolled."), None
        return (
            LineOutcome.CHANGED,
            "changed",
            _changed(before, (group, since, until)),
            lambda: _set(there, group, since, until),
        )

    def _end(self, there: Enrollment | None, last: date | None) -> Act:
        if there is None:
            return LineOutcome.SAME, "not_enrolled", _("Is not enrolled, so there is nothing to end."), None
        until = min(last or date.max, self.options.today - DAY)
        if there.until and there.until <= until:
            return LineOutcome.SAME, "ended", _("The enrolment has ended."), None
        return LineOutcome.ENDED, "ended", _("The enrolment ends."), lambda: _end_enrolment(there, until)

    # --- who is not in the file -------------------------------------------------------------------

    def missing(self) -> Iterator[ImportStep]:
        """Those who are enrolled in a course of the file, and whom it does not name, not even in a refused line."""
        unread = next((wish for wish in self.wishes.lines if self._nobody_knows_whom(wish)), None)
        if unread is not None:
            words = _("No enrolment was ended, because line %(line)d cannot be read. Correct it first.")
            said = LineVerdict(unread.file, 0, "", "", LineOutcome.REFUSED, "unreadable", words % {"line": unread.line})
            yield ImportStep(said)
            return
        pairs = {(course.pk, person.pk) for course, person in self._named()}
        touched = {self.courses.known[course].row.pk for course, _person, part in self.seen if part == Part.STUDENT}
        for key, enrolment in sorted(self.enrolments.items()):
            if key not in pairs and key[0] in touched:
                outcome, _code, _words, deed = self._end(enrolment, None)
                if outcome == LineOutcome.ENDED and callable(deed):
                    yield _missing_step(enrolment, deed)

    def _nobody_knows_whom(self, wish: ImportWish) -> bool:
        own = wish.problem
        numbers = self.people.find(wish.person).problem if wish.person and not own else None
        return bool((own and own[0] in UNREADABLE | SPOILED) or (numbers and numbers[0] in SPOILED))

    def _named(self) -> Iterator[tuple[Course, User]]:
        """Whom the file names, and whom it may have meant where there is a question."""
        for wish in self.wishes.lines:
            if wish.course and wish.person and wish.part == Part.STUDENT:
                course, found = self.courses.find(wish.course).row, self.people.find(wish.person)
                for person in (found.row, *found.maybe):
                    if course is not None and person is not None:
                        yield course, person


# --- verdicts -----------------------------------------------------------------------------------


def _left(wish: ImportWish) -> ImportWish:
    """Whom the other system has deleted leaves; whose account it has only switched off stays where they are."""
    gone = wish.person.gone if wish.person else None
    return replace(wish, ends=True) if gone and gone[0] == "user_deleted" else wish


def _said(wanted: WantedCourse, code: str, outcome: LineOutcome, what: str, words: str) -> LineVerdict:
    return LineVerdict(wanted.file, wanted.line, code or wanted.code, "", outcome, what, words)


def _step(
    wish: ImportWish,
    outcome: LineOutcome,
    code: str,
    words: str,
    *,
    course: Course | None = None,
    person: User | None = None,
    deeds: tuple[Deed, ...] = (),
) -> ImportStep:
    wanted = wish.course.code or wish.course.sourced_id if wish.course else ""
    who = str(person) if person else wish.person.shown if wish.person else ""
    verdict = LineVerdict(wish.file, wish.line, course.code if course else wanted, who, outcome, code, words)
    return ImportStep(verdict, deeds, course)


def _missing_step(enrolment: Enrollment, deed: Deed) -> ImportStep:
    words = _("Is not in the file, so the enrolment ends.")
    course, person = enrolment.course, enrolment.person
    verdict = LineVerdict("", 0, course.code, str(person), LineOutcome.ENDED, "missing", words)
    return ImportStep(verdict, (deed,), course)


def _changed(before: tuple[str, date | None, date | None], after: tuple[str, date | None, date | None]) -> str:
    names = (_("group"), _("since"), _("until"))
    parts = [
        f"{name}: {old or '–'} → {new or '–'}"
        for name, old, new in zip(names, before, after, strict=True)
        if old != new
    ]
    return ", ".join(parts)


# --- actions --------------------------------------------------------------------------------------


def _set(there: Enrollment, group: str, since: date | None, until: date | None) -> None:
    there.group, there.since, there.until = group, since, until
    there.save()


def _end_enrolment(there: Enrollment, until: date) -> None:
    """An enrolment that would have ended before it began never was one."""
    if there.since and there.since > until:
        there.delete()
    else:
        _set(there, there.group, there.since, until)


def _end_course(course: Course) -> None:
    if course.active:
        course.active = False
        course.save(update_fields=["active"])


def _link(kind: str, sourced_id: str, *, course: Course | None = None, person: User | None = None) -> None:
    SourcedId.objects.get_or_create(kind=kind, sourced_id=sourced_id, defaults={"course": course, "person": person})
