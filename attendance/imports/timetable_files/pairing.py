"""A lesson that has another day or hour now: which of its meetings of before is which of those in the file. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils import timezone

from attendance.models import ImportedSlot
from attendance.rules.times import Weekly


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


def _order(link: ImportedSlot) -> tuple[str, int]:
    return link.said, link.pk


def _week_of(link: ImportedSlot) -> tuple[int, ...]:
    return () if link.session is None else _iso(link.session.starts_at)


def _week(when: Any) -> tuple[int, ...]:
    return () if isinstance(when, Weekly) else _iso(when.starts)


def _iso(moment: datetime) -> tuple[int, int]:
    return timezone.localtime(moment).isocalendar()[:2]
