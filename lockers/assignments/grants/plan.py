"""Which line gets which locker, or why it gets none. Pure: the facts come in, verdicts go out.

Named lockers are given first, whatever line they are on; then any free one, in the order of the doors.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import date

from lockers.assignments.grants.rows import GrantWish
from lockers.bank.places import natural


@dataclass(frozen=True, slots=True)
class GrantDoor:
    """A locker of the bank. `holder`: of its current assignment; 0 for one that no one has."""

    pk: int
    number: str
    holder: int | None = 0
    dates: tuple[date, date | None] | None = None
    out_of_service: bool = False
    fits: bool = True  # of the kind, and in the range, of the grant


@dataclass(frozen=True, slots=True)
class GrantFacts:
    """What is so when the plan is made. People and doors by what stands in a file, in small letters."""

    people: Mapping[str, int]
    doors: Mapping[str, GrantDoor]
    valid: Set[int]  # people whose membership is valid
    twins: Mapping[str, str] = field(default_factory=dict)
    has: Mapping[int, str] = field(default_factory=dict)  # people with a locker in this bank, and its number
    by: int | None = None  # the officer, who gives nothing to themselves


@dataclass(frozen=True, slots=True)
class GrantVerdict:
    """`code`: "" when the line is to be carried out, `same` when it is so already, or why it is refused."""

    wish: GrantWish
    person: int | None = None
    door: GrantDoor | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    code: str = ""
    detail: str = ""


def plan(
    wishes: Iterable[GrantWish], facts: GrantFacts, *, starts_on: date, ends_on: date, today: date
) -> list[GrantVerdict]:
    """One verdict for each wish, in the order of the lines."""
    plan = _Plan(facts, starts_on, ends_on, today)
    wishes = sorted(wishes, key=lambda wish: wish.line)
    named = {wish.line: plan.verdict(wish) for wish in wishes if wish.locker is not None or wish.problem}
    return [named.get(wish.line) or plan.verdict(wish) for wish in wishes]


class _Plan:
    """What earlier lines have taken."""

    def __init__(self, facts: GrantFacts, starts_on: date, ends_on: date, today: date) -> None:
        self.facts, self.starts_on, self.ends_on, self.today = facts, starts_on, ends_on, today
        self.lines_of_people: dict[int, int] = {}
        self.lines_of_doors: dict[int, int] = {}
        free = [door for door in facts.doors.values() if door.fits and door.holder == 0 and not door.out_of_service]
        self.free = sorted(free, key=lambda door: natural(door.number), reverse=True)  # the next is the last

    def verdict(self, wish: GrantWish) -> GrantVerdict:
        first, last = wish.starts_on or self.starts_on, wish.ends_on or self.ends_on
        person = self.facts.people.get(wish.said.casefold())
        code, detail = self._against(wish, person, first, last)
        if code or person is None:
            return GrantVerdict(wish, person, None, first, last, code, detail)
        return self._given(wish, person, first, last)

    def _against(self, wish: GrantWish, person: int | None, first: date, last: date) -> tuple[str, str]:
        """What is wrong with the line itself, or with whom it names."""
        if wish.problem:
            return wish.problem, wish.detail
        if person is None:
            twin = self.facts.twins.get(wish.said, "")
            return ("unknown_twin", twin) if twin else ("unknown_person", "")
        if last < first:
            return "bad_dates", ""
        if last < self.today:
            return "past", ""
        if person == self.facts.by:
            return "not_yourself", ""
        if person not in self.facts.valid:
            return "not_valid", ""
        if person in self.lines_of_people:
            return "person_twice", str(self.lines_of_people[person])
        return "", ""

    def _given(self, wish: GrantWish, person: int, first: date, last: date) -> GrantVerdict:
        self.lines_of_people[person] = wish.line
        door = self._named_door(wish.locker) if wish.locker is not None else self._next_free(person)
        code, detail = self._against_door(door, wish, person, first, last)
        if not code and door is not None:
            self.lines_of_doors[door.pk] = wish.line
        return GrantVerdict(wish, person, door, first, last, code, detail)

    def _named_door(self, number: str) -> GrantDoor | None:
        return self.facts.doors.get(number.casefold())

    def _next_free(self, person: int) -> GrantDoor | None:
        while self.free and self.free[-1].pk in self.lines_of_doors:
            self.free.pop()
        return self.free[-1] if self.free and person not in self.facts.has else None

    def _against_door(
        self, door: GrantDoor | None, wish: GrantWish, person: int, first: date, last: date
    ) -> tuple[str, str]:
        has = self.facts.has.get(person)
        if door is not None and door.holder == person:
            return ("same", "") if door.dates == (first, last) else ("other_dates", door.number)
        if has is not None:
            return "has_locker_here", has
        if door is None:
            return ("no_free", "") if wish.locker is None else ("unknown_locker", wish.locker)
        if door.pk in self.lines_of_doors:
            return "locker_twice", str(self.lines_of_doors[door.pk])
        if not door.fits:
            return "other_lockers", door.number
        if door.out_of_service:
            return "out_of_service", door.number
        return ("", "") if door.holder == 0 else ("locker_taken", door.number)
