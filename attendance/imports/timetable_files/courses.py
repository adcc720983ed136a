"""Which course, which rooms and which teachers a timetable file means. What is not known is said, never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.lookup import by_number
from accounts.roles import Role
from attendance.imports.rosters.roster_table import LONGEST_GROUP, long_group
from attendance.imports.timetable_files.wanted import Problem, WantedSlot
from attendance.models import Course
from config.tables.incoming.identifiers import bare


@dataclass(frozen=True)
class FoundCourse:
    course: Course | None = None
    group: str = ""
    problem: Problem | None = None


class CourseNames:
    """By what was typed for a name of the file first, then by code. `typed`: as `periods.names_of` gives it."""

    def __init__(self, allowed: QuerySet[Course], typed: Mapping[str, str]) -> None:
        self.by_code = {course.code.casefold(): course for course in allowed}
        self.typed = typed

    def find(self, slot: WantedSlot) -> FoundCourse:
        if typed := self._typed(slot):
            code, _slash, group = (part.strip() for part in typed.partition("/"))
            course = self.by_code.get(code.casefold())
            if len(group) > LONGEST_GROUP:
                return FoundCourse(problem=long_group())
            return FoundCourse(course, group) if course else FoundCourse(problem=_unknown(code))
        for tier in slot.names:
            found = {course.pk: course for name in tier if (course := self.by_code.get(name.casefold()))}
            if len(found) > 1:
                return FoundCourse(problem=_ambiguous(slot, found.values()))
            if found:
                return FoundCourse(next(iter(found.values())))
        return FoundCourse(problem=self._nobody(slot))

    def _typed(self, slot: WantedSlot) -> str:
        names = [*(name for tier in slot.names for name in tier), *slot.aliases]
        return next((self.typed[name.casefold()] for name in names if name.casefold() in self.typed), "")

    def _nobody(self, slot: WantedSlot) -> Problem:
        name = slot.names[0][0] if slot.names else slot.shown
        core = next((bare(one) for tier in slot.names for one in tier if bare(one)), "")
        twin = next((there.code for there in self.by_code.values() if core and bare(there.code) == core), "")
        if twin:
            words = _(
                "There is no course %(name)s. Is it %(twin)s? Then add %(name)s = %(twin)s to the names in the file."
            )
            return "unknown_course", words % {"name": name, "twin": twin}
        words = _(
            "There is no course with the code %(name)s, or it is not one of yours. "
            "Add a line such as %(name)s = CODE to the names in the file."
        )
        return "unknown_course", words % {"name": name}


def _unknown(code: str) -> Problem:
    words = _("There is no course with the code %(code)s, or it is not one of yours.")
    return "unknown_course", words % {"code": code}


def _ambiguous(slot: WantedSlot, courses: Iterable[Course]) -> Problem:
    words = _(
        "This could be one of several courses: %(courses)s. "
        "Add a line such as %(name)s = CODE to the names in the file."
    )
    codes = ", ".join(sorted(course.code for course in courses))
    return "ambiguous_course", words % {"courses": codes, "name": slot.names[0][0]}


# --- rooms and teachers --------------------------------------------------------------------------


def stations_of(rooms: Iterable[str], typed: Mapping[str, str]) -> dict[str, Any]:
    """The station of each room: by short name, name or place, where only one is meant. None for the others."""
    stations = apps.get_model("recognition", "Station").objects.filter(purpose="attendance")
    known: dict[str, dict[int, Any]] = {}
    for station in stations:
        for name in {station.slug, station.name, station.place} - {""}:
            known.setdefault(name.casefold(), {})[station.pk] = station
    return {room: _only(known.get(_meant(room, typed))) for room in rooms}


def teachers_of(names: Iterable[str], typed: Mapping[str, str]) -> dict[str, User | None]:
    """Each teacher by id number or e-mail, where this is one person who may teach. None for the others."""
    meant = {name: _meant(name, typed) for name in names}
    numbered = by_number(list(meant.values()))
    mailed: dict[str, list[User]] = {}
    for person in User.objects.filter(role__in=(Role.TEACHER, Role.ADMINISTRATOR), is_active=True).exclude(email=""):
        mailed.setdefault(person.email.casefold(), []).append(person)
    found: dict[str, User | None] = {}
    for name, text in meant.items():
        people = [numbered[text]] if text in numbered else mailed.get(text, [])
        able = [one for one in people if one.role in (Role.TEACHER, Role.ADMINISTRATOR)]
        found[name] = able[0] if len(able) == 1 else None
    return found


def _meant(name: str, typed: Mapping[str, str]) -> str:
    return typed.get(name.casefold(), name).casefold()


def _only(found: dict[int, Any] | None) -> Any:
    return next(iter(found.values())) if found and len(found) == 1 else None
