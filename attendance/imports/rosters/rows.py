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
    """A person by a number that the institution gave them; `others` and the e-mail are weaker: a name must agree.

    `gone`: a code and a sentence for an account that the other system has deleted or switched off.
    """

    numbers: tuple[str, ...]
    sourced_id: str = ""
    others: tuple[str, ...] = ()  # what else the other system calls them: its own id, a name to sign in with
    email: str = ""
    first_name: str = ""
    last_name: str = ""
    teaches: bool = False
    line: int = 0
    file: str = ""
    gone: tuple[str, str] | None = None

    @property
    def key(self) -> str:
        """`S-1` and `s-1` are one person."""
        return self.sourced_id or (self.numbers[0] if self.numbers else self.email).casefold()

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    @property
    def shown(self) -> str:
        """What a verdict calls a person whom no one knows."""
        number = self.numbers[0] if self.numbers else self.sourced_id or self.email
        return f"{self.full_name} ({number})" if self.full_name else number


@dataclass(frozen=True)
class ImportWish:
    """One line. `given`: which of group, since and until the file speaks of; the others stay as they are."""

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
    belongs_to: int = 0  # the line that speaks for this one too: another term of the same enrolment


@dataclass
class Wishes:
    """All that one file, or one package of files, asks for."""

    kind: str  # csv, xlsx or oneroster
    lines: list[ImportWish]
    courses: list[WantedCourse] = field(default_factory=list)  # OneRoster's classes
    unused: tuple[str, ...] = ()  # columns that no one asked for
    notes: tuple[str, ...] = ()  # what a person should know of how the file was read
