"""MARC 21 or UNIMARC? A record tells by the fields that only one of them has; where it does not, a person is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from django.utils.translation import gettext as _

from library.catalogue.formats import marc, unimarc
from library.catalogue.formats.incoming_records import Read, Unread
from library.catalogue.formats.items.dialects import STANDARD, TAGS, UNIMARC_995, Dialect

MARC21, UNIMARC, UNSURE = "marc21", "unimarc", "unsure"
NAMES = {MARC21: "MARC 21", UNIMARC: "UNIMARC"}
CODED = re.compile(r"\d{8}[a-z|# ].{13,}", re.DOTALL)  # UNIMARC 100 $a: the day of entry and codes, never a name
# Fields that MARC 21 has never had.
ONLY_UNIMARC = ("101", "214", "215", "225", "606", "675", "676", "686", "701", "702", "801")
USED = marc.USED | unimarc.USED | TAGS


class RecordReader(Protocol):
    """What is made of a pymarc record. `tags`: the fields it looks at; others may be in any encoding."""

    @property
    def tags(self) -> frozenset[str]: ...

    def read(self, record: Any) -> Read: ...


@dataclass(frozen=True, slots=True)
class ReadChoices:
    """What a person has chosen. No format: each record tells by itself. No dialect: the usual one of its format."""

    dialect: Dialect | None = None
    record_format: str = ""

    @property
    def tags(self) -> frozenset[str]:
        layouts = self.dialect.layouts if self.dialect else ()
        return USED.union(*(layout.tags for layout in layouts))

    def read(self, record: Any) -> Read:
        found = self.record_format or format_of(record)
        if found == UNSURE:
            return Unread(
                _("It may be UNIMARC, but its fields do not say so clearly. Choose the format of the records.")
            )
        if found == UNIMARC:
            return unimarc.draft_of(record, self.dialect or UNIMARC_995)
        return marc.draft_of(record, self.dialect or STANDARD)


USUAL = ReadChoices()


def format_of(record: Any) -> str:
    """Field 245 is the title of MARC 21, 200 that of UNIMARC."""
    if record.get_fields("245") or not record.get_fields("200"):
        return MARC21
    coded = any(CODED.match(value) for field in record.get_fields("100") for value in field.get_subfields("a"))
    return UNIMARC if coded or record.get_fields(*ONLY_UNIMARC) else UNSURE


def tells_unimarc(tags: set[str]) -> bool:
    """By the tags alone, before any letter is read."""
    return "200" in tags and "245" not in tags
