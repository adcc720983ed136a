"""Records for an ISBN from other catalogues: asked in turn, until one has any. Nothing is taken over here."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from config.ops.network.relay import Forbidden, Limits, RelayClient
from library.catalogue import uploads
from library.catalogue.formats import detection, marcxml_file
from library.catalogue.formats.incoming_records import Draft, Unread
from library.catalogue.formats.items.dialects import NONE
from library.catalogue.formats.record_formats import ReadChoices
from library.catalogue.imports import RecordVerdict, judged
from library.catalogue.sru import envelope
from library.catalogue.sru.sources import MOST, Source, allowed, sources
from library.models import Title
from library.rules import isbn as isbns

log = logging.getLogger(__name__)
MOST_BYTES = 2_000_000
TITLES_ONLY = ReadChoices(NONE)  # the copies in the records of another library are its own


@dataclass(frozen=True)
class Candidate:
    """One record of another catalogue, `number` counted from 1, and what an import would do with it."""

    number: int
    draft: Draft | None
    verdict: RecordVerdict
    other_isbn: bool = False

    @property
    def importable(self) -> bool:
        return self.draft is not None


@dataclass(frozen=True)
class Asked:
    """One catalogue, and in words what came of it."""

    name: str
    said: str
    ok: bool = True


@dataclass
class Found:
    isbn: str
    token: str = ""  # under which the answer is kept for a while
    candidates: list[Candidate] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)
    here: Title | None = None


def look_up(typed: str, *, owner: int) -> Found:
    """Refused `bad_isbn`, `no_sources`."""
    found = Found(_isbn(typed))
    found.here = Title.objects.filter(isbn=found.isbn).first()
    if not (to_ask := sources()):
        words = _("No catalogue to search is set up yet. Ask an administrator to set LIBRARY_SRU_SOURCES.")
        raise Refused("no_sources", words, status=409)
    for source in to_ask:
        if _asked(source, found, owner):
            break
    return found


def _isbn(typed: str) -> str:
    number = isbns.read(typed)
    if number is None:
        words = _("This is not an ISBN: its check digit is wrong. Scan it again, or check the number in the book.")
        raise Refused("bad_isbn", words)
    return number


def _asked(source: Source, found: Found, owner: int) -> bool:
    """Whether this catalogue has records."""
    try:
        body = _answer(source, found.isbn)
        found.candidates = _candidates(body, found.isbn)
    except Refused as no:
        found.asked.append(Asked(source.name, no.message, ok=False))
        return False
    if found.candidates:
        found.token = uploads.keep(owner, [body])
    said = _("Records found.") if found.candidates else _("It does not have this ISBN.")
    found.asked.append(Asked(source.name, said))
    return bool(found.candidates)


def _answer(source: Source, isbn: str) -> bytes:
    """Refused in words for the librarian, with the cause in the log."""
    limits = Limits(connect=5, whole=settings.LIBRARY_SRU_SECONDS, most=MOST_BYTES)
    try:
        got = RelayClient(hosts=allowed, limits=limits).ask("GET", source.address(isbn))
    except Forbidden as error:
        raise Refused("inside_network", _("Its address is in a private network. Set LIBRARY_SRU_PRIVATE.")) from error
    except OSError as error:
        log.warning("SRU: %s did not answer: %s", source.name, error)
        raise Refused("no_answer", _("It did not answer. Try again later.")) from error
    return got.body


def _candidates(body: bytes, isbn: str) -> list[Candidate]:
    """Refused `not_sru`, `diagnostics`."""
    try:
        said = envelope.read(body)
    except envelope.NotSru as error:
        raise Refused("not_sru", _("Its answer is not SRU. Check its address.")) from error
    rows = list(_read(body, isbn))
    if not rows and said.diagnostics:
        raise Refused("diagnostics", _("It refused the question: %(said)s") % {"said": said.diagnostics[0]})
    return rows


def _read(body: bytes, isbn: str) -> Iterator[Candidate]:
    for number, read in enumerate(marcxml_file.read(io.BytesIO(body), TITLES_ONLY), 1):
        if number > MOST:
            return
        draft = None if isinstance(read, Unread) else read
        other = draft is not None and draft.isbn is not None and draft.isbn != isbn
        [verdict] = judged([read], dry_run=True)
        yield Candidate(number, draft, verdict, other_isbn=other)


def take_over(token: str, number: int, *, owner: int) -> Title:
    """Import one of the records that were listed. Refused `upload_gone`, `no_such_record`, `not_importable`."""
    with uploads.kept(owner, token) as file:
        read = next((one for place, one in enumerate(detection.records(file, TITLES_ONLY), 1) if place == number), None)
    if read is None:
        raise Refused("no_such_record", _("This record is not in the list. Search for the ISBN again."), status=404)
    if isinstance(read, Unread):
        raise Refused("not_importable", read.why)
    [verdict] = judged([read], dry_run=False)
    title = Title.objects.filter(source_key=read.key).first()
    title = title or (Title.objects.filter(isbn=read.isbn).first() if read.isbn else None)
    if title is None:
        raise Refused("not_importable", verdict.sentence)
    uploads.drop(owner, token)
    return title
