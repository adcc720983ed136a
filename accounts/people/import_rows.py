"""The lines of a file of people against the people that there are, asked once for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from django.utils.translation import gettext as _

from accounts.credentials.lost_cards import lost_among, sentence
from accounts.models import User
from accounts.people.lookup import by_number, card_twins, number_twins
from config.tables.incoming import Spoiled, identifier
from config.tables.incoming.identifiers import normal
from config.tables.incoming.twins import question

Broken = list[tuple[str, str]]  # field and sentence


class PeopleFile:
    """Who is meant by each line, and what is doubtful about it. Some databases do not tell `S-1` from `s-1`."""

    def __init__(self, numbers: Iterable[str], cards: Iterable[str]) -> None:
        numbers, cards = list(map(normal, numbers)), list(filter(None, map(normal, cards)))
        self.known = by_number(numbers)
        self.times = Counter(number.casefold() for number in numbers)
        self.card_times = Counter(cards)
        self.twins = number_twins(number for number in numbers if number.casefold() not in self.known)
        self.card_twins = card_twins(cards)
        self.lost = lost_among(cards)

    def person(self, cell: str) -> User | None:
        return self.known.get(normal(cell).casefold())

    def spoiled(self, cell: str) -> str | None:
        """What a spreadsheet did to this id number; nothing when someone really has it."""
        try:
            identifier(cell)
        except Spoiled as fault:
            return None if self.person(cell) else str(fault)
        return None

    def doubts(self, person: User) -> Broken:
        """About the numbers of a line, once they are read."""
        number, card = person.id_number, person.card_barcode or ""
        broken: Broken = []
        if self.times[number.casefold()] > 1:
            broken.append(("id_number", _("The id number '%s' is in this file more than once.") % number))
        if number in self.twins and number.casefold() not in self.known:
            broken.append(("id_number", question(number, self.twins[number])))
        if self.card_times[card] > 1:
            broken.append(("card_barcode", _("The card '%s' is in this file more than once.") % card))
        elif card in self.lost:
            broken.append(("card_barcode", sentence(card)))
        elif card in self.card_twins:
            broken.append(("card_barcode", question(card, self.card_twins[card])))
        return broken
