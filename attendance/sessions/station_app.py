"""The only part of attendance that knows of recognition: from a decision about a face to a roll entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Purpose
from attendance.models import AttendanceRecord, ClassSession, Doubt, Liveness, RollEntry
from attendance.notices import notices
from attendance.roll import coverage, denials, roll, roster, state
from attendance.roll.denials import Denied
from attendance.rules.statuses import Status
from attendance.rules.visibility import require_may_keep
from config.errors import Refused
from config.live.news import publish, station_group
from config.web import throttle
from recognition.faces import gallery
from recognition.models import FaceSample, ImpostorExample, Sighting, Station
from recognition.sightings import impostor_examples, sightings
from recognition.sightings.decisions import Denial, IdentityEvent, SuspicionEvent
from recognition.stations import denials as looks
from recognition.stations import suspicions
from recognition.stations.app.station_app import RosterRule, StationApp
from recognition.stations.events import StationNote, greeting, station_note, stranger
from recognition.stations.visibility import staff_group

Source = RollEntry.Source
NEARLY = 1.15  # so far beyond the threshold, in parts of it, an unknown face is worth a teacher's look
NOT_ME_A_DAY, NOT_ME_LOOKS = 5, 3  # how often a person says so, and of how many greetings of one session
SOON = timedelta(hours=12)  # the next session that a kiosk announces


# --- what a station does, and asks --------------------------------------------------------------


class AttendanceStations(StationApp):
    """What a class's stations do: arrivals on the roll, doubts for the review, coverage while the station sees."""

    def on_identity(self, event: IdentityEvent) -> None:
        """A person was recognised, or was not. Refused `no_session` when nothing is going on here."""
        open_now = list(_open_at(event.station))
        if event.person_id is None:
            _unknown(event, open_now)
        else:
            _known(event, open_now)

    def on_suspicion(self, event: SuspicionEvent, row: Sighting) -> None:
        """Signs of a picture at one of our stations: the teachers of what is open there look at it, in the review."""
        if event.kind != suspicions.PICTURE:
            return  # a poster on the wall is nothing to decide about
        for session in _open_at(event.station):
            detail = {"station": event.station, "life": event.life.get("score"), "cues": event.life.get("cues", {})}
            roll.record_suspicion(session.pk, at=event.at, detail=detail)

    def on_denied(self, denial: Denial) -> None:
        """A greeting was another person's. Struck at once where a keeper says so, else reviewed.

        Refused `not_allowed`, `forgotten`.
        """
        person = User.objects.get(pk=denial.person_id)
        denied = Denied(denial.station, denial.at, denial.until, denial.sighting, denial.source)
        noted = denials.lines_of(person.pk, denied).values("session")
        sessions = list(ClassSession.objects.filter(pk__in=noted).select_related("course"))
        if not denial.sure:
            denials.for_review(sessions or list(_open_at(denial.station)), person, denied)
            return
        by = User.objects.get(pk=denial.by or 0)
        for session in sessions:
            require_may_keep(by, session.course)
            _struck(session, person, denied, by=by)

    def on_seeing(self, slug: str, at: datetime) -> None:
        """The station is seeing: a heartbeat every few seconds, for the coverage of what is open here."""
        for session in _open_at(slug):
            before = coverage.last_seen(session)
            coverage.note(session, slug, at)
            if before is None or at - before > state.SEEING_WITHIN:
                state.tell_session(session)

    def repeat_every(self, station: Station) -> float | None:
        """How often a person who stays in view is told again: the capture interval of what is open here, in seconds."""
        intervals = [session.course.interval for session in _open_at(station.slug)]
        return float(min(intervals)) if intervals else None

    def rosters(self) -> Mapping[str, RosterRule]:
        return {"class_now": class_now}

    def note(self, station: Station) -> StationNote:
        return note_for(station)


def _known(event: IdentityEvent, open_now: list[ClassSession]) -> None:
    person = User.objects.filter(pk=event.person_id or 0).first()
    if person is None:
        raise Refused("person_gone", _("This person is no longer on record."), status=404)
    if not open_now:
        raise Refused("no_session", _("No class is in session here now."), status=409)
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
            liveness=event.liveness,
            life=event.life_score if event.liveness != Liveness.OFF else None,
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
    note = words % {"time": f"{first:%H:%M}"}
    news = greeting(event.station, person, event.at, note=note, lane=event.lane)
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


# --- it was another person -----------------------------------------------------------------------


def not_this_person(line: RollEntry, *, by: User) -> str:
    """The person who keeps the roll says that an entry was another person. What was done, in words.

    Refused `not_allowed`, `not_by_face`, `forgotten`.
    """
    require_may_keep(by, line.session.course)
    if line.person is None or line.kind != RollEntry.Kind.SEEN or line.source not in denials.BY_FACE:
        raise Refused("not_by_face", _("This entry was not made by a camera. Correct the status instead."))
    greeted = _greetings(line.person, line.session).filter(station__slug=line.station, at__lte=line.at)
    sighting = greeted.order_by("-at", "-pk").first()
    if sighting is None:
        _struck(line.session, line.person, Denied(line.station, line.at, line.at + timedelta(microseconds=1)), by=by)
        return _("The roll was corrected. The face could not be learned, because its picture is no longer stored.")
    return _learned(looks.deny(sighting, source=ImpostorExample.Source.ROLL, by=by, sure=True))


def not_here(doubt: Doubt, *, by: User) -> None:
    """Of a person seen in two places at once: here it was another person. Nothing where the line is a card's."""
    near = RollEntry.objects.filter(
        session=doubt.session_id,
        person=doubt.person_id,
        kind=RollEntry.Kind.SEEN,
        source__in=denials.BY_FACE,
        at__gte=doubt.at - roll.ELSEWHERE,
        at__lte=doubt.at + roll.ELSEWHERE,
    )
    line = near.select_related("person", "session__course").order_by("-at").first()
    if line is not None:
        not_this_person(line, by=by)


def not_me(record: AttendanceRecord, *, by: User) -> None:
    """A person says that they were not seen in this session: for the teacher's review. Refused `not_yours`,
    `not_by_face`, `too_many_attempts`.
    """
    if record.person_id != by.pk:
        raise Refused("not_yours", _("This is not your record."), status=403)
    lines = RollEntry.objects.filter(session=record.session, person=by, source__in=denials.BY_FACE)
    if not lines.filter(kind=RollEntry.Kind.SEEN).exists():
        raise Refused(
            "not_by_face", _("This record was not made by a camera. Tell your teacher what is wrong."), status=409
        )
    if throttle.count(f"not-me:{by.pk}", window=86_400) > NOT_ME_A_DAY:
        raise Refused(
            "too_many_attempts", _("You have reported this too often today. Please tell your teacher."), status=429
        )
    sightings_here = list(_greetings(by, record.session).order_by("-at")[:NOT_ME_LOOKS])
    for sighting in sightings_here:
        looks.deny(sighting, source=ImpostorExample.Source.SELF, by=by, sure=False)
    if not sightings_here:
        since = record.first_seen or record.session.starts_at
        station = lines.values_list("station", flat=True).first() or ""
        denials.for_review([record.session], by, Denied(station, since, source=str(ImpostorExample.Source.SELF)))


def was_them(sighting: int | None, *, by: User) -> None:
    """The review says that it was this person after all: what was learned from the look is forgotten."""
    if sighting is not None:
        impostor_examples.withdraw(sighting, by=by)


def _struck(session: ClassSession, person: User, denied: Denied, *, by: User) -> None:
    """The lines are denied, and the record follows what is left of the roll."""
    with transaction.atomic():
        session = roll.locked(session.pk)
        if session.forgotten_at is not None:
            raise Refused(
                "forgotten",
                _(
                    "The sightings of this session have been deleted, so it cannot be recalculated. "
                    "Its records are kept."
                ),
                status=409,
            )
        denials.strike(session, person, denied, by=by)
        people = frozenset(session.records.values_list("person_id", flat=True))
        roll.settle(session, seeable(people, since=session.starts_at))
        state.tell_people(session, [person.pk])
        notices.session_closed(session)


def _greetings(person: User, session: ClassSession) -> QuerySet[Sighting]:
    """When this person was greeted by face at the session's stations while it was open."""
    since = (session.opened_at or session.starts_at) - roll.CLOCK_SLACK
    until = (session.closed_at or timezone.now()) + roll.CLOCK_SLACK
    found = Sighting.objects.filter(person=person, at__gte=since, at__lte=until, record__lane__isnull=True)
    return found.filter(station__in=session.stations.all()).select_related("station", "person")


def _learned(example: ImpostorExample | None) -> str:
    if example is None:
        return _("The roll was corrected. The face could not be learned, because its picture is no longer stored.")
    if example.state == ImpostorExample.State.WAITING:
        return _("The roll was corrected. An administrator will check the face.")
    return _("The roll was corrected. This face will not be recognised as that person again.")


# --- what the station asks ----------------------------------------------------------------------


def class_now(station: Station) -> Iterable[int] | None:
    """Roster rule: the people of the sessions that are open here. No one, when nothing is going on."""
    wanted: set[int] = set()
    for session in _open_at(station.slug):
        people = roster.searched(session)
        if people is None:
            return None
        wanted |= people
    return wanted


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
        known = gallery.gallery(Purpose.ATTENDANCE, at_once=True).ids & people
    except Refused:
        return frozenset()  # no model, no key: then no one could be known
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
