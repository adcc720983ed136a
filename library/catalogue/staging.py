"""Imports in two steps: every record of a file is listed first, and those that are ticked are imported.

Small files are checked at once; for larger ones the job `library.imports` does both steps while the page waits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import IO, Any

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from library.catalogue import uploads
from library.catalogue.formats import detection
from library.catalogue.formats.items import dialects
from library.catalogue.formats.items.found import look
from library.catalogue.formats.record_formats import NAMES, ReadChoices
from library.catalogue.imports import BATCH, RecordVerdict, judged
from library.models import ImportStage, StagedRecord

State = ImportStage.State
AT_ONCE = 300_000  # bytes that are worked on within the request
KEPT = timedelta(days=14)
A_CLAIM = timedelta(minutes=15)  # after which a process that stopped has given its work up
USEFUL = ("new", "changed")


def stages_for(person: User) -> QuerySet[ImportStage]:
    """One's own; administrators also finish or discard what others have left."""
    return ImportStage.objects.all() if person.is_administrator else ImportStage.objects.filter(by=person)


def start(by: User, name: str, size: int, chunks: Iterable[bytes]) -> ImportStage:
    """Keep the file and, if it is small, check it. Refused as the formats refuse, and then nothing is kept."""
    token = uploads.keep(by.pk, chunks, staged=True)
    try:
        _refuse_foreign(by.pk, token)
    except Refused:
        uploads.drop(by.pk, token)
        raise
    stage = ImportStage.objects.create(by=by, name=name[:200], token=token, size=size)
    return _at_once(stage)


def _refuse_foreign(owner: int, token: str) -> None:
    """Another kind of file is refused while its sender is still here."""
    with uploads.kept(owner, token) as file:
        next(iter(detection.records(file)), None)


def _at_once(stage: ImportStage) -> ImportStage:
    if stage.size <= AT_ONCE:
        work(stage, timezone.now())
    return stage


def apply(stage: ImportStage) -> ImportStage:
    """Import the records that are ticked. Refused `not_ready`, `nothing_ticked`."""
    if not wanted(stage).exists():
        raise Refused("nothing_ticked", _("No record is ticked, so there is nothing to import."), status=409)
    if not ImportStage.objects.filter(pk=stage.pk, state=State.READY).update(state=State.APPLYING, done=0):
        raise Refused("not_ready", _("This file is not ready to be imported. Load the page again."), status=409)
    stage.refresh_from_db()
    return _at_once(stage)


def check_again(stage: ImportStage) -> ImportStage:
    """After an interruption. Refused `not_ready` in the middle of it."""
    states = (State.READY, State.FAILED)
    again = ImportStage.objects.filter(pk=stage.pk, state__in=states)
    if not again.update(state=State.CHECKING, done=0, why="", claimed_at=None):
        raise Refused("not_ready", _("This file is being worked on. Load the page again."), status=409)
    stage.refresh_from_db()
    return _at_once(stage)


def choose(stage: ImportStage, *, copies_from: str, record_format: str = "") -> ImportStage:
    """Where copies are read from and in which format; then the file is checked again.

    Refused `no_such_field`, `no_such_format`, `not_ready`. An empty `copies_from` looks at the file again.
    """
    code, record_format = copies_from.strip().lower(), record_format.strip().lower()
    if code and dialects.by_code(code) is None:
        words = _("“%(said)s” is not a field with barcodes. Write field and subfield, such as 985$b.")
        raise Refused("no_such_field", words % {"said": copies_from.strip()[:20]})
    if record_format and record_format not in NAMES:
        raise Refused("no_such_format", _("This format is not available. Choose MARC 21 or UNIMARC."))
    if stage.state not in (State.READY, State.FAILED):
        raise Refused("not_ready", _("This file is being worked on. Load the page again."), status=409)
    _note(stage, copies_from=code, record_format=record_format)
    return check_again(stage)


def choices_of(stage: ImportStage) -> ReadChoices:
    return ReadChoices(dialects.by_code(stage.copies_from), stage.record_format)


def discard(stage: ImportStage) -> None:
    """Throw file and list away. Refused `not_ready` while records are being imported."""
    if not ImportStage.objects.filter(pk=stage.pk).exclude(state=State.APPLYING).exists():
        raise Refused("not_ready", _("This file is being worked on. Load the page again."), status=409)
    uploads.drop(stage.by_id, stage.token)
    stage.delete()


def tick(stage: ImportStage, numbers: Iterable[int], *, wanted: bool) -> int:
    """These records are wanted or not; how many are now."""
    rows = stage.records.filter(number__in=list(numbers), code__in=USEFUL)
    if stage.state == State.READY:
        rows.update(wanted=wanted)
    return _wanted(stage).count()


def tick_all(stage: ImportStage, code: str, *, wanted: bool) -> None:
    rows = stage.records.filter(code__in=USEFUL)
    if stage.state == State.READY:
        (rows.filter(code=code) if code else rows).update(wanted=wanted)


def wanted(stage: ImportStage) -> QuerySet[StagedRecord]:
    return stage.records.filter(wanted=True, code__in=USEFUL)


_wanted = wanted  # where an argument has that name


def counts(stage: ImportStage) -> dict[str, int]:
    """By result, and the copies that ticked records bring."""
    rows = stage.records.order_by().values_list("code").annotate(Count("pk"))
    return dict(rows)


# --- the work -------------------------------------------------------------------------------------


def work_on_all(now: datetime) -> None:
    """The job: whatever waits to be checked or imported."""
    for stage in ImportStage.objects.filter(state__in=(State.CHECKING, State.APPLYING)).order_by("pk"):
        work(stage, now)


def work(stage: ImportStage, now: datetime) -> None:
    """One process at a time. What stops it is said on the page, and it can be checked again."""
    free = Q(claimed_at=None) | Q(claimed_at__lt=now - A_CLAIM)
    if not ImportStage.objects.filter(free, pk=stage.pk).update(claimed_at=now):
        return
    try:
        state = _check(stage) if stage.state == State.CHECKING else _import(stage)
        _note(stage, state=state, done=100, claimed_at=None)
    except Refused as refusal:
        _note(stage, state=State.FAILED, why=refusal.message[:300], claimed_at=None)
    except Exception:
        _note(stage, state=State.FAILED, why=_("It stopped because of an error."), claimed_at=None)
        raise


def _note(stage: ImportStage, **facts: Any) -> None:
    for name, value in facts.items():
        setattr(stage, name, value)
    stage.save(update_fields=list(facts))


def _check(stage: ImportStage) -> str:
    stage.records.all().delete()
    with uploads.kept(stage.by_id, stage.token) as file:
        _look(stage, file)
        seen: dict[int, Any] = {}
        verdicts = judged(_kept(detection.records(file, choices_of(stage)), seen), dry_run=True)
        while batch := list(islice(verdicts, BATCH)):
            StagedRecord.objects.bulk_create(_row(stage, verdict, seen.pop(verdict.number)) for verdict in batch)
            _note(stage, done=_share(file, stage))
    return State.READY


def _look(stage: ImportStage, file: IO[bytes]) -> None:
    """What the file has is written down for its page; what a person chose stays."""
    found = look(file)
    best = found.best.code if found.formats else ""
    _note(stage, found=found.as_dict(), copies_from=stage.copies_from or best)


def _kept(records: Iterable[Any], seen: dict[int, Any]) -> Iterator[Any]:
    """The records on their way, each remembered by its number until its verdict comes."""
    for number, read in enumerate(records, 1):
        seen[number] = read
        yield read


def _row(stage: ImportStage, verdict: RecordVerdict, read: Any) -> StagedRecord:
    return StagedRecord(
        stage=stage,
        number=verdict.number,
        code=verdict.code,
        title=verdict.title[:200],
        authors=(getattr(read, "authors", "") or "")[:200],
        isbn=getattr(read, "isbn", "") or "",
        year=getattr(read, "year", None),
        copies=verdict.copies,
        notes=[str(note) for note in verdict.notes],
        wanted=verdict.code in USEFUL,
    )


def _import(stage: ImportStage) -> str:
    numbers = set(wanted(stage).values_list("number", flat=True))
    with uploads.kept(stage.by_id, stage.token) as file:
        verdicts = judged(detection.records(file, choices_of(stage)), dry_run=False, only=numbers)
        while batch := list(islice(verdicts, BATCH)):
            _write_down(stage, batch)
            _note(stage, done=_share(file, stage))
    uploads.drop(stage.by_id, stage.token)
    return State.DONE


def _write_down(stage: ImportStage, batch: list[RecordVerdict]) -> None:
    """What became of each."""
    found = stage.records.filter(number__in=[verdict.number for verdict in batch])
    rows = {row.number: row for row in found}
    for verdict in batch:
        row = rows[verdict.number]
        row.code, row.copies, row.applied = verdict.code, verdict.copies, True
        row.notes = [str(note) for note in verdict.notes]
    StagedRecord.objects.bulk_update(rows.values(), ["code", "copies", "notes", "applied"])


def _share(file: Any, stage: ImportStage) -> int:
    return min(99, file.tell() * 100 // max(stage.size, 1)) if not file.closed else 99


def purge(now: datetime) -> dict[str, int]:
    """Stages that no one has touched for two weeks (config.ops.registries.purges)."""
    old = list(ImportStage.objects.filter(made_at__lt=now - KEPT))
    for stage in old:
        uploads.drop(stage.by_id, stage.token)
        stage.delete()
    return {"import_stages": len(old)}
