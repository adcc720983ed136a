"""What a file asks for: this person in this course, or no longer. Plain values, before any question to the database."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Part(StrEnum):
    STUDENT = "student"
    TEACHER = "teacher"


@dataclass(frozen=True)
class WantedCourse:
    """A course by its code; from OneRoster also by the id of its class, and with what a new course needs."""

    code: str
    sourced_id: str = ""
    title: str = ""
    department: str = ""  # code
    line: int = 0
    file: str = ""
    ended: bool = False

    @property
    def key(self) -> str:
        return self.sourced_id or self.code.casefold()


@dataclass(frozen=True)
class WantedPerson:
    """Somebody by any of several numbers, tried in order; then by e-mail."""

    numbers: tuple[str, ...]
    sourced_id: str = ""
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    teaches: bool = False
    line: int = 0
    file: str = ""

    @property
    def key(self) -> str:
        return self.sourced_id or (self.numbers[0] if self.numbers else self.email)

    @property
    def shown(self) -> str:
        """What a verdict calls somebody whom nobody knows."""
        name = f"{self.first_name} {self.last_name}".strip()
        number = self.numbers[0] if self.numbers else self.sourced_id or self.email
        return f"{name} ({number})" if name else number


@dataclass(frozen=True)
class Wish:
    """One line. `given`: which of group, since and until the file speaks of at all; the others stay as they are."""

    file: str
    line: int
    course: WantedCourse | None
    person: WantedPerson | None
    part: Part = Part.STUDENT
    group: str = ""
    since: date | None = None
    until: date | None = None
    given: frozenset[str] = frozenset()
    ends: bool = False
    problem: tuple[str, str] | None = None  # a code and a sentence: the line cannot be used


@dataclass
class Wishes:
    """All that one file, or one package of files, asks for."""

    kind: str  # csv, xlsx or oneroster
    lines: list[Wish]
    courses: list[WantedCourse] = field(default_factory=list)  # OneRoster's classes
    unused: tuple[str, ...] = ()  # columns that nobody asked for
