"""The only part of attendance that knows of recognition: from a decision about a face to a line of the roll."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Purpose
from attendance import board, coverage, roll, roster
from attendance.models import AttendanceRecord, ClassSession, RollEntry
from attendance.rules import Status
from config.errors import Refused
from config.live import publish, station_group
from recognition import gallery_store, sightings
from recognition.events import StationNote, greeting, station_note, stranger
from recognition.identity import IdentityEvent
from recognition.models import FaceSample, Station
from recognition.visibility import staff_group

Source = RollEntry.Source
NEARLY = 1.15  # so far beyond the threshold, in parts of it, an unknown face is worth a teacher's look
SOON = timedelta(hours=12)  # the next session that a kiosk announces


# --- what the station says ----------------------------------------------------------------------


def on_identity(event: IdentityEvent) -> None:
    """Somebody was recognised, or was not. Refused `no_session` when nothing is going on here."""
    open_now = list(_open_at(event.station))
    if event.person_id is None:
        _unknown(event, open_now)
    else:
        _known(event, open_now)


def _known(event: IdentityEvent, open_now: list[ClassSession]) -> None:
    person = User.objects.filter(pk=event.person_id or 0).first()
    if person is None:
        raise Refused("person_gone", _("This person is no longer on record."), status=404)
    if not open_now:
        raise Refused("no_session", _("There is no class here now."), status=409)
    records = [record for session in open_now if (record := _arrived(event, person, session))]
    if not records:
        words = _("%(name)s is not enrolled in this course.") % {"name": person.get_full_name()}
        raise Refused("not_on_roster", words, status=403)
    if not event.again:
        _welcome(event, person, records[0])


def _arrived(event: IdentityEvent, person: User, session: ClassSession) -> AttendanceRecord | None:
    try:
        return roll.record_arrival(
            session.pk,
            person,
            at=event.at,
            source=_source(event),
            station=event.station,
            confidence=confidence_of(event.match),
        )
    except Refused as refusal:
        if refusal.code in ("not_on_roster", "not_open"):
            return None
        raise


def _source(event: IdentityEvent) -> str:
    if event.lane != "face":
        return str(Source(event.lane))
    return str(Source.CAMERA if event.view == Station.View.ROOM else Source.KIOSK)


@transaction.atomic
def _welcome(event: IdentityEvent, person: User, record: AttendanceRecord) -> None:
    """The sighting with its decision record, and "present at 09:02" in large letters."""
    if event.lane == "face":
        sightings.record(event)
    first = timezone.localtime(record.first_seen or event.at)
    words = {
        Status.LATE: _("late, at %(time)s"),
        Status.EXPECTED: _("seen at %(time)s"),
    }.get(Status(record.status), _("present at %(time)s"))
    news = greeting(event.station, person, event.at, note=words % {"time": f"{first:%H:%M}"})
    publish(station_group(event.station), news)
    publish(staff_group(event.purpose), news)


@transaction.atomic
def _unknown(event: IdentityEvent, open_now: list[ClassSession]) -> None:
    """Counted, and told without a name. A near miss goes to the teacher's review queue."""
    for session in open_now:
        roll.record_stranger(session.pk, at=event.at, station=event.station)
        if people := _candidates(event.match):
            detail = {"distance": event.match.get("distance"), "threshold": event.match.get("threshold")}
            roll.record_doubt(session.pk, people, at=event.at, detail=detail)
    sightings.record(event)
    news = stranger(event.station, event.at)
    publish(station_group(event.station), news)
    publish(staff_group(event.purpose), news)


def _candidates(match: dict[str, Any]) -> list[int]:
    """Whom an unknown face may have been: one who was nearly near enough, or two who were too close to call."""
    best, second, reason = match.get("best"), match.get("second"), match.get("reason")
    distance, threshold = match.get("distance"), match.get("threshold")
    if best is None or distance is None or not threshold:
        return []
    if reason == "too_close_to_call":
        return [best] if second is None else [best, second]
    return [best] if distance <= NEARLY * threshold else []


def confidence_of(match: dict[str, Any]) -> float | None:
    """1 at distance 0, 0.5 at the threshold: how far inside the limit a match lies. Not a probability."""
    distance, threshold = match.get("distance"), match.get("threshold")
    if distance is None or not threshold:
        return None
    return max(0.0, min(1.0, 1.0 - 0.5 * distance / threshold))


# --- what the station asks ----------------------------------------------------------------------


def class_now(station: Station) -> Iterable[int] | None:
    """Roster rule: the people of the sessions that are open here. Nobody, when nothing is going on."""
    wanted: set[int] = set()
    for session in _open_at(station.slug):
        people = roster.searched(session)
        if people is None:
            return None
        wanted |= people
    return wanted


def repeat_every(station: Station) -> float | None:
    """How often somebody who stays in view is told again: the capture interval of what is open here, in seconds."""
    intervals = [session.course.interval for session in _open_at(station.slug)]
    return float(min(intervals)) if intervals else None


def on_seeing(slug: str, at: datetime) -> None:
    """The station is seeing: a heartbeat every few seconds, for the coverage of what is open here."""
    for session in _open_at(slug):
        before = coverage.last_seen(session)
        coverage.note(session, slug, at)
        if before is None or at - before > board.SEEING_WITHIN:
            board.tell_session(session)


def note_for(station: Station) -> StationNote:
    """What the kiosk says beside the camera picture: which class this is, or when the next one is."""
    session = _open_at(station.slug).first()
    if session is not None:
        end = timezone.localtime(session.ends_at)
        return station_note(station.slug, session.course.title, _("until %(time)s") % {"time": f"{end:%H:%M}"})
    coming = _coming_at(station.slug)
    if coming is None:
        return station_note(station.slug, "", _("No class here now"), idle=True)
    start = timezone.localtime(coming.starts_at)
    words = _("begins at %(time)s") % {"time": f"{start:%H:%M}"}
    return station_note(station.slug, coming.course.title, words, idle=True)


def tell_stations(session: ClassSession) -> None:
    """After the commit, the kiosks of a session say what goes on now."""
    for station in session.stations.all():
        publish(station_group(station.slug), note_for(station))


def seeable(people: frozenset[int], *, since: datetime) -> frozenset[int]:
    """Those of `people` whom a camera could know all along: in the gallery now, and enrolled before `since`."""
    try:
        known = gallery_store.gallery(Purpose.ATTENDANCE, at_once=True).ids & people
    except Refused:
        return frozenset()  # no model, no key: then nobody could be known
    samples = FaceSample.objects.filter(person__in=known, uses__purpose=Purpose.ATTENDANCE)
    early = set(samples.filter(created_at__lte=since).values_list("person_id", flat=True))
    late = set(samples.filter(created_at__gt=since).values_list("person_id", flat=True)) - early
    return known - late


def _open_at(slug: str) -> QuerySet[ClassSession]:
    return ClassSession.objects.filter(stations__slug=slug, state=ClassSession.State.OPEN).select_related("course")


def _coming_at(slug: str) -> ClassSession | None:
    now = timezone.now()
    coming = ClassSession.objects.filter(
        stations__slug=slug, state=ClassSession.State.PLANNED, starts_at__gt=now, starts_at__lt=now + SOON
    )
    return coming.select_related("course").order_by("starts_at").first()
