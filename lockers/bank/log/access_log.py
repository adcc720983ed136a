"""The one door to the access log: append, verify, export, cut off what is too old.

Take every other row lock first and append last: the log's head is held until the transaction ends, and everyone
who appends waits for it.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connections, router, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.traces import Trail
from lockers.models import AccessLog, AccessLogHead
from lockers.rules import log_chain
from lockers.rules.log_chain import FIRST, ChainLink

log = logging.getLogger("ostiary.lockers")

CHECKPOINT = "log.checkpoint"
HEAD = 1  # the one row
AT_ONCE = 1000


# --- writing ------------------------------------------------------------------------------------


@transaction.atomic
def append(kind: str, *, at: datetime | None = None, **details: Any) -> AccessLog:
    """Add an entry with the change, or neither. `details`: ids, codes, numbers. What is None is left out."""
    head = _held_head()
    assert head is not None  # noqa: S101  made if there was none
    key_id, key = next(iter(settings.LOCKER_LOG_KEYS.items()))
    told = log_chain.canonical({name: value for name, value in details.items() if value is not None})
    link = ChainLink(head.seq + 1, at or timezone.now(), kind, told, head.entry, key_id)
    entry = _written(link, log_chain.digest(link, key))
    _move(head, entry, key_id, key)
    return entry


def without_names(words: str, people: Iterable[User]) -> str:
    """What someone has typed, with numbers in place of these people: an entry cannot be changed when they go."""
    for person in people:
        words = str(Trail(person).removed_from(words))
    return words


def _held_head(*, make: bool = True) -> AccessLogHead | None:
    """The end of the chain, locked until the transaction ends: of two who append, one waits."""
    heads = AccessLogHead.objects.select_for_update()
    if (head := heads.filter(pk=HEAD).first()) or not make:
        return head
    try:  # only without migrations: they make it, so that no one must make it at the same moment as another
        with transaction.atomic():
            return AccessLogHead.objects.create(pk=HEAD, seq=0, entry=FIRST)
    except IntegrityError:
        return heads.get(pk=HEAD)


def _written(link: ChainLink, digest: str) -> AccessLog:
    """Past the model's own save, which refuses."""
    entry = AccessLog(
        seq=link.seq,
        at=link.at,
        kind=link.kind,
        details=link.details,
        previous=link.previous,
        key_id=link.key_id,
        hash=digest,
    )
    entry.save_base(force_insert=True, using=router.db_for_write(AccessLog))
    return entry


def _move(head: AccessLogHead, entry: AccessLog, key_id: str, key: bytes) -> None:
    head.seq, head.entry, head.key_id = entry.seq, entry.hash, key_id
    head.signature = log_chain.head_digest(entry.seq, entry.hash, key_id, key)
    head.save()


# --- verifying ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that is not as it was written. `seq` is its number, also where it is missing."""

    seq: int
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class LogVerdict:
    entries: int
    first: int  # number of the first entry that is still kept; 0: none
    last: int
    hash: str  # of the last entry: an anchor, if it is kept elsewhere
    broken: Break | None = None


Anchor = tuple[int, str]  # number and hash of an entry, as an earlier verification printed it


def verify(anchor: Anchor | None = None) -> LogVerdict:
    """Walk the whole chain. With an anchor, the entry of that number must still have that hash.

    What the database alone cannot show is that it was put back to an older state of itself: that takes an anchor
    which was kept elsewhere. Entries may be added meanwhile: before a fault is told, the log is held and read again.
    """
    found = _walk(anchor)
    if found.broken is None:
        return found
    with transaction.atomic():
        _held_head(make=False)
        return _walk(anchor)


def _walk(anchor: Anchor | None) -> LogVerdict:
    walk = _Walk(anchor)
    while True:
        for entry in entries(after=walk.last):
            if broken := walk.step(entry):
                return walk.verdict(broken)
        head = AccessLogHead.objects.filter(pk=HEAD).first()
        if head is None or not AccessLog.objects.filter(seq__gt=walk.last).exists():
            return walk.verdict(walk.cut_in_front() or walk.end(head))


class _Walk:
    """The state of one verification: what must come next."""

    def __init__(self, anchor: Anchor | None) -> None:
        self.anchor, self.count, self.first = anchor, 0, 0
        self.last, self.hash, self.before = 0, FIRST, FIRST
        self.checkpoints: dict[int, str] = {}  # last number that was cut off, and its hash

    def verdict(self, broken: Break | None) -> LogVerdict:
        return LogVerdict(self.count, self.first, self.last, self.hash, broken)

    def step(self, entry: AccessLog) -> Break | None:
        if not self.count:
            self.first, self.before = entry.seq, entry.previous
            self.last, self.hash = entry.seq - 1, entry.previous
        broken = self._fault(entry)
        if broken is None:
            self.count, self.last, self.hash = self.count + 1, entry.seq, entry.hash
            self._remember(entry)
        return broken

    def _fault(self, entry: AccessLog) -> Break | None:
        due, key = self.last + 1, settings.LOCKER_LOG_KEYS.get(entry.key_id)
        if entry.seq != due:
            words = _("Entry %(n)d is missing. The next existing entry is %(next)d.") % {"n": due, "next": entry.seq}
            return Break(due, "missing", words)
        if key is None:
            return Break(due, "unknown_key", _("The key %(key)s is needed to verify it.") % {"key": entry.key_id})
        if not log_chain.same(log_chain.digest(entry.link, key), entry.hash):
            return Break(due, "changed", _("Entry %(n)d has been changed.") % {"n": due})
        if not log_chain.same(entry.previous, self.hash):
            return Break(due, "does_not_follow", _("Entry %(n)d does not follow the one before it.") % {"n": due})
        if self.anchor and entry.seq == self.anchor[0] and not log_chain.same(entry.hash, self.anchor[1]):
            words = _("Entry %(n)d is not the one it was when the anchor was taken.") % {"n": due}
            return Break(due, "not_the_anchor", words)
        return None

    def _remember(self, entry: AccessLog) -> None:
        if entry.kind == CHECKPOINT:
            facts = entry.facts
            self.checkpoints[int(facts["up_to"])] = str(facts["hash"])

    def cut_in_front(self) -> Break | None:
        """What is gone from the front must have been cut off by retention, and the chain itself says so."""
        if not self.count or (self.first == 1 and log_chain.same(self.before, FIRST)):
            return None
        cut = self.checkpoints.get(self.first - 1)
        if cut is None or not log_chain.same(cut, self.before):
            words = _("Entries before %(n)d are missing, and no checkpoint explains why.") % {"n": self.first}
            return Break(self.first - 1, "cut", words)
        return None

    def end(self, head: AccessLogHead | None) -> Break | None:
        """The chain ends where its signed head says, and not before the anchor."""
        if head is None:
            return (
                Break(self.last, "no_head", _("The head of the log is missing.")) if self.count or self.anchor else None
            )
        if head.seq == 0 and not self.count and not self.anchor:  # as the migration made it
            return None
        key = settings.LOCKER_LOG_KEYS.get(head.key_id)
        signed = key and log_chain.head_digest(head.seq, head.entry, head.key_id, key)
        if not signed or not log_chain.same(signed, head.signature):
            return Break(head.seq, "head_changed", _("The head of the log does not match its signature."))
        if head.seq != self.last or not log_chain.same(head.entry, self.hash):
            gone = min(self.last + 1, head.seq)
            words = _("Entry %(n)d is missing: the log continued to %(last)d.") % {"n": gone, "last": head.seq}
            return Break(gone, "truncated", words)
        if self.anchor and self.anchor[0] > self.last:
            gone = self.last + 1
            words = _("Entry %(n)d is missing: the anchor is entry %(last)d.") % {"n": gone, "last": self.anchor[0]}
            return Break(gone, "truncated", words)
        return None


def entries(rows: QuerySet[AccessLog] | None = None, *, after: int = 0) -> Iterator[AccessLog]:
    """In order, by key and a thousand at a time: MySQL would send a whole result at once."""
    wanted, last = (AccessLog.objects.all() if rows is None else rows).order_by("seq"), after
    while page := list(wanted.filter(seq__gt=last)[:AT_ONCE]):
        last = page[-1].seq
        yield from page


# --- keeping it short ---------------------------------------------------------------------------


@transaction.atomic
def cut_off(before: datetime) -> int:
    """Delete the entries older than that, and write into the chain where it was cut. How many were deleted.

    The newest entry always stays. A chain that is broken is left alone: it is evidence.
    """
    _held_head()
    newer = AccessLog.objects.filter(at__gte=before).order_by("seq").first()
    last = newer.seq - 1 if newer else (AccessLog.objects.order_by("-seq").first() or AccessLog(seq=0)).seq - 1
    border = AccessLog.objects.filter(seq=last).first()
    if border is None:
        return 0
    if broken := verify().broken:
        log.error("The access log is broken at entry %d: no old entries are removed", broken.seq)
        return 0
    first = AccessLog.objects.order_by("seq")[0].seq
    append(CHECKPOINT, up_to=border.seq, hash=border.hash, entries=border.seq - first + 1)
    _delete_up_to(border.seq)
    return border.seq - first + 1


def _delete_up_to(seq: int) -> None:
    connection = connections[router.db_for_write(AccessLog)]
    table = connection.ops.quote_name(AccessLog._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE seq <= %s", [seq])  # noqa: S608  the table's own name


def forget_old(now: datetime) -> int:
    return cut_off(now - timedelta(days=settings.LOCKER_LOG_DAYS))


def anchor() -> Anchor | None:
    """Where the chain ends now: written down elsewhere, it proves later that nothing was cut off."""
    head = AccessLogHead.objects.filter(pk=HEAD).first()
    return (head.seq, head.entry) if head and head.seq else None
