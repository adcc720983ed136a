"""Letters about what ends on a day: an assignment, a share. When they go out, they say what is true then."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any, Protocol, TypeVar

from django.db.models import QuerySet
from django.utils.formats import date_format

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from accounts.mail.outbox import Letter
from accounts.models import User


class EndsOn(Protocol):
    pk: Any
    ends_on: date | None


T = TypeVar("T", bound=EndsOn)


def write(kind: str, people: Iterable[User], rows: Sequence[EndsOn], words: Callable[[Facts], Context | None]) -> None:
    """To each of these people, about all of these rows; one that says nothing (None) is not written."""
    ends = {str(row.pk): str(row.ends_on) for row in rows}
    letters = []
    for person in people if rows else ():
        facts = {"person": person.pk, "ends": ends}
        if context := words(facts):
            key = f"{kind}:{rows[0].pk}:{rows[0].ends_on}:{person.pk}"
            letters.append(Letter(key, context, person, facts=facts))
    outbox.enqueue_all(kind, letters)


def true_still(rows: QuerySet[Any, T], facts: Facts) -> list[T]:
    """Those of the facts that end on the same day as when it was written, the first to end first."""
    found = rows.filter(pk__in=facts["ends"]).order_by("ends_on", "pk")
    return [row for row in found if facts["ends"][str(row.pk)] == str(row.ends_on)]


def day_of(row: EndsOn) -> str:
    return date_format(row.ends_on) if row.ends_on else ""
