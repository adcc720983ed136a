"""The copies that come with imported records."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import slugify
from django.utils.translation import gettext as _

from library.catalogue.drafts import CopyDraft, Draft, clean
from library.models import Copy, Title

LONGEST_BARCODE = 64
FIELDS = ("location", "item_type")


class CopyWriter:
    """Looks up a batch's barcodes at once, and writes what is new or different at once.

    Statuses are never touched: whether a book is on loan is the ledger's business. An empty column changes nothing.
    """

    def __init__(self, drafts: Iterable[Draft]) -> None:
        barcodes = {_barcode(copy) for draft in drafts for copy in draft.copies}
        known = Copy.objects.filter(barcode__in=barcodes).select_related("title")
        self.known = {copy.barcode.casefold(): copy for copy in known}
        self.new: list[Copy] = []
        self.changed: list[Copy] = []

    def add(self, title: Title, draft: Draft) -> tuple[int, list[str]]:
        """How many are new or different, and what was left out, in words."""
        notes: list[str] = []
        return sum(self._add(title, copy, notes) for copy in draft.copies), notes

    def _add(self, title: Title, draft: CopyDraft, notes: list[str]) -> bool:
        barcode = _barcode(draft)
        if not (0 < len(barcode) <= LONGEST_BARCODE and barcode.isascii()):
            words = _("%(barcode)s cannot be a barcode: this copy was left out.")
            notes.append(words % {"barcode": barcode[:20]})
            return False
        known = self.known.get(barcode.casefold())
        if known is None:
            self.known[barcode.casefold()] = copy = Copy(title=title, barcode=barcode, **_facts(draft, "book"))
            self.new.append(copy)
            return True
        if known.title is not title and (title.pk is None or known.title_id != title.pk):
            words = _("The barcode %(barcode)s is on a copy of another title already: left out.")
            notes.append(words % {"barcode": barcode})
            return False
        return self._update(known, _facts(draft))

    def _update(self, known: Copy, facts: dict[str, str]) -> bool:
        different = {name: value for name, value in facts.items() if value and getattr(known, name) != value}
        for name, value in different.items():
            setattr(known, name, value)
        if different and known.pk:
            self.changed.append(known)
        return bool(different)

    def write(self) -> None:
        """After the titles."""
        for copy in self.new:
            copy.title = copy.title  # takes over the key that the title has by now
        Copy.objects.bulk_create(self.new)
        Copy.objects.bulk_update(self.changed, FIELDS)


def _barcode(copy: CopyDraft) -> str:
    return clean(copy.barcode).strip()


def _facts(draft: CopyDraft, default: str = "") -> dict[str, str]:
    kind = slugify(draft.item_type)[:32]
    return {"location": clean(draft.location)[:120].strip(), "item_type": kind or default}
