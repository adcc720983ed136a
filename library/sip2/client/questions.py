"""The questions that a self-check machine asks, as messages. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo

from library.sip2.codec.dates import stamp
from library.sip2.codec.layouts import LISTS
from library.sip2.codec.messages import Message

Fields = tuple[tuple[str, str], ...]
ENGLISH = "001"


@dataclass(frozen=True, slots=True)
class Speech:
    """What every question of one site says of itself."""

    institution: str
    zone: tzinfo
    due_format: str = ""  # how the other side writes due dates (strptime); empty: one of the usual ways

    def log_in(self, user: str, password: str, location: str) -> Message:
        fields: Fields = (("CN", user), ("CO", password), ("CP", location))
        return Message("93", {"user_algorithm": "0", "password_algorithm": "0"}, fields)

    def status(self) -> Message:
        return Message("99", {"status": "0", "print_width": "080", "version": "2.00"})

    def patron_information(self, now: datetime, patron: str, password: str, *, charged: bool = False) -> Message:
        """`charged`: with the barcodes of everything that they have."""
        summary = "  Y       " if charged else " " * 10
        fixed = {"language": ENGLISH, "at": self._at(now), "summary": summary}
        more: Fields = (("BP", "1"), ("BQ", "9999")) if charged else ()
        return Message("63", fixed, (*self._patron(patron), ("AC", ""), ("AD", password), *more))

    def list_of(self, now: datetime, patron: str, name: str, first: int, last: int) -> Message:
        """One list of an account, from `first` to `last`. No PIN is sent, for no one here knows one."""
        place = LISTS.index(name)
        summary = "".join("Y" if place == number else " " for number in range(10))
        fixed = {"language": ENGLISH, "at": self._at(now), "summary": summary}
        return Message("63", fixed, (*self._patron(patron), ("BP", str(first)), ("BQ", str(last))))

    def item_information(self, now: datetime, item: str) -> Message:
        return Message("17", {"at": self._at(now)}, (self._site, ("AB", item), ("AC", "")))

    def check_out(self, now: datetime, patron: str, item: str) -> Message:
        fixed = {"renewal_policy": "N", "no_block": "N", "at": self._at(now), "due": self._at(now)}
        return Message("11", fixed, (*self._patron(patron), ("AB", item), ("AC", ""), ("BO", "N"), ("BI", "N")))

    def check_in(self, now: datetime, item: str, location: str) -> Message:
        fixed = {"no_block": "N", "at": self._at(now), "returned": self._at(now)}
        return Message("09", fixed, (("AP", location), self._site, ("AB", item), ("AC", ""), ("BI", "N")))

    def renew(self, now: datetime, patron: str, item: str) -> Message:
        fixed = {"third_party": "N", "no_block": "N", "at": self._at(now), "due": self._at(now)}
        return Message("29", fixed, (*self._patron(patron), ("AB", item), ("AC", ""), ("BO", "N")))

    def end_session(self, now: datetime, patron: str) -> Message:
        return Message("35", {"at": self._at(now)}, (*self._patron(patron), ("AC", "")))

    @property
    def _site(self) -> tuple[str, str]:
        return ("AO", self.institution)

    def _patron(self, patron: str) -> Fields:
        return (self._site, ("AA", patron))

    def _at(self, now: datetime) -> str:
        return stamp(now, self.zone)
