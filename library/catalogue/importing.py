"""Taking over records: what is new, what has changed, what stays out and why. The same file twice changes nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import IO

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.errors import Refused
from library.catalogue import reading
from library.catalogue.copies import CopyWriter
from library.catalogue.drafts import FIELDS, OURS, Draft, Read, Unread, own_key
from library.models import Title

BATCH = 500  # records in one transaction
WORDS = {
    "new": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "same": gettext_lazy("Already as here"),
    "again": gettext_lazy("Again in this file"),
    "skipped": gettext_lazy("Skipped"),
}
# A record without a number of its own may become the one that brings a number; two numbers are two records.
WEAK = ("isbn:", "digest:")


@dataclass(slots=True)
class Verdict:
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


def take(file: IO[bytes], *, dry_run: bool) -> Iterator[Verdict]:
    """One verdict for each record, in the order of the file. A dry run says the same and writes nothing.

    Every BATCH records are one transaction: what stops a long import leaves whole records, and it can be run again.
    """
    return judged(reading.records(file), dry_run=dry_run)


def judged(records: Iterable[Read], *, dry_run: bool) -> Iterator[Verdict]:
    numbered = enumerate(records, 1)
    seen = Seen()
    while batch := list(islice(numbered, BATCH)):
        yield from _Batch(batch, seen, dry_run=dry_run).run()


class Seen:
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


class _Batch:
    """Some hundred records against what the catalogue holds, in few queries."""

    def __init__(self, batch: list[tuple[int, Read]], seen: Seen, *, dry_run: bool) -> None:
        self.batch, self.seen, self.dry_run = batch, seen, dry_run
        drafts = [read for _number, read in batch if isinstance(read, Draft)]
        self.by_key: dict[str, Title] = {}
        self.by_isbn: dict[str, Title] = {}
        for title in _known(drafts):
            self._learn(title)
        self.new: list[Title] = []
        self.changed: list[Title] = []
        self.copies = CopyWriter(drafts)

    def run(self) -> list[Verdict]:
        verdicts = [self._verdict(number, read) for number, read in self.batch]
        if not self.dry_run:
            self._write()
        return verdicts

    def _write(self) -> None:
        try:
            with transaction.atomic():
                Title.objects.bulk_create(self.new)
                Title.objects.bulk_update(self.changed, [*FIELDS, "source_key", "search_text"])
                self.copies.write()
        except IntegrityError as error:
            words = _("Somebody else changed the catalogue at the same time. Import the file once more.")
            raise Refused("catalogue_changed", words, status=409) from error

    def _verdict(self, number: int, read: Read) -> Verdict:
        if isinstance(read, Unread):
            return Verdict(number, "skipped", read.title or _("Record %(number)d") % {"number": number}, [read.why])
        code, title = self._placed(read)
        copies, notes = self.copies.add(title, read)
        if copies and code == "same":
            code = "changed"
        return Verdict(number, code, read.title[:120], read.notes + notes, copies)

    def _placed(self, draft: Draft) -> tuple[str, Title]:
        """The title that this record is, and what becomes of it. The first of two with the same key counts."""
        title = self.by_key.get(draft.key) or self._known_by_isbn(draft)
        if draft.key in self.seen:
            return "again", title or Title(title=draft.title)  # in a dry run it is not there yet
        self.seen.add(draft.key)
        self._give_up_taken_isbn(draft, title)
        if title is None:
            return "new", self._made(draft)
        return ("changed" if self._update(title, draft) else "same"), title

    def _known_by_isbn(self, draft: Draft) -> Title | None:
        title = self.by_isbn.get(draft.isbn) if draft.isbn else None
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
            draft.notes.append(_("Another record has its ISBN %(isbn)s: it is kept without.") % {"isbn": draft.isbn})
            draft.isbn = None
        else:
            self.seen.add(f"isbn {draft.isbn}")

    def _made(self, draft: Draft) -> Title:
        title = Title(source_key=draft.key, **{name: getattr(draft, name) for name in FIELDS})
        title.remember()
        self.new.append(title)
        self._learn(title)
        return title

    def _update(self, title: Title, draft: Draft) -> bool:
        """Whether anything is different. A stronger key takes the place of a weaker one."""
        facts = {name: getattr(draft, name) for name in FIELDS}
        stronger = not draft.key.startswith(WEAK) or title.source_key is None
        if stronger and not draft.key.startswith(OURS):
            facts["source_key"] = draft.key
        different = {name: value for name, value in facts.items() if getattr(title, name) != value}
        for name, value in different.items():
            setattr(title, name, value)
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
            self.by_key.setdefault(own_key(title.pk), title)
        if title.isbn:
            self.by_isbn[title.isbn] = title


def _known(drafts: list[Draft]) -> Iterator[Title]:
    """What the catalogue may hold of these, each row once."""
    keys = {draft.key for draft in drafts}
    numbers = {draft.isbn for draft in drafts if draft.isbn}
    ours = {int(rest) for key in keys if key.startswith(OURS) and (rest := key.removeprefix(OURS)).isdecimal()}
    yield from Title.objects.filter(Q(source_key__in=keys) | Q(isbn__in=numbers) | Q(pk__in=ours))
