"""What is here already and differs from what a file says only by zeros in front: `000771` for `771`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Length
from django.utils.translation import gettext as _

from config.tables.incoming.identifiers import bare

AT_ONCE = 500  # values in one question


def twins_of(texts: Iterable[str], rows: QuerySet[Any], field: str) -> dict[str, str]:
    """For each of `texts` that is not there itself: a value of `field` that differs from it only by zeros in front."""
    numbers = {text: bare(text) for text in texts if bare(text)}
    if not numbers:
        return {}
    there = set(_values(set(numbers.values()), rows, field))
    found = {bare(value): value for value in sorted(there)}
    return {text: found[core] for text, core in numbers.items() if core in found and text not in there}


def question(number: str, longer: str) -> str:
    """What is asked of a person, and what to do then."""
    words = _(
        "Did you mean %(longer)s? Spreadsheets remove leading zeros, and %(number)s does not exist here. "
        "Correct the file, or add it by hand."
    )
    return words % {"number": number, "longer": longer}


def _values(cores: set[str], rows: QuerySet[Any], field: str) -> Iterator[str]:
    """Few lengths are in use, so few questions are needed."""
    zeros = rows.filter(**{f"{field}__startswith": "0"}).order_by()
    lengths = set(zeros.annotate(how_long=Length(field)).values_list("how_long", flat=True).distinct())
    wanted = cores | {core.zfill(length) for core in cores for length in lengths}
    for some in in_parts(wanted):
        yield from rows.filter(**{f"{field}__in": some}).values_list(field, flat=True)


def in_parts(values: Collection[str]) -> Iterator[list[str]]:
    """In the order of the alphabet, as many as one question takes."""
    left = iter(sorted(values))
    while some := list(islice(left, AT_ONCE)):
        yield some
