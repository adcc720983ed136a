"""A lesson that has another day or hour now: which of its meetings of before is which of those in the file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from attendance.imports.timetable_files import targets
from attendance.models import ImportedSlot
from attendance.rules.times import Weekly

MINUTE = "%Y-%m-%dT%H:%MZ"  # as `WantedSlot.said` begins for a meeting


def pair(steps: Iterable[Any], links: Iterable[ImportedSlot]) -> Iterator[tuple[Any, ImportedSlot]]:
    """Only within one lesson of one course. Meetings of a series also have to lie in the same week.

    A holiday week that falls away at one end and is added at the other is not a move, but an end and a beginning.
    """
    gone: dict[tuple[Any, ...], list[ImportedSlot]] = defaultdict(list)
    for link in sorted(links, key=_order):
        gone[(link.course_id, link.source, *_week_of(link))].append(link)
    for step in sorted(steps, key=lambda step: step.slot.line):
        waiting = gone[(step.course.pk, step.slot.source_digest, *_week(step.slot.when))]
        if waiting:
            yield step, waiting.pop(0)


def give_hours(steps: Iterable[Any], free: dict[tuple[int, str], ImportedSlot]) -> None:
    """An hour that the file still asks for, under whatever name, is neither ended nor planned a second time.

    `free`: links that nothing in the file has named yet. What the file cancels gives its hour away, too.
    """
    active = [step for step in steps if not step.slot.cancelled]
    owners = {step.link.pk: step for step in steps if step.link and step.slot.cancelled}
    idle = _by_hour([*free.values(), *(step.link for step in owners.values())])
    given: set[int] = set()
    for step in active:
        link = idle.get((step.course.pk, _hour_of(step.slot, step.group)))
        if link is None or link.pk in given:
            continue
        if step.link is None:
            free.pop((link.course_id, link.key), None)
            if link.pk in owners:
                owners[link.pk].link = None
            _take_over(step, link)
        elif _leaves_for(step, link):
            _change_places(step.link, link)
        else:
            continue
        given.add(link.pk)


def _take_over(step: Any, link: ImportedSlot) -> None:
    step.link, link.key, link.source = link, step.slot.key, step.slot.source_digest
    link.save(update_fields=["key", "source"])


def _leaves_for(step: Any, link: ImportedSlot) -> bool:
    """A meeting moves to where one lies that the file gives up: it takes that one, and leaves its own."""
    mine, theirs, when = step.link.session, link.session, step.slot.when
    if isinstance(when, Weekly) or mine is None or theirs is None or not targets.is_there(mine):
        return False
    is_free = targets.is_there(theirs) or targets.can_return(link)
    return bool(is_free and theirs.starts_at == when.starts != mine.starts_at)


def _change_places(one: ImportedSlot, other: ImportedSlot) -> None:
    """With what the file said of them."""
    one.session, other.session = other.session, one.session
    one.said, other.said = other.said, one.said
    for link in (one, other):
        link.save(update_fields=["session", "said"])


def _hour_of(slot: Any, group: str) -> str:
    """A meeting is known by its start, for a course has one session at a time; a lesson by all that is said of it."""
    return slot.said(group) if isinstance(slot.when, Weekly) else f"{slot.when.starts:{MINUTE}}"


def _by_hour(links: Iterable[ImportedSlot]) -> dict[tuple[int, str], ImportedSlot]:
    """Links by course and hour: as the file said it last, or else where the session lies now."""
    links = list(links)
    found: dict[tuple[int, str], ImportedSlot] = {}
    for link in links:
        is_meeting = link.said[10:11] == "T"
        found.setdefault((link.course_id, link.said[:17] if is_meeting else link.said), link)
    for link in links:
        if link.session is not None:
            found.setdefault((link.course_id, f"{link.session.starts_at.astimezone(UTC):{MINUTE}}"), link)
    return found


def _order(link: ImportedSlot) -> tuple[str, int]:
    return link.said, link.pk


def _week_of(link: ImportedSlot) -> tuple[int, ...]:
    return () if link.session is None else _iso(link.session.starts_at)


def _week(when: Any) -> tuple[int, ...]:
    return () if isinstance(when, Weekly) else _iso(when.starts)


def _iso(moment: datetime) -> tuple[int, int]:
    return timezone.localtime(moment).isocalendar()[:2]
