"""Who and what a file speaks of, among the people and courses that there are. Few questions, however long the file."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from accounts.models import ID_NUMBER, Department, User
from accounts.roles import Role
from attendance.imports.wishes import WantedCourse, WantedPerson
from attendance.models import Course, SourcedId

AT_ONCE = 500  # values in one question
MOST_ZEROS = 6
NUMBER: Any = ID_NUMBER.regex


@dataclass(frozen=True, slots=True)
class Found:
    """A row, or why there is none. `new`: it has to be saved first."""

    row: Any = None
    new: bool = False
    problem: tuple[str, str] | None = None


class People:
    """The people of a file: by the other system's id, by number, by e-mail; or to be added."""

    def __init__(self, wanted: Collection[WantedPerson], *, create: bool) -> None:
        self.create = create
        self.linked = _linked(SourcedId.Kind.USER, (person.sourced_id for person in wanted), "person")
        numbers = {number for person in wanted for number in person.numbers}
        self.by_number = _by_number(numbers)
        emails = {person.email.casefold() for person in wanted if person.email}
        self.by_email = _by_email(emails)
        self.known: dict[str, Found] = {}
        self.taken: dict[int, str] = {}  # the person's row, or place in memory: the key that found it first

    def find(self, wanted: WantedPerson) -> Found:
        if wanted.key not in self.known:
            self.known[wanted.key] = self._once_each(wanted, self._find(wanted))
        return self.known[wanted.key]

    def _find(self, wanted: WantedPerson) -> Found:
        if wanted.sourced_id in self.linked:
            return Found(self.linked[wanted.sourced_id])
        for number in wanted.numbers:
            if number.casefold() in self.by_number:
                return Found(self.by_number[number.casefold()])
        same_mail = self.by_email.get(wanted.email.casefold(), []) if wanted.email else []
        if len(same_mail) > 1:
            return Found(problem=("ambiguous", _("Several people have the e-mail %s.") % wanted.email))
        if same_mail:
            return Found(same_mail[0])
        return self._new(wanted) if self.create else Found(problem=self._unknown(wanted))

    def _once_each(self, wanted: WantedPerson, found: Found) -> Found:
        """Two people of the file are never one of ours: one of them would be marked for the other."""
        if found.row is None:
            return found
        first = self.taken.setdefault(found.row.pk or id(found.row), wanted.key)
        if first == wanted.key:
            return found
        words = _("This would be %(person)s, whom the file calls %(other)s too.")
        return Found(problem=("same_person", words % {"person": found.row, "other": first}))

    def _unknown(self, wanted: WantedPerson) -> tuple[str, str]:
        number = wanted.numbers[0] if wanted.numbers else wanted.key
        longer = _with_zeros(number)
        if longer:
            words = _("Nobody has the id number %(number)s. Is it %(longer)s? Spreadsheets take zeros away.")
            return "unknown_person", words % {"number": number, "longer": longer}
        return "unknown_person", _("Nobody has the id number %(number)s.") % {"number": number}

    def _new(self, wanted: WantedPerson) -> Found:
        number = next((number for number in wanted.numbers if _is_number(number)), None)
        if number is None:
            return Found(problem=("bad_number", _("There is no id number of letters, digits, dots and dashes.")))
        if not wanted.first_name:
            return Found(problem=("no_name", _("Nobody has this id number, and to add them a first name is needed.")))
        person = User(
            id_number=number,
            first_name=wanted.first_name[:80],
            last_name=wanted.last_name[:80],
            email=wanted.email if "@" in wanted.email else "",
            role=Role.TEACHER if wanted.teaches else Role.MEMBER,
            affiliation=User.Affiliation.EMPLOYEE if wanted.teaches else User.Affiliation.STUDENT,
        )
        person.set_unusable_password()
        self.by_number[number.casefold()] = person
        return Found(person, new=True)


class Courses:
    """The courses of a file, among those that whoever imports may change; or to be added from OneRoster's classes."""

    def __init__(self, wanted: Collection[WantedCourse], allowed: QuerySet[Course]) -> None:
        linked = _linked(SourcedId.Kind.CLASS, (course.sourced_id for course in wanted), "course")
        self.linked = linked
        self.by_code = {course.code.casefold(): course for course in allowed.select_related("department")}
        self.codes = set(map(str.casefold, Course.objects.values_list("code", flat=True)))
        links = SourcedId.objects.filter(kind=SourcedId.Kind.CLASS)
        self.owned = set(links.values_list("course_id", flat=True))
        self.departments = {row.code.casefold(): row for row in Department.objects.all()}
        self.known: dict[str, Found] = {}

    def find(self, wanted: WantedCourse) -> Found:
        if wanted.key not in self.known:
            self.known[wanted.key] = self._find(wanted)
        return self.known[wanted.key]

    def _find(self, wanted: WantedCourse) -> Found:
        if wanted.sourced_id in self.linked:
            return Found(self.linked[wanted.sourced_id])
        if not wanted.sourced_id:
            return self._by_code(wanted.code)
        if not wanted.file:
            words = _("The class %(id)s stands neither in classes.csv nor in an earlier import.")
            return Found(problem=("unknown_class", words % {"id": wanted.sourced_id}))
        return self._class(wanted)

    def _by_code(self, code: str) -> Found:
        course = self.by_code.get(code.casefold())
        if course is None:
            words = _("There is no course with the code %(code)s, or it is not one of yours.")
            return Found(problem=("unknown_course", words % {"code": code}))
        return Found(course)

    def _class(self, wanted: WantedCourse) -> Found:
        """The course with that code, unless another class has it already; or a new one."""
        code = _as_code(wanted.code)
        course = self.by_code.get(code.casefold())
        if course is not None and course.pk not in self.owned:
            self.owned.add(course.pk)
            return Found(course)
        if wanted.ended:
            return Found(problem=("unknown_class", _("This class is to be deleted, and there is none like it.")))
        return Found(self._new(code, wanted), new=True)

    def _new(self, code: str, wanted: WantedCourse) -> Course:
        free = next(name for name in _numbered(code) if name.casefold() not in self.codes)
        self.codes.add(free.casefold())
        department = self.departments.get(wanted.department.casefold())
        return Course(code=free, title=(wanted.title or free)[:160], department=department)


# --- questions ----------------------------------------------------------------------------------


def _linked(kind: str, ids: Iterable[str], what: str) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    for some in _in_parts(set(filter(None, ids))):
        found = SourcedId.objects.filter(kind=kind, sourced_id__in=some).exclude(**{what: None}).select_related(what)
        rows |= {link.sourced_id: getattr(link, what) for link in found}
    return rows


def _by_number(numbers: set[str]) -> dict[str, User]:
    """By number in small letters: no database we run on keeps `S-1` and `s-1` apart for certain."""
    found: dict[str, User] = {}
    for some in _in_parts(numbers):
        found |= {person.id_number.casefold(): person for person in User.objects.filter(id_number__in=some)}
    rest = {number.casefold() for number in numbers} - found.keys()
    for some in _in_parts(rest):
        people = User.objects.annotate(small=Lower("id_number")).filter(small__in=some)
        found |= {person.id_number.casefold(): person for person in people}
    return found


def _by_email(emails: set[str]) -> dict[str, list[User]]:
    found: dict[str, list[User]] = {}
    for some in _in_parts(emails):
        for person in User.objects.annotate(mail=Lower("email")).filter(mail__in=some):
            found.setdefault(person.email.casefold(), []).append(person)
    return found


def _with_zeros(number: str) -> str | None:
    if not number.isdecimal():
        return None
    longer = [number.zfill(len(number) + more) for more in range(1, MOST_ZEROS + 1)]
    return User.objects.filter(id_number__in=longer).values_list("id_number", flat=True).first()


def _in_parts(values: Collection[str]) -> Iterator[list[str]]:
    left = iter(sorted(values))
    while some := list(islice(left, AT_ONCE)):
        yield some


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
