"""Several lines about the same person in the same course: one enrolment, whatever the order of the lines. Pure.

Other systems write one line for each term. The enrolment then lasts from the first day of the earliest to the last day
of the latest; lines that contradict each other are refused, all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

from django.utils.translation import gettext as _

from attendance.imports.rosters.rows import ImportWish, Part

Key = tuple[str, str, str]


def key_of(wish: ImportWish) -> Key:
    """Which enrolment a line is about."""
    course, person = wish.course, wish.person
    return (course.key if course else "", person.key if person else "", wish.part.value)


def joined(lines: Iterable[ImportWish]) -> list[ImportWish]:
    """The same lines in the same order: the first of an enrolment speaks for all of its terms."""
    lines = list(lines)
    about: dict[tuple[Key, str, bool], list[ImportWish]] = defaultdict(list)
    for wish in lines:
        if not wish.problem and wish.person and wish.course:
            about[key_of(wish), wish.person.full_name.casefold(), wish.ends].append(wish)
    changed = {id(old): new for terms in about.values() if _several(terms) for old, new in _one_of(terms)}
    return [changed.get(id(wish), wish) for wish in lines]


def _several(terms: list[ImportWish]) -> bool:
    """Lines that say exactly the same are not terms: the person is in the file twice."""
    return len({(wish.group, wish.since, wish.until) for wish in terms}) > 1


def _one_of(terms: list[ImportWish]) -> list[tuple[ImportWish, ImportWish]]:
    groups = {wish.group for wish in terms if wish.group}
    if len(groups) > 1:
        numbers = ", ".join(str(wish.line) for wish in terms[:6])
        words = _("Lines %(lines)s put the same person in different groups. Keep only the right one.") % {
            "lines": numbers
        }
        return [(wish, replace(wish, problem=("two_groups", words))) for wish in terms]
    first, *others = terms
    group = next(iter(groups), "")
    if first.part == Part.TEACHER:
        whole = first
    else:
        since = None if any(wish.since is None for wish in terms) else min(wish.since for wish in terms if wish.since)
        until = None if any(wish.until is None for wish in terms) else max(wish.until for wish in terms if wish.until)
        whole = replace(first, group=group, since=since, until=until)
    return [(first, whole), *((wish, replace(wish, belongs_to=first.line)) for wish in others)]
