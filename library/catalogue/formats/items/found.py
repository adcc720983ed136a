"""What a file has before anything is read from it: which fields carry barcodes, MARC 21 or UNIMARC."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from itertools import islice
from typing import IO, Any

from library.catalogue.formats import detection
from library.catalogue.formats.incoming_records import Read, Unread
from library.catalogue.formats.items import values
from library.catalogue.formats.items.dialects import DIALECTS, NONE, Dialect, Layout
from library.catalogue.formats.items.holdings import barcodes_of
from library.catalogue.formats.record_formats import USED, format_of

ENOUGH = 2_000  # records that are looked at
LONGEST_BARCODE = 64


@dataclass(slots=True)
class FoundItems:
    """Barcodes by dialect, and records by format; both empty for a table."""

    barcodes: Counter[str] = field(default_factory=Counter)
    signs: Counter[str] = field(default_factory=Counter)
    formats: Counter[str] = field(default_factory=Counter)

    @property
    def tags(self) -> frozenset[str]:
        return USED

    def read(self, record: Any) -> Read:
        self.formats[format_of(record)] += 1
        for dialect in DIALECTS.values():
            for layout in dialect.layouts:
                self._count(dialect, layout, record)
        return Unread("")

    def _count(self, dialect: Dialect, layout: Layout, record: Any) -> None:
        for item, barcode in barcodes_of(record, layout):
            if len(barcode) <= LONGEST_BARCODE and not values.why_not_a_barcode(barcode):
                self.barcodes[dialect.code] += 1
                self.signs[dialect.code] += bool(dialect.signs and item.get_subfields(*dialect.signs))

    @property
    def best(self) -> Dialect:
        """The dialect with most barcodes; of two with one field, the one whose own subfields are there."""
        codes = [code for code in DIALECTS if self.barcodes[code]]
        return DIALECTS[max(codes, key=self._weight)] if codes else NONE

    def _weight(self, code: str) -> tuple[int, bool]:
        """A dialect with signs needs them in most of its fields."""
        return self.barcodes[code], self.signs[code] * 2 > self.barcodes[code]

    def as_dict(self) -> dict[str, dict[str, int]]:
        return {"barcodes": dict(self.barcodes), "formats": dict(self.formats)}


def look(file: IO[bytes]) -> FoundItems:
    """At the first records; the file is rewound. Refused as the formats refuse."""
    found = FoundItems()
    for _record in islice(detection.made(file, found), ENOUGH):
        pass
    file.seek(0)
    return found
