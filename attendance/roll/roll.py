"""Keeping the roll of a session: who was seen, by what, when. Camera, kiosk, API and teacher come through here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.webhooks import outbox
from attendance.models import STRENGTH, AttendanceRecord, ClassSession, Doubt, RollEntry
from attendance.roll import coverage, csv_file, excuses, roster, state
from attendance.rules.statuses import Glimpse, Judgement, Status, judge, status_so_far
from config.errors import Refused

Kind, Source = RollEntry.Kind, RollEntry.Source
SURE = frozenset({Source.KIOSK, Source.CARD, Source.PIN, Source.PHONE, Source.TEACHER, Source.API})
ELSEWHERE = timedelta(seconds=60)  # seen in two rooms within so short a time is a doubt
CLOCK_SLACK = timedelta(minutes=5)  # a message may arrive late, or from a clock that is a little ahead


def locked(session_id: int) -> ClassSession:
    """The session's row, held until the transaction ends: lines of one roll are written one after the other."""
    ClassSession.objects.select_for_update().get(pk=session_id)
    return ClassSession.objects.select_related("course").get(pk=session_id)


@transaction.atomic
def record_arrival(
    session_id: int,
    person: User,
    *,
    at: datetime,
    source: str,
    station: str = "",
    confidence: float | None = None,
    liveness: str = "",
    life: float | None = None,
    nonce: str | None = None,
    by: User | None = None,
) -> AttendanceRecord:
    """A person was seen in a session. Returns their record as it is now.

    `confidence` 0-1; `liveness`: the policy by which a face was taken for a living one, `life` how surely, 0-1;
    `nonce`: the same message twice is one line; `by`: who says so, where it was no camera.
    Refused `not_open`, `not_on_roster`, `wrong_time`, `nonce_reused`.
    """
    session = locked(session_id)
    if nonce and (known := session.entries.filter(nonce=nonce).first()):
        return _said_before(session, known, person)
    _require_open(session, at)
    record = _record_of(session, person)
    if _said_already(record, session, at, source):
        return record
    _note_life(record, liveness, life)
    _count(record, at, source, confidence, session)
    add_line(
        session,
        Kind.SEEN,
        at,
        source,
        person=person,
        station=station,
        record=record,
        confidence=confidence,
        liveness=liveness,
        life=life,
        nonce=nonce,
        by=by,
    )
    _doubt_two_places(session, person, at, station)
    state.tell_people(session, [person.pk])
    return record


def _said_before(session: ClassSession, known: RollEntry, person: User) -> AttendanceRecord:
    if known.person_id != person.pk:
        raise Refused("nonce_reused", _("This nonce was already used for another person. Send a new one."), status=409)
    return session.records.get(person=person)


def _require_open(session: ClassSession, at: datetime) -> None:
    if not session.is_open:
        raise Refused("not_open", _("This session is not open."), status=409)
    if at > timezone.now() + CLOCK_SLACK or (session.opened_at and at < session.opened_at - CLOCK_SLACK):
        raise Refused("wrong_time", _("This time is outside the session."))


def _record_of(session: ClassSession, person: User) -> AttendanceRecord:
    if not roster.belongs(session, person):
        raise Refused(
            "not_on_roster",
            _("%(name)s is not enrolled in this course.") % {"name": person.get_full_name()},
            status=403,
        )
    return AttendanceRecord.objects.get_or_create(session=session, person=person)[0]


def _said_already(record: AttendanceRecord, session: ClassSession, at: datetime, source: str) -> bool:
    """Two cameras, or one that looks often: within half the interval it is the same sighting."""
    if record.last_seen is None or record.first_seen is None or (source in SURE and not record.sure):
        return False
    half = timedelta(seconds=session.course.interval / 2)
    return record.first_seen - half < at < record.last_seen + half


def _note_life(record: AttendanceRecord, liveness: str, life: float | None) -> None:
    """The strongest policy that this person has passed here, and how surely at best."""
    now, before = STRENGTH.index(liveness), STRENGTH.index(record.liveness)
    if now > before:
        record.liveness, record.life = liveness, life
    elif now == before and life is not None:
        record.life = max(record.life or 0.0, life)


def _count(
    record: AttendanceRecord, at: datetime, source: str, confidence: float | None, session: ClassSession
) -> None:
    record.first_seen = min(record.first_seen or at, at)
    record.last_seen = max(record.last_seen or at, at)
    record.sightings += 1
    record.sure = record.sure or source in SURE
    if confidence is not None:
        record.confidence = max(record.confidence or 0.0, confidence)
    record.source = record.source or source
    if not record.corrected:
        record.status = status_so_far(
            record.first_seen, record.sightings, record.sure, session.starts_at, session.course.rules
        )
    record.save()


def add_line(
    session: ClassSession,
    kind: str,
    at: datetime,
    source: str,
    *,
    person: User | None = None,
    record: AttendanceRecord | None = None,
    station: str = "",
    confidence: float | None = None,
    liveness: str = "",
    life: float | None = None,
    nonce: str | None = None,
    by: User | None = None,
    reason: str = "",
) -> RollEntry:
    """One more line, in the database now and in the CSV file after the commit."""
    entry = RollEntry.objects.create(
        session=session,
        kind=kind,
        at=at,
        person=person,
        source=source,
        station=station,
        status=record.status if record else "",
        confidence=confidence,
        liveness=liveness,
        life=life,
        by=by,
        reason=reason[:500],
        nonce=nonce or None,
    )
    _emit(session, entry)
    transaction.on_commit(lambda: csv_file.catch_up(session.pk))
    return entry


def _emit(session: ClassSession, entry: RollEntry) -> None:
    """Other systems hear of the line after the commit."""
    facts = {
        "id": entry.pk,
        "session": session.pk,
        "course": session.course.code,
        "status": str(entry.status),
        "source": str(entry.source),
        "station": entry.station,
        "reason": entry.reason,
    }
    outbox.emit(f"attendance.{entry.kind}", facts, person=entry.person_id, at=entry.at)


# --- strangers and doubts -----------------------------------------------------------------------


@transaction.atomic
def record_stranger(session_id: int, *, at: datetime, station: str) -> None:
    """A person who is not on the roster, or was not recognised: counted, never named."""
    session = locked(session_id)
    if not session.is_open:
        return
    ClassSession.objects.filter(pk=session_id).update(strangers=F("strangers") + 1)
    session.refresh_from_db(fields=["strangers"])
    add_line(session, Kind.STRANGER, at, Source.CAMERA, station=station)
    state.tell_session(session)


@transaction.atomic
def record_doubt(session_id: int, people: Iterable[int], *, at: datetime, detail: dict[str, object]) -> None:
    """The camera saw a person who may be one of these. Only a teacher sees it, and decides."""
    session = locked(session_id)
    open_yet = session.records.filter(person__in=people, status__in=(Status.EXPECTED, Status.ABSENT, Status.UNVERIFIED))
    for record in open_yet:
        _doubt(session, record.person_id, Doubt.Kind.UNCERTAIN, at, detail)
    state.tell_session(session)


@transaction.atomic
def record_suspicion(session_id: int, *, at: datetime, detail: dict[str, object]) -> None:
    """A picture may have been held to a camera of this session: one question for the teacher, however often."""
    session = locked(session_id)
    waiting = session.doubts.filter(kind=Doubt.Kind.PICTURE, resolved_at=None)
    if not waiting.update(looks=F("looks") + 1):
        Doubt.objects.create(session=session, kind=Doubt.Kind.PICTURE, at=at, detail=detail)
    state.tell_session(session)


def _doubt(session: ClassSession, person_id: int, kind: str, at: datetime, detail: dict[str, object]) -> None:
    doubt, created = Doubt.objects.get_or_create(
        session=session, person_id=person_id, kind=kind, defaults={"at": at, "detail": detail}
    )
    if not created:
        Doubt.objects.filter(pk=doubt.pk).update(looks=F("looks") + 1)


def _doubt_two_places(session: ClassSession, person: User, at: datetime, station: str) -> None:
    """No one is in two rooms at once. Both sessions keep what they saw, and both teachers are told."""
    nearby = RollEntry.objects.filter(person=person, kind=Kind.SEEN, at__gte=at - ELSEWHERE, at__lte=at + ELSEWHERE)
    others = standing(nearby.exclude(session=session))
    other = others.exclude(station=station).select_related("session").first() if station else None
    if other is not None:
        _doubt(session, person.pk, Doubt.Kind.TWO_PLACES, at, {"station": other.station})
        _doubt(other.session, person.pk, Doubt.Kind.TWO_PLACES, at, {"station": station})


# --- deriving -----------------------------------------------------------------------------------


def settle(session: ClassSession, seeable: frozenset[int]) -> list[AttendanceRecord]:
    """Derive every record again from the roll, the coverage and the rules, and save it. Corrections stand.

    `seeable`: the people whom a camera could know. Call it in a transaction that holds the session's row. For a session
    that is still open the statuses are those so far.
    """
    looks, doubted = _looks_of(session), _doubted_in(session)
    watched, spans = _continuous(session), coverage.spans(session)
    excused = excuses.excused_in(session)
    records = list(session.records.select_related("person"))
    for record in records:
        judgement = judge(
            session.starts_at,
            session.effective_end,
            looks.get(record.person_id, []),
            spans,
            session.course.rules,
            seeable=record.person_id in seeable,
            continuous=watched,
            doubted=record.person_id in doubted,
        )
        record.sure = any(look.sure for look in looks.get(record.person_id, []))
        _apply(record, judgement, session)
    excuses.excuse(records, excused)
    AttendanceRecord.objects.bulk_update(
        records, ["status", "first_seen", "last_seen", "sightings", "sure", "note"], batch_size=200
    )
    return records


def _looks_of(session: ClassSession) -> dict[int, list[Glimpse]]:
    found: dict[int, list[Glimpse]] = {}
    seen = RollEntry.objects.filter(session=session, kind=Kind.SEEN)
    rows = standing(seen).values_list("person_id", "at", "source")
    for person, at, source in rows:
        found.setdefault(person, []).append(Glimpse(at, source in SURE))
    for looks in found.values():
        looks.sort(key=lambda look: look.at)
    return found


def _doubted_in(session: ClassSession) -> frozenset[int]:
    """People who may have been there, as long as no teacher has decided it."""
    waiting = session.doubts.filter(kind__in=(Doubt.Kind.UNCERTAIN, Doubt.Kind.PHONE), resolved_at=None)
    return frozenset(waiting.values_list("person_id", flat=True))


def _continuous(session: ClassSession) -> bool:
    """A room camera sees people all the time; at a kiosk they pass once."""
    return session.stations.filter(view="room").exists()


def _apply(record: AttendanceRecord, judgement: Judgement, session: ClassSession) -> None:
    record.first_seen, record.last_seen = judgement.first, judgement.last
    record.sightings = judgement.sightings
    if record.corrected:
        return
    if session.is_open:
        record.status = status_so_far(
            judgement.first, judgement.sightings, record.sure, session.starts_at, session.course.rules
        )
    else:
        record.status, record.note = judgement.status, judgement.note


# --- which entries count: all but those of which a keeper of the roll said that it was another person --

_SAME = ("session", "person", "station", "at")


def standing(lines: QuerySet[RollEntry]) -> QuerySet[RollEntry]:
    """Without the lines that a "not this person" line of the same moment and place denies. None is ever deleted."""
    same = {name: OuterRef(name) for name in _SAME}
    return lines.exclude(Exists(RollEntry.objects.filter(kind=RollEntry.Kind.DENIED, **same)))
