"""The live state of a session: what a board shows when it opens, and what it is told afterwards."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from attendance.models import AttendanceRecord, ClassSession
from attendance.roll import coverage, own_statuses
from attendance.roll.events import BoardHello, PersonNow, RecordChanged, SessionChanged, SessionNow
from attendance.roll.own_statuses import StatusSet
from attendance.rules.labels import NOTES, SURENESS
from attendance.rules.statuses import Status, sureness
from config.live.news import clock, publish

SEEING_WITHIN = timedelta(seconds=20)


def group(session_id: int) -> str:
    return f"session.{session_id}"


def hello(session: ClassSession) -> BoardHello:
    """The full state. Few queries, however many people."""
    return {"kind": "hello", "session": session_now(session), "people": people_now(session)}


def people_now(session: ClassSession, people: Iterable[int] | None = None) -> list[PersonNow]:
    records = session.records.select_related("person", "own_status").order_by(
        "person__last_name", "person__first_name", "person_id"
    )
    if people is not None:
        records = records.filter(person__in=people)
    groups = dict(session.course.enrollments.exclude(group="").values_list("person_id", "group"))
    statuses = own_statuses.set_of(session.course)
    return [person_now(record, statuses, groups.get(record.person_id, "")) for record in records]


def person_now(record: AttendanceRecord, statuses: StatusSet, group_name: str = "") -> PersonNow:
    person = record.person
    return {
        "person": person.pk,
        "name": person.get_full_name(),
        "initials": (person.first_name[:1] + person.last_name[:1]).upper(),
        "group": group_name,
        "status": record.status,
        "label": own_statuses.label_of(record, statuses),
        "first_seen": clock(record.first_seen) if record.first_seen else None,
        "last_seen": clock(record.last_seen) if record.last_seen else None,
        "confidence": None if record.confidence is None else round(100 * record.confidence),
        "sureness": "" if record.confidence is None else str(SURENESS[sureness(record.confidence)]),
        "source": record.source,
        "note": str(NOTES.get(record.note, "")),
        "corrected": record.corrected,
    }


def session_now(session: ClassSession, now: datetime | None = None) -> SessionNow:
    now = now or timezone.now()
    share, seen = coverage.share(session, now), coverage.last_seen(session)
    return {
        "id": session.pk,
        "course": session.course.code,
        "title": session.course.title,
        "state": session.state,
        "label": str(session.get_state_display()),
        "starts_at": clock(session.starts_at),
        "ends_at": clock(session.effective_end),
        "seconds_left": max(0, round((session.ends_at - now).total_seconds())) if session.is_open else None,
        "coverage": None if share is None else round(100 * share),
        "seeing": session.is_open and seen is not None and seen >= now - SEEING_WITHIN,
        "watched_until": clock(seen) if seen else None,
        "strangers": session.strangers,
        "doubts": session.doubts.filter(resolved_at=None).count(),
        "counts": counts(session),
    }


def counts(session: ClassSession) -> dict[str, int]:
    rows = session.records.order_by().values_list("status").annotate(Count("pk"))
    return {status.value: 0 for status in Status} | dict(rows)


# --- telling ------------------------------------------------------------------------------------


def tell_people(session: ClassSession, people: Iterable[int]) -> None:
    """After the commit, every open board shows these people as they are now."""
    news: RecordChanged = {
        "kind": "attendance.record",
        "session": session_now(session),
        "people": people_now(session, people),
    }
    publish(group(session.pk), news)


def tell_session(session: ClassSession) -> None:
    news: SessionChanged = {"kind": "attendance.session", "session": session_now(session)}
    publish(group(session.pk), news)
