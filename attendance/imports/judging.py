"""What a file's lines would do, one step for each: the same steps for a dry run and for the import itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from attendance.imports.knowing import Courses, Found, People, Tick
from attendance.imports.report import Outcome, Verdict
from attendance.imports.wishes import Part, WantedCourse, WantedPerson, Wish, Wishes
from attendance.models import Course, Enrollment, SourcedId
from attendance.visibility import courses_for

DAY = timedelta(days=1)
UNREADABLE = frozenset({"broken_encoding", "open_quote", "no_id_number", "incomplete"})
Deed = Callable[[], object]
Act = tuple[Outcome, str, str, Deed | Enrollment | None]  # outcome, code, sentence, and what is to be done or added


@dataclass(frozen=True)
class Options:
    """`by` None: a command, run by whoever runs the site."""

    by: User | None = None
    create: bool = False  # people whom nobody knows
    end_missing: bool = False  # enrolments of the file's courses that the file does not name
    today: date = field(default_factory=timezone.localdate)


@dataclass(frozen=True)
class Step:
    """A verdict, and what is to be done for it: deeds in their order, then an enrolment that is new.

    `course`: whose open rolls have to follow.
    """

    verdict: Verdict
    deeds: tuple[Deed, ...] = ()
    course: Course | None = None
    enrolment: Enrollment | None = None


def steps(wishes: Wishes, options: Options, tick: Tick = lambda n: None) -> Iterator[Step]:
    """Asks the database in a few questions first; the deeds are for whoever goes through the steps."""
    judge = _Judge(wishes, options)
    for wanted in wishes.courses:
        yield from judge.course(wanted)
    for wish in wishes.lines:
        yield judge.line(wish)
        tick(1)
    if options.end_missing:
        yield from judge.missing()


class _Judge:
    def __init__(self, wishes: Wishes, options: Options) -> None:
        self.wishes, self.options = wishes, options
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
        self.active = {_key(wish) for wish in wishes.lines if not wish.ends and not wish.problem}
        self.seen: dict[tuple[str, str, str], int] = {}
        self.met: set[str] = set()  # people, by key

    # --- courses ----------------------------------------------------------------------------------

    def course(self, wanted: WantedCourse) -> Iterator[Step]:
        """OneRoster's classes: added, linked with one that is there, or ended."""
        found = self.courses.find(wanted)
        if found.problem:
            yield Step(_said(wanted, "", Outcome.REFUSED, *found.problem))
            return
        course = found.row
        if wanted.ended:
            outcome = Outcome.ENDED if course.active else Outcome.SAME
            words = _("The course does not meet any more.")
            yield Step(
                _said(wanted, course.code, outcome, "course_ended", words), (lambda: _end_course(course),), course
            )
            return
        deeds: tuple[Deed, ...] = (course.save,) if found.new else ()
        if wanted.sourced_id not in self.courses.linked:
            deeds = (*deeds, lambda: _link(SourcedId.Kind.CLASS, wanted.sourced_id, course=course))
        outcome = Outcome.NEW if found.new else Outcome.SAME
        words = _("The course is added.") if found.new else _("The course is there.")
        yield Step(_said(wanted, course.code, outcome, "course", words), deeds, course)

    # --- lines ------------------------------------------------------------------------------------

    def line(self, wish: Wish) -> Step:
        if wish.problem or wish.course is None or wish.person is None:
            return _step(wish, Outcome.REFUSED, *(wish.problem or ("incomplete", "")))
        course, person = self.courses.find(wish.course), self.people.find(wish.person)
        if problem := course.problem or person.problem:
            return _step(wish, Outcome.REFUSED, *problem, course=course.row)
        if wish.ends and _key(wish) in self.active:
            words = _("Another line enrols the same person.")
            return _step(wish, Outcome.SAME, "replaced", words, course=course.row, person=person.row)
        first = self.seen.setdefault(_key(wish), wish.line)
        if first != wish.line:
            words = _("The same person stands in line %(line)d already.") % {"line": first}
            return _step(wish, Outcome.REFUSED, "twice", words, course=course.row, person=person.row)
        outcome, code, words, deed = self._act(wish, course.row, person.row)
        made = deed if isinstance(deed, Enrollment) else None
        deeds: tuple[Deed, ...] = () if deed is None or isinstance(deed, Enrollment) else (deed,)
        if outcome != Outcome.REFUSED and (deed or not person.new) and wish.person.key not in self.met:
            self.met.add(wish.person.key)
            deeds = (*self._first(wish.person, person), *deeds)
            words = f"{_('Is added.')} {words}" if person.new else words
        step = _step(wish, outcome, code, words, course=course.row, person=person.row, deeds=deeds)
        return replace(step, enrolment=made)

    def _first(self, wanted: WantedPerson, found: Found) -> tuple[Deed, ...]:
        """Before somebody is enrolled for the first time: added, and remembered under the other system's id."""
        deeds: tuple[Deed, ...] = (found.row.save,) if found.new else ()
        if wanted.sourced_id and wanted.sourced_id not in self.people.linked:
            deeds = (*deeds, lambda: _link(SourcedId.Kind.USER, wanted.sourced_id, person=found.row))
        return deeds

    def _act(self, wish: Wish, course: Course, person: User) -> Act:
        if wish.part == Part.TEACHER:
            return self._teach(wish, course, person)
        enrolment = self.enrolments.get((course.pk, person.pk))
        if wish.ends:
            return self._end(enrolment, wish.until)
        return self._enrol(wish, course, person) if enrolment is None else self._change(wish, enrolment)

    def _teach(self, wish: Wish, course: Course, person: User) -> Act:
        there = (course.pk, person.pk) in self.teaching
        if wish.ends:
            words = _("Does not teach this course any more.")
            outcome = Outcome.ENDED if there else Outcome.SAME
            return outcome, "teacher_ended", words, (lambda: course.teachers.remove(person)) if there else None
        if person.role not in (Role.TEACHER, Role.ADMINISTRATOR):
            words = _("Is to teach, but has another role here. Give the role Teacher on the person's page first.")
            return Outcome.REFUSED, "no_teacher", words, None
        if there:
            return Outcome.SAME, "teacher", _("Teaches this course."), None
        return Outcome.NEW, "teacher", _("Teaches this course from now on."), lambda: course.teachers.add(person)

    def _enrol(self, wish: Wish, course: Course, person: User) -> Act:
        made = Enrollment(course=course, person=person, group=wish.group, since=wish.since, until=wish.until)
        return Outcome.NEW, "enrolled", _("Is enrolled."), made

    def _change(self, wish: Wish, there: Enrollment) -> Act:
        """What the file does not speak of stays; but whoever is listed without an end belongs to the course again."""
        before = (there.group, there.since, there.until)
        group = wish.group if "group" in wish.given else there.group
        since = wish.since if "since" in wish.given else there.since
        until = wish.until if "until" in wish.given else there.until
        if "until" not in wish.given and until and until < self.options.today:
            until = None
        if since and until and until < since:
            return Outcome.REFUSED, "ends_before_it_begins", _("The enrolment ends before it begins."), None
        if before == (group, since, until):
            return Outcome.SAME, "enrolled", _("Is enrolled."), None
        return (
            Outcome.CHANGED,
            "changed",
            _changed(before, (group, since, until)),
            lambda: _set(there, group, since, until),
        )

    def _end(self, there: Enrollment | None, last: date | None) -> Act:
        if there is None:
            return Outcome.SAME, "not_enrolled", _("Was not enrolled."), None
        until = min(last or date.max, self.options.today - DAY)
        if there.until and there.until <= until:
            return Outcome.SAME, "ended", _("The enrolment has ended."), None
        return Outcome.ENDED, "ended", _("The enrolment ends."), lambda: _end_enrolment(there, until)

    # --- who is not in the file -------------------------------------------------------------------

    def missing(self) -> Iterator[Step]:
        """Those who are enrolled in a course of the file, and whom it does not name, not even in a refused line."""
        unread = next((wish for wish in self.wishes.lines if wish.problem and wish.problem[0] in UNREADABLE), None)
        if unread is not None:
            words = _("Nobody is taken out of a course as long as line %(line)d cannot be read.")
            said = Verdict(unread.file, 0, "", "", Outcome.REFUSED, "unreadable", words % {"line": unread.line})
            yield Step(said)
            return
        pairs = {(course.pk, person.pk) for course, person in self._named()}
        touched = {self.courses.known[course].row.pk for course, _person, part in self.seen if part == Part.STUDENT}
        for key, enrolment in sorted(self.enrolments.items()):
            if key not in pairs and key[0] in touched:
                outcome, _code, _words, deed = self._end(enrolment, None)
                if outcome == Outcome.ENDED and callable(deed):
                    yield _missing_step(enrolment, deed)

    def _named(self) -> Iterator[tuple[Course, User]]:
        for wish in self.wishes.lines:
            if wish.course and wish.person and wish.part == Part.STUDENT:
                course, person = self.courses.find(wish.course).row, self.people.find(wish.person).row
                if course is not None and person is not None:
                    yield course, person


# --- verdicts -----------------------------------------------------------------------------------


def _key(wish: Wish) -> tuple[str, str, str]:
    course, person = wish.course, wish.person
    return (course.key if course else "", person.key if person else "", wish.part.value)


def _said(wanted: WantedCourse, code: str, outcome: Outcome, what: str, words: str) -> Verdict:
    return Verdict(wanted.file, wanted.line, code or wanted.code, "", outcome, what, words)


def _step(
    wish: Wish,
    outcome: Outcome,
    code: str,
    words: str,
    *,
    course: Course | None = None,
    person: User | None = None,
    deeds: tuple[Deed, ...] = (),
) -> Step:
    wanted = wish.course.code or wish.course.sourced_id if wish.course else ""
    who = str(person) if person else wish.person.shown if wish.person else ""
    verdict = Verdict(wish.file, wish.line, course.code if course else wanted, who, outcome, code, words)
    return Step(verdict, deeds, course)


def _missing_step(enrolment: Enrollment, deed: Deed) -> Step:
    words = _("Is not in the file: the enrolment ends.")
    course, person = enrolment.course, enrolment.person
    verdict = Verdict("", 0, course.code, str(person), Outcome.ENDED, "missing", words)
    return Step(verdict, (deed,), course)


def _changed(before: tuple[str, date | None, date | None], after: tuple[str, date | None, date | None]) -> str:
    names = (_("group"), _("since"), _("until"))
    parts = [
        f"{name}: {old or '–'} → {new or '–'}"
        for name, old, new in zip(names, before, after, strict=True)
        if old != new
    ]
    return ", ".join(parts)


# --- deeds --------------------------------------------------------------------------------------


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
