"""The copies that a record names, in the dialect of the library system that it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from library.catalogue.formats.incoming_records import CopyDraft
from library.catalogue.formats.items import values
from library.catalogue.formats.items.dialects import Dialect, Layout


def copies_of(record: Any, dialect: Dialect) -> Iterator[CopyDraft]:
    """From the fields that carry a barcode; the same barcode once."""
    seen: set[str] = set()
    for layout in dialect.layouts:
        for field, barcode in barcodes_of(record, layout):
            if barcode not in seen:
                seen.add(barcode)
                yield _copy(layout, field, barcode)


def barcodes_of(record: Any, layout: Layout) -> Iterator[tuple[Any, str]]:
    for tag in layout.tags:
        for field in record.get_fields(tag):
            if not field.control_field:
                said = (value.strip() for value in field.get_subfields(layout.barcode))
                yield from ((field, barcode) for barcode in said if barcode)


def _copy(layout: Layout, field: Any, barcode: str) -> CopyDraft:
    status, price, day = layout.status(field), _one_of(field, layout.price), _one_of(field, layout.acquired)
    return CopyDraft(
        barcode,
        branch=_one_of(field, layout.branch),
        location=_one_of(field, layout.location),
        item_type=_one_of(field, layout.item_type) if layout.has_type(field) else "",
        status=status.status,
        call_number=" ".join(" ".join(field.get_subfields(*layout.call_number)).split()),
        price=values.price_in(price, settings.LIBRARY_CURRENCY),
        acquired=values.day_in(day, layout.days),
        note=_one_of(field, layout.note),
        notes=(*_notes(barcode, status.unknown, price), *filter(None, [values.unread_day(day, layout.days, barcode)])),
    )


def _notes(barcode: str, unknown: str, price: str) -> Iterator[str]:
    """What was not understood is told, not guessed in silence."""
    if unknown:
        words = _("The status “%(said)s” of the copy %(barcode)s is not known here, so it is recorded as available.")
        yield words % {"said": unknown[:30], "barcode": barcode[:64]}
    if values.is_other_currency(price, settings.LIBRARY_CURRENCY):
        words = _("The price “%(price)s” of the copy %(barcode)s is in another currency and was left out.")
        yield words % {"price": price[:30], "barcode": barcode[:64]}


def _one_of(field: Any, codes: str) -> str:
    return next((value.strip() for code in codes for value in field.get_subfields(code) if value.strip()), "")
