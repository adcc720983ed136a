"""A face that was noted for one person and was another's: struck from the roll, or set for review."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Self

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import AttendanceRecord, ClassSession, Doubt, RollEntry
from attendance.roll import roll, state

Kind, Source = RollEntry.Kind, RollEntry.Source
BY_FACE = (Source.KIOSK, Source.CAMERA)


@dataclass(frozen=True, slots=True)
class Denied:
    """From which greeting of a person at a station to the next one (None: there was none) nothing was theirs."""

    station: str
    since: datetime
    until: datetime | None = None
    sighting: int | None = None  # by number, for what was learned from it
    source: str = ""  # who said so, as recognition words it

    def as_detail(self) -> dict[str, Any]:
        until = self.until.isoformat() if self.until else None
        return asdict(self) | {"since": self.since.isoformat(), "until": until}

    @classmethod
    def of(cls, doubt: Doubt) -> Self:
        told = doubt.detail
        since, until = parse_datetime(told.get("since") or ""), parse_datetime(told.get("until") or "")
        return cls(
            told.get("station", ""), since or doubt.at, until, told.get("sighting"), source=told.get("source", "")
        )


def lines_of(person_id: int, denied: Denied) -> Any:
    """The lines that it is about, of whichever session: seen there by a face, and not struck yet."""
    found = RollEntry.objects.filter(
        person=person_id, kind=Kind.SEEN, source__in=BY_FACE, station=denied.station, at__gte=denied.since
    )
    return roll.standing(found if denied.until is None else found.filter(at__lt=denied.until))


def strike(session: ClassSession, person: User, denied: Denied, *, by: User | None) -> int:
    """Add a line that denies each of them; how many. The caller holds the session's row, and settles it afterwards."""
    lines = list(lines_of(person.pk, denied).filter(session=session))
    record = AttendanceRecord.objects.filter(session=session, person=person).first()
    for line in lines:
        _deny(session, person, record, line, by)
    return len(lines)


def _deny(
    session: ClassSession, person: User, record: AttendanceRecord | None, line: RollEntry, by: User | None
) -> None:
    roll.add_line(
        session,
        Kind.DENIED,
        line.at,
        Source.TEACHER,
        person=person,
        record=record,
        station=line.station,
        by=by,
        reason=_("This was another person"),
    )


def for_review(sessions: Iterable[ClassSession], person: User, denied: Denied) -> int:
    """Nothing changes yet: the person who keeps the roll decides. In how many sessions it waits now."""
    asked = 0
    for session in sessions:
        if not session.records.filter(person=person).exists():
            continue
        fields = {
            "at": denied.since,
            "detail": denied.as_detail(),
            "resolved_at": None,
            "resolved_by": None,
            "confirmed": None,
        }
        Doubt.objects.update_or_create(session=session, person=person, kind=Doubt.Kind.DENIED, defaults=fields)
        state.tell_session(session)
        asked += 1
    return asked


def deniable(lines: Iterable[RollEntry]) -> set[int]:
    """Of one person's lines in one session those of which a keeper may say that it was another person."""
    rows = list(lines)
    struck = {(line.station, line.at) for line in rows if line.kind == Kind.DENIED}
    seen = (line for line in rows if line.kind == Kind.SEEN and line.source in BY_FACE)
    return {line.pk for line in seen if (line.station, line.at) not in struck}
