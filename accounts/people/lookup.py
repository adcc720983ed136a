"""People by their numbers, many at once: the same for every file that names people."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models.functions import Lower

from accounts.models import User
from config.tables.incoming.identifiers import bare
from config.tables.incoming.twins import in_parts, twins_of


def by_number(numbers: Collection[str]) -> dict[str, User]:
    """By number in small letters: no database we run on keeps `S-1` and `s-1` apart for certain."""
    wanted = set(filter(None, numbers))
    found: dict[str, User] = {}
    for some in in_parts(wanted):
        found |= {person.id_number.casefold(): person for person in _people().filter(id_number__in=some)}
    rest = {number.casefold() for number in wanted} - found.keys()
    for some in in_parts(rest):
        people = _people().annotate(small=Lower("id_number")).filter(small__in=some)
        found |= {person.id_number.casefold(): person for person in people}
    return found


def number_twins(numbers: Iterable[str]) -> dict[str, str]:
    """For numbers that no one has: the number of someone here, or in the same list, that has more or fewer zeros."""
    asked = list(dict.fromkeys(numbers))
    return _among(asked) | twins_of(asked, User.objects.all(), "id_number")


def card_twins(cards: Iterable[str]) -> dict[str, str]:
    """The same for cards, of which some may be someone's."""
    asked, rows = list(dict.fromkeys(cards)), User.objects.exclude(card_barcode=None)
    there: set[str | None] = set()
    for some in in_parts(asked):
        there |= set(rows.filter(card_barcode__in=some).values_list("card_barcode", flat=True))
    unknown = [card for card in asked if card not in there]
    return _among(unknown) | twins_of(unknown, rows, "card_barcode")


def _people() -> Any:
    return User.objects.select_related("department")


def _among(texts: Iterable[str]) -> dict[str, str]:
    """For each text the longest one of the list that differs only by zeros in front."""
    longest: dict[str, str] = {}
    for text in texts:
        if bare(text) and len(text) > len(longest.get(bare(text), "")):
            longest[bare(text)] = text
    return {text: longest[bare(text)] for text in texts if bare(text) and longest[bare(text)] != text}
