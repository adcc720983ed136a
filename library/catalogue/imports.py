"""Taking over records: what is new, what has changed, what stays out and why. The same file twice changes nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from config.errors import Refused
from library.catalogue.formats import detection
from library.catalogue.formats.incoming_records import FIELDS, OURS, Draft, Read, Unread, own_key, says_the_same
from library.catalogue.formats.record_formats import USUAL, ReadChoices
from library.catalogue.incoming_copies import CopyWriter, SeenKeys
from library.catalogue.same_title import is_same_book, marks_of
from library.models import Title
from library.models.staging import VERDICTS

BATCH = 500  # records in one transaction
WORDS = VERDICTS
# A record without a number of its own may become the one that brings a number; two numbers are two records.
WEAK = ("isbn:", "digest:")


@dataclass(slots=True)
class RecordVerdict:
    """What was, or would be, done with record `number` of the file, counted from 1."""

    number: int
    code: str  # one of WORDS
    title: str
    notes: list[str] = field(default_factory=list)
    copies: int = 0  # that are new or changed

    @property
    def label(self) -> str:
        return str(WORDS[self.code])

    @property
    def sentence(self) -> str:
        """In plain words: `Skipped: it has no title.`"""
        return f"{self.label}: {' '.join(self.notes)}" if self.notes else self.label

    def as_dict(self) -> dict[str, object]:
        return {
            "number": self.number,
            "verdict": self.code,
            "title": self.title,
            "notes": self.notes,
            "copies": self.copies,
        }


def take(file: IO[bytes], *, dry_run: bool, choices: ReadChoices = USUAL) -> Iterator[RecordVerdict]:
    """One verdict for each record, in the order of the file. A dry run says the same and writes nothing.

    Every BATCH records are one transaction: what stops a long import leaves whole records, and it can be run again.
    """
    return judged(detection.records(file, choices), dry_run=dry_run)


def judged(records: Iterable[Read], *, dry_run: bool, only: Collection[int] | None = None) -> Iterator[RecordVerdict]:
    """`only`: the numbers of the records that are wanted; the others are as if they were not in the file."""
    numbered = ((number, read) for number, read in enumerate(records, 1) if only is None or number in only)
    seen = SeenKeys()
    while batch := list(islice(numbered, BATCH)):
        yield from _Batch(batch, seen, dry_run=dry_run).run()


class _Batch:
    """Some hundred records against what the catalogue holds, in few queries."""

    def __init__(self, batch: list[tuple[int, Read]], seen: SeenKeys, *, dry_run: bool) -> None:
        self.batch, self.seen, self.dry_run = batch, seen, dry_run
        drafts = [read for _number, read in batch if isinstance(read, Draft)]
        self.by_key: dict[str, Title] = {}
        self.by_row: dict[str, Title] = {}
        self.by_isbn: dict[str, Title] = {}
        for title in _known(drafts):
            self._learn(title)
        self.new: list[Title] = []
        self.changed: list[Title] = []
        self.copies = CopyWriter(drafts, seen)

    def run(self) -> list[RecordVerdict]:
        verdicts = [self._verdict(number, read) for number, read in self.batch]
        if not self.dry_run:
            self._write()
        return verdicts

    def _write(self) -> None:
        try:
            with transaction.atomic():
                Title.objects.bulk_create(self.new)
                Title.objects.bulk_update(
                    self.changed, [*FIELDS, "source_key", "search_text", "sort_title", "nonfiling"]
                )
                self.copies.write()
        except IntegrityError as error:
            words = _(
                "The catalogue was changed by another person at the same time, so nothing was imported. "
                "Import the file again."
            )
            raise Refused("catalogue_changed", words, status=409) from error

    def _verdict(self, number: int, read: Read) -> RecordVerdict:
        if isinstance(read, Unread):
            return RecordVerdict(
                number, "skipped", read.title or _("Record %(number)d") % {"number": number}, [read.why]
            )
        code, title = self._placed(read)
        copies, notes = self.copies.add(title, read)
        if copies and code == "same":
            code = "changed"
        return RecordVerdict(number, code, read.title[:120], read.notes + notes, copies)

    def _placed(self, draft: Draft) -> tuple[str, Title]:
        """The title that this record is, and what becomes of it. The first of two with the same key counts."""
        title, again = self._by_number(draft)
        title = title or self._known_by_isbn(draft)
        if again:
            return "again", title or Title(title=draft.title)  # in a dry run it is not there yet
        self.seen.add(draft.key)
        if draft.number_is_anybodys:
            for mark in marks_of(draft):
                self.seen.add(f"{draft.key} {mark}")
        self._give_up_taken_isbn(draft, title)
        if title is None:
            return "new", self._made(draft)
        return ("changed" if self._update(title, draft) else "same"), title

    def _by_number(self, draft: Draft) -> tuple[Title | None, bool]:
        """The title with its key, and whether the key came before in this file.

        A number without its owner (001 without 003) is another catalogue's as well: there ISBN, title or a barcode must
        agree. Otherwise the record gets a key of its own, and a note.
        """
        if not draft.number_is_anybodys:
            return self.by_key.get(draft.key), draft.key in self.seen
        if draft.key in self.seen:
            if any(f"{draft.key} {mark}" in self.seen for mark in marks_of(draft)):
                return self._agreeing(draft), True
        elif (title := self._agreeing(draft)) or not self._holders(draft):
            return title, False
        draft.key = draft.second_key()
        draft.notes.append(
            _("Another book has the same record number (001), and there is no field 003 to tell them apart.")
        )
        return self.by_key.get(draft.key), draft.key in self.seen

    def _holders(self, draft: Draft) -> list[Title]:
        """Those that the number may mean: by its key, and of our own numbers by the row."""
        found = (self.by_key.get(draft.key), self.by_row.get(draft.key))
        return [title for title in found if title is not None]

    def _agreeing(self, draft: Draft) -> Title | None:
        barcodes = self.copies.titles_of(draft)
        return next((one for one in self._holders(draft) if one.pk in barcodes or is_same_book(draft, one)), None)

    def _known_by_isbn(self, draft: Draft) -> Title | None:
        """Not one that this file has brought or named before: a second record with its ISBN is a second title."""
        if not draft.isbn or f"isbn {draft.isbn}" in self.seen:
            return None
        title = self.by_isbn.get(draft.isbn)
        if title is None:
            return None
        weak = title.source_key is None or title.source_key.startswith(WEAK)
        return title if weak or draft.key.startswith(WEAK) else None

    def _give_up_taken_isbn(self, draft: Draft, title: Title | None) -> None:
        """An ISBN belongs to one title. A second record that claims it is kept without."""
        if draft.isbn is None:
            return
        owner = self.by_isbn.get(draft.isbn)
        if (owner is not None and owner is not title) or (title is None and f"isbn {draft.isbn}" in self.seen):
            draft.notes.append(
                _("Another record already has the ISBN %(isbn)s, so this one is kept without an ISBN.")
                % {"isbn": draft.isbn}
            )
            draft.isbn = None
        else:
            self.seen.add(f"isbn {draft.isbn}")

    def _made(self, draft: Draft) -> Title:
        title = Title(
            source_key=draft.key, nonfiling=draft.nonfiling, **{name: getattr(draft, name) for name in FIELDS}
        )
        title.remember()
        self.new.append(title)
        self._learn(title)
        return title

    def _update(self, title: Title, draft: Draft) -> bool:
        """Whether anything is different. A stronger key takes the place of a weaker one."""
        facts = {name: getattr(draft, name) for name in FIELDS if name not in draft.silent}
        stronger = not draft.key.startswith(WEAK) or title.source_key is None
        if stronger and not draft.key.startswith(OURS):
            facts["source_key"] = draft.key
        different = {
            name: value for name, value in facts.items() if not says_the_same(name, getattr(title, name), value)
        }
        if draft.doubtful and different:
            draft.notes.append(_("Its characters may be wrong, so the existing record was not changed."))
            return False
        if emptied := [name for name, value in different.items() if not value]:
            draft.notes.append(
                _("Clears %(facts)s, because these fields are empty in the file.") % {"facts": ", ".join(emptied)}
            )
        for name, value in different.items():
            setattr(title, name, value)
        if different:
            title.nonfiling = draft.nonfiling
        if different:
            title.remember()
            self._learn(title)
        if different and title.pk:
            self.changed.append(title)
        return bool(different)

    def _learn(self, title: Title) -> None:
        """Later records of the batch find it as if it were in the database."""
        if title.source_key:
            self.by_key[title.source_key] = title
        if title.pk:
            self.by_row[own_key(title.pk)] = title
        if title.isbn:
            self.by_isbn[title.isbn] = title


def _known(drafts: list[Draft]) -> Iterator[Title]:
    """What the catalogue may hold of these, each row once."""
    keys = {draft.key for draft in drafts} | {draft.second_key() for draft in drafts if draft.number_is_anybodys}
    numbers = {draft.isbn for draft in drafts if draft.isbn}
    ours = {int(rest) for key in keys if key.startswith(OURS) and (rest := key.removeprefix(OURS)).isdecimal()}
    yield from Title.objects.filter(Q(source_key__in=keys) | Q(isbn__in=numbers) | Q(pk__in=ours))
