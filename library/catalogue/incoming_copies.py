"""The copies that come with imported records."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify
from django.utils.translation import gettext as _

from config.tables.incoming.identifiers import bare, fault_of, normal
from config.tables.incoming.twins import question, twins_of
from library.catalogue.formats.incoming_records import CopyDraft, Draft, clean, plain
from library.catalogue.formats.items.values import why_not_a_barcode
from library.models import Branch, Copy, Title
from library.rules.lending import CopyStatus


class SeenKeys:
    """Which keys have gone by: eight bytes for each, so that memory stays small however long the file is."""

    def __init__(self) -> None:
        self.digests: set[int] = set()

    def __contains__(self, key: str) -> bool:
        return self._digest(key) in self.digests

    def add(self, key: str) -> None:
        self.digests.add(self._digest(key))

    @staticmethod
    def _digest(key: str) -> int:
        return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "big")


LONGEST_BARCODE = 64
FIELDS = ("branch", "location", "item_type")
ONCE = ("price", "acquired_on", "note")  # what fills a gap, and never takes the place of what a librarian wrote
KEPT_AWAY = (CopyStatus.WITHDRAWN, CopyStatus.LOST, CopyStatus.REFERENCE)


class CopyWriter:
    """Looks up a batch's barcodes at once, and writes what is new or different at once.

    The status of a copy that is here is never touched: whether a book is on loan is the ledger's business. An empty
    column changes nothing. Of two lines with one barcode the first counts, in a dry run and in earnest alike.
    """

    def __init__(self, drafts: Iterable[Draft], seen: SeenKeys) -> None:
        drafts = list(drafts)
        barcodes = {form for draft in drafts for copy in draft.copies for form in _forms(copy)}
        known = Copy.objects.filter(barcode__in=barcodes).select_related("title", "branch")
        self.known = {copy.barcode.casefold(): copy for copy in known}
        self.twins = twins_of(barcodes, Copy.objects.all(), "barcode")
        self.branches = Branch.by_code()
        self.seen = seen
        self.new: list[Copy] = []
        self.changed: list[Copy] = []

    def add(self, title: Title, draft: Draft) -> tuple[int, list[str]]:
        """How many are new or different, and what was left out, in words."""
        notes: list[str] = []
        return sum(self._add(title, draft.key, copy, notes) for copy in draft.copies), notes

    def titles_of(self, draft: Draft) -> set[int]:
        """Whose copies carry its barcodes already."""
        known = (self.known.get(self._barcode(copy).casefold()) for copy in draft.copies)
        return {copy.title_id for copy in known if copy is not None}

    def _add(self, title: Title, key: str, draft: CopyDraft, notes: list[str]) -> bool:
        barcode = self._barcode(draft)
        if not (0 < len(barcode) <= LONGEST_BARCODE and barcode.isascii()):
            words = _("“%(barcode)s” is not a valid barcode, so this copy was left out.")
            notes.append(words % {"barcode": barcode[:20]})
            return False
        known = self.known.get(barcode.casefold())
        if self._is_taken(barcode.casefold(), key, known, title):
            words = _("The barcode %(barcode)s already belongs to a copy of another title, so this copy was left out.")
            notes.append(words % {"barcode": barcode})
            return False
        if known is None and (why := self._doubt(barcode, draft)):
            words = _("The copy %(barcode)s was left out. %(why)s")
            notes.append(words % {"barcode": barcode, "why": why})
            return False
        if not self._is_first(barcode.casefold(), key):
            return False
        notes += draft.notes if known is None else ()
        notes += self._branch_notes(barcode, draft)
        where = self._where(draft)
        if known is None:
            facts = {**_facts(draft, "book"), **where, **_status(draft), **_once(draft)}
            self.new.append(Copy(title=title, barcode=barcode, **facts))
            return True
        if draft.status in KEPT_AWAY and known.status == CopyStatus.AVAILABLE:
            words = _(
                "The file says that the copy %(barcode)s cannot be lent. Here it is available, and it stays available."
            )
            notes.append(words % {"barcode": barcode})
        gaps = {name: value for name, value in _once(draft).items() if not getattr(known, name)}
        return self._update(known, _facts(draft) | where | gaps)

    def _where(self, draft: CopyDraft) -> dict[str, Any]:
        """Its branch, if it is one of ours. A file without a shelf has named a branch in place of it."""
        branch = self.branches.get(draft.branch.strip().casefold())
        if branch is None:
            return {}
        return {"branch": branch} | ({"location": ""} if draft.location.strip().casefold() in self.branches else {})

    def _branch_notes(self, barcode: str, draft: CopyDraft) -> list[str]:
        """A code that is not known is told; where there are no branches it is no one's business."""
        said = plain(draft.branch).strip()
        if not said or not self.branches or said.casefold() in self.branches:
            return []
        words = _("The branch “%(branch)s” of the copy %(barcode)s is not known here and was left out.")
        return [words % {"branch": said[:32], "barcode": barcode}]

    def _barcode(self, draft: CopyDraft) -> str:
        """As it was entered, unless a copy has it here just as the file writes it."""
        as_written, meant = _forms(draft)
        return as_written if as_written.casefold() in self.known else meant

    def _doubt(self, barcode: str, draft: CopyDraft) -> str:
        """Why a new copy is left out: it is a price or a call number, or a spreadsheet has spoiled it.

        What the file itself says is asked first: in a dry run it is not in the database.
        """
        if fault := fault_of(barcode):
            return fault[1]
        if why := why_not_a_barcode(barcode, draft.call_number):
            return why
        core = bare(barcode)
        if core and f"copy {barcode.casefold()}" not in self.seen and f"zeros {core}" in self.seen:
            return _("This number is already in the file with more or fewer leading zeros. Correct the file.")
        return question(barcode, self.twins[barcode]) if barcode in self.twins else ""

    def _is_taken(self, barcode: str, key: str, known: Copy | None, title: Title) -> bool:
        """By another title, here or earlier in the file."""
        if known is not None:
            return title.pk is None or known.title_id != title.pk
        return f"copy {barcode}" in self.seen and f"copy {barcode} of {key}" not in self.seen

    def _is_first(self, barcode: str, key: str) -> bool:
        first = f"copy {barcode}" not in self.seen
        self.seen.add(f"copy {barcode}")
        self.seen.add(f"copy {barcode} of {key}")
        self.seen.add(f"zeros {bare(barcode)}")
        return first

    def _update(self, known: Copy, facts: dict[str, Any]) -> bool:
        different = {name: value for name, value in facts.items() if value and not _is(value, getattr(known, name))}
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
        Copy.objects.bulk_update(self.changed, (*FIELDS, *ONCE))


def _forms(copy: CopyDraft) -> tuple[str, str]:
    """The barcode as it is written, and as a person entered it before a spreadsheet wrapped it up."""
    as_written = clean(copy.barcode).strip()
    return as_written, normal(as_written)


def _facts(draft: CopyDraft, default: str = "") -> dict[str, Any]:
    kind = slugify(draft.item_type)[:32]
    return {"location": plain(draft.location)[:120].strip(), "item_type": kind or default}


def _once(draft: CopyDraft) -> dict[str, Any]:
    note = plain(draft.note)[:200].strip()
    said = {"price": draft.price, "acquired_on": draft.acquired, "note": note}
    return {name: value for name, value in said.items() if value}


def _is(said: Any, here: Any) -> bool:
    """Blanks, and the apostrophe that keeps a spreadsheet from running a cell, make no difference."""
    if not (isinstance(said, str) and isinstance(here, str)):
        return bool(said == here)
    return plain(here).removeprefix("'").strip() == said.removeprefix("'").strip()


def _status(draft: CopyDraft) -> dict[str, str]:
    return (
        {"status": draft.status}
        if draft.status in set(CopyStatus) - {CopyStatus.HOLD_SHELF, CopyStatus.IN_TRANSIT}
        else {}
    )
