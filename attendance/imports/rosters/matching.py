"""Who and what a file speaks of, among the people and courses that there are. Few questions, however long the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import ID_NUMBER, Department, User
from accounts.people.lookup import by_number, number_twins
from accounts.roles import Role
from attendance.imports import similar_names
from attendance.imports.rosters.rows import WantedCourse, WantedPerson
from attendance.models import Course, SourcedId
from config.tables.incoming.identifiers import bare, fault_of
from config.tables.incoming.twins import in_parts, question

NUMBER: Any = ID_NUMBER.regex


@dataclass(frozen=True, slots=True)
class FoundRow:
    """A row, or why there is none. `new`: it has to be saved first. `maybe`: who may be meant where that is asked."""

    row: Any = None
    new: bool = False
    problem: tuple[str, str] | None = None
    maybe: tuple[User, ...] = ()


class People:
    """The people of a file: by the other system's id, by number; by weaker signs when a name agrees; or to be added.

    A weaker sign (an e-mail, a name to sign in with) never stands against a number. A doubt is a question, in every
    mode: no one is enrolled, and no one is added, as long as it is not answered.
    """

    def __init__(self, wanted: Collection[WantedPerson], *, create: bool) -> None:
        self.create = create
        self.linked = _linked(SourcedId.Kind.USER, (person.sourced_id for person in wanted), "person")
        numbers = {number for person in wanted for number in (*person.numbers, *person.others)}
        self.by_number = by_number(numbers)
        self.by_email = _by_email({person.email.casefold() for person in wanted if person.email})
        given = [number for person in wanted for number in (person.numbers or person.others)]
        self.twins = number_twins(number for number in given if number.casefold() not in self.by_number)
        self.answers: dict[tuple[str, str, str], FoundRow] = {}
        self.made: set[int] = set()  # whom an earlier line adds: their names have to agree
        self.taken: dict[tuple[bool, int], str] = {}  # a person new in memory, or a row: the key that found it first

    def find(self, wanted: WantedPerson) -> FoundRow:
        """The same number with another name on another line is another question."""
        asked = (wanted.key, wanted.full_name.casefold(), wanted.email)
        if asked not in self.answers:
            self.answers[asked] = self._once_each(wanted, self._find(wanted))
        return self.answers[asked]

    def _find(self, wanted: WantedPerson) -> FoundRow:
        linked, numbered = self.linked.get(wanted.sourced_id), self._numbered(wanted.numbers)
        if linked and numbered and linked != numbered[0]:
            words = _(
                "The id of the other system belongs to %(one)s, but the id number belongs to %(other)s. "
                "Correct one of them."
            )
            return _doubt("conflict", words % {"one": linked, "other": numbered[0]}, linked, *numbered)
        if person := linked or next(iter(numbered), None):
            return self._if_not_another(wanted, person, must_agree=bool(wanted.numbers and not numbered))
        return self._question(wanted.numbers) or self._by_weaker_signs(wanted) or self._nobody(wanted)

    def _numbered(self, numbers: Iterable[str]) -> list[User]:
        found = (self.by_number.get(number.casefold()) for number in numbers)
        return list({id(person): person for person in found if person}.values())

    def _if_not_another(self, wanted: WantedPerson, person: User, *, must_agree: bool) -> FoundRow:
        """A number that another person has been given, or that was mistyped, brings another name along."""
        must_agree = must_agree or bool(id(person) in self.made and wanted.full_name)
        if similar_names.differ(wanted.full_name, person.get_full_name()) or (
            must_agree and not _alike(wanted, person)
        ):
            words = _(
                "This id number belongs to %(person)s, but the file has the name %(name)s. Find out which is right."
            )
            return _doubt("other_name", words % {"person": person, "name": wanted.shown}, person)
        return FoundRow(person, new=id(person) in self.made)

    def _question(self, numbers: Iterable[str]) -> FoundRow | None:
        """What a spreadsheet may have done to a number that no one has."""
        for number in numbers:
            if fault := fault_of(number):
                return FoundRow(problem=fault)
            if number in self.twins:
                words = _("No one has the id number %(number)s. Is it %(longer)s? Spreadsheets remove leading zeros.")
                maybe = by_number([self.twins[number]]).values()
                return _doubt("unknown_person", words % {"number": number, "longer": self.twins[number]}, *maybe)
        return None

    def _by_weaker_signs(self, wanted: WantedPerson) -> FoundRow | None:
        """With a number that no one has: at most a question. Without one: the one person whose name agrees."""
        called = self._numbered(wanted.others)
        same_mail = self.by_email.get(wanted.email.casefold(), []) if wanted.email else []
        alike = [person for person in dict.fromkeys([*called, *same_mail]) if _alike(wanted, person)]
        if len(alike) > 1 or (alike and alike[0] not in called and len(same_mail) > 1):
            alike = list(dict.fromkeys([*alike, *same_mail]))
            words = _(
                "This could be one of several people: %(people)s. Add the id number of the right one to the file."
            )
            return _doubt("ambiguous", words % {"people": ", ".join(map(str, alike[:4]))}, *alike)
        if alike and wanted.numbers:
            words = _(
                "No one has the id number %(number)s. Is it %(person)s? Correct the file, or add the person by hand."
            )
            said = {"number": wanted.numbers[0], "person": alike[0]}
            return _doubt("unknown_person", words % said, *alike)
        if alike and not set(called) - {alike[0]}:
            return FoundRow(alike[0], new=id(alike[0]) in self.made)
        return (
            None if wanted.numbers else self._somebody_else(wanted, called or ([] if wanted.full_name else same_mail))
        )

    def _somebody_else(self, wanted: WantedPerson, there: Sequence[User]) -> FoundRow | None:
        """The id of the other system is the number of a person with another name here."""
        if not there:
            return None
        words = _(
            "%(number)s is %(person)s here, but the file has the name %(name)s. Add the right id number to the file."
        )
        said = {"number": there[0].id_number, "person": there[0], "name": wanted.full_name or "–"}
        return _doubt("other_name", words % said, *there)

    def _nobody(self, wanted: WantedPerson) -> FoundRow:
        if wanted.gone:
            code, why = wanted.gone
            return FoundRow(problem=(code, f"{why} {_('They are not added.')}"))
        if not wanted.numbers and (doubt := self._question(wanted.others[:1])):
            return doubt
        if self.create:
            return self._new(wanted)
        number = wanted.numbers[0] if wanted.numbers else wanted.key
        return FoundRow(problem=("unknown_person", _("No one has the id number %(number)s.") % {"number": number}))

    def _once_each(self, wanted: WantedPerson, found: FoundRow) -> FoundRow:
        """Two people of the file are never one of ours: one of them would be marked for the other."""
        if found.row is None:
            return found
        is_made = id(found.row) in self.made  # has a row only once it is saved, which a dry run never does
        first = self.taken.setdefault((is_made, id(found.row) if is_made else found.row.pk), wanted.key)
        if first == wanted.key:
            return found
        words = _("This would be %(person)s, but the file also has this person as %(other)s.")
        return FoundRow(problem=("same_person", words % {"person": found.row, "other": first}))

    def _new(self, wanted: WantedPerson) -> FoundRow:
        number = next((number for number in (*wanted.numbers, *wanted.others) if _is_number(number)), None)
        if number is None:
            words = _("The id number is missing or not valid. Use letters, digits, dots and dashes.")
            return FoundRow(problem=("bad_number", words))
        if not wanted.first_name:
            return FoundRow(
                problem=("no_name", _("No one has this id number. Add a first name, so that the person can be added."))
            )
        person = User(
            id_number=number,
            first_name=wanted.first_name,
            last_name=wanted.last_name,
            email=wanted.email,
            role=Role.TEACHER if wanted.teaches else Role.MEMBER,
            affiliation=User.Affiliation.EMPLOYEE if wanted.teaches else User.Affiliation.STUDENT,
        )
        person.set_unusable_password()
        if problem := _unfit(person):
            return FoundRow(problem=problem)
        self.by_number[number.casefold()] = person
        self.made.add(id(person))
        return FoundRow(person, new=True)


def _doubt(code: str, words: str, *maybe: User) -> FoundRow:
    return FoundRow(problem=(code, words), maybe=maybe)


def _alike(wanted: WantedPerson, person: User) -> bool:
    return similar_names.agree(wanted.first_name, wanted.last_name, person.first_name, person.last_name)


def _unfit(person: User) -> tuple[str, str] | None:
    """The same rules as for a person who is entered by hand or comes with a list of people."""
    try:
        person.clean_fields(exclude=("password",))
    except ValidationError as error:
        field, sentences = next(iter(error.message_dict.items()))
        words = f"{getattr(person, field, '')}: {' '.join(sentences)} {_('Correct it, then try again.')}"
        return ("bad_email" if field == "email" else "bad_person"), words
    return None


class Courses:
    """The courses of a file, among those the importer may change; or to be added from OneRoster's classes."""

    def __init__(self, wanted: Collection[WantedCourse], allowed: QuerySet[Course]) -> None:
        linked = _linked(SourcedId.Kind.CLASS, (course.sourced_id for course in wanted), "course")
        self.linked = linked
        self.by_code = {course.code.casefold(): course for course in allowed.select_related("department")}
        self.codes = set(map(str.casefold, Course.objects.values_list("code", flat=True)))
        links = SourcedId.objects.filter(kind=SourcedId.Kind.CLASS)
        self.owned = set(links.values_list("course_id", flat=True))
        self.departments = {row.code.casefold(): row for row in Department.objects.all()}
        self.known: dict[str, FoundRow] = {}

    def find(self, wanted: WantedCourse) -> FoundRow:
        if wanted.key not in self.known:
            self.known[wanted.key] = self._find(wanted)
        return self.known[wanted.key]

    def _find(self, wanted: WantedCourse) -> FoundRow:
        if wanted.sourced_id in self.linked:
            return FoundRow(self.linked[wanted.sourced_id])
        if not wanted.sourced_id:
            return self._by_code(wanted.code)
        if not wanted.file:
            words = _("The class %(id)s is neither in classes.csv nor in an earlier import.")
            return FoundRow(problem=("unknown_class", words % {"id": wanted.sourced_id}))
        return self._class(wanted)

    def _by_code(self, code: str) -> FoundRow:
        course = self.by_code.get(code.casefold())
        if course is not None:
            return FoundRow(course)
        if fault := fault_of(code):
            return FoundRow(problem=fault)
        words = _("There is no course with the code %(code)s, or it is not one of yours.") % {"code": code}
        twin = self._twin(code)
        return FoundRow(problem=("unknown_course", f"{words} {question(code, twin)}" if twin else words))

    def _twin(self, code: str) -> str:
        """The code of a course of ours that differs only by zeros in front."""
        core = bare(code)
        return next((there.code for there in self.by_code.values() if core and bare(there.code) == core), "")

    def _class(self, wanted: WantedCourse) -> FoundRow:
        """The course with that code, unless another class has it already; or a new one."""
        code = _as_code(wanted.code)
        course = self.by_code.get(code.casefold())
        if course is not None and course.pk not in self.owned:
            self.owned.add(course.pk)
            return FoundRow(course)
        if fault := fault_of(wanted.code):
            return FoundRow(problem=fault)
        if course is None and (twin := self._twin(wanted.code)):
            return FoundRow(problem=("unknown_class", question(wanted.code, twin)))
        if wanted.ended:
            return FoundRow(problem=("unknown_class", _("This class should be deleted, but it does not exist here.")))
        return FoundRow(self._new(code, wanted), new=True)

    def _new(self, code: str, wanted: WantedCourse) -> Course:
        free = next(name for name in _numbered(code) if name.casefold() not in self.codes)
        self.codes.add(free.casefold())
        department = self.departments.get(wanted.department.casefold())
        return Course(code=free, title=(wanted.title or free)[:160], department=department)


# --- questions ----------------------------------------------------------------------------------


def _linked(kind: str, ids: Iterable[str], what: str) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for some in in_parts(set(filter(None, ids))):
        found = SourcedId.objects.filter(kind=kind, sourced_id__in=some).exclude(**{what: None}).select_related(what)
        rows |= {link.sourced_id: getattr(link, what) for link in found}
    return rows


def _by_email(emails: set[str]) -> dict[str, list[User]]:
    found: dict[str, list[User]] = {}
    for some in in_parts(emails):
        for person in User.objects.annotate(mail=Lower("email")).filter(mail__in=some):
            found.setdefault(person.email.casefold(), []).append(person)
    return found


def _is_number(text: str) -> bool:
    return re.fullmatch(NUMBER, text) is not None


def _as_code(text: str) -> str:
    """What a course's code may be: letters, digits, dashes, underscores; 32 of them."""
    return re.sub(r"[^A-Za-z0-9_-]+", "-", text).strip("-")[:32] or "class"


def _numbered(code: str) -> Iterator[str]:
    yield code
    for number in range(2, 100_000):
        yield f"{code[: 31 - len(str(number))]}-{number}"


Tick = Callable[[int], object]
