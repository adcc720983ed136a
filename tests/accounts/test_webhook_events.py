"""What each app tells other systems, at the doors through which it happens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.roles import Purpose, Role
from attendance.records import corrections
from library.circulation import loans
from library.visits import visits
from lockers.access import duress, keys
from lockers.assignments import registration
from lockers.desk.emergency_release import bank_releases
from lockers.doors import doors, openings
from lockers.models import Assignment, SilentAlarm
from recognition.models import Sighting, Station
from recognition.sightings.decisions import IdentityEvent
from recognition.stations import denials
from recognition.stations.app import dispatch
from tests.conftest import person
from tests.support import attendance as campus
from tests.support.faces import enrolled
from tests.support.library import book
from tests.support.lockers import KIOSK, given, key_of, locker, shut
from tests.support.webhooks import subscribed, told

CHECKED = dict.fromkeys(("emptied", "inspected", "door_locked", "customer_told"), True)


@pytest.fixture
def everything(db):
    return subscribed()


@pytest.fixture
def nameless(db):
    return subscribed(names=False)


def kinds_of(endpoint):
    return [body["type"] for body in told(endpoint)]


def only(endpoint, kind):
    [body] = [body for body in told(endpoint) if body["type"] == kind]
    return body["data"]


# --- sightings ------------------------------------------------------------------------------------


@pytest.fixture
def front_door(db):
    return Station.objects.create(slug="front-door", name="Front door", purpose="reception")


def seen(station, who=None, **fields):
    match = {"distance": 0.2, "threshold": 0.6, "best": 1} if who else {"reason": "too_far"}
    event = IdentityEvent(station.slug, station.purpose, who and who.pk, timezone.now(), match, **fields)
    assert dispatch.dispatch(event) is None


def test_a_station_tells_whom_it_recognised(ada, notices, front_door, everything, nameless):
    enrolled(ada, "ada", Purpose.RECEPTION)
    seen(front_door, ada, liveness="passive", life={"score": 0.9})
    data = only(everything, "sighting.recognised")
    assert data == {
        "id": Sighting.objects.get().pk,
        "station": "front-door",
        "purpose": "reception",
        "by": "face",
        "liveness": "passive",
        "life": 0.9,
        "person": {"id_number": "s-ada", "name": "Ada Lovelace"},
    }
    assert only(nameless, "sighting.recognised")["person"] is None


def test_a_stranger_is_told_of_and_never_named(ada, front_door, everything):
    seen(front_door)
    assert kinds_of(everything) == ["sighting.unknown"]
    assert only(everything, "sighting.unknown")["person"] is None


def test_a_denied_sighting_is_told_of(ada, notices, front_door, everything):
    enrolled(ada, "ada", Purpose.RECEPTION)
    seen(front_door, ada)
    denials.deny(Sighting.objects.get(), source="self", by=ada, sure=True)
    assert only(everything, "sighting.denied")["person"]["id_number"] == "s-ada"


# --- attendance -----------------------------------------------------------------------------------


def test_every_line_of_a_roll_is_told_of(ada, grace, teacher, everything, nameless):
    session = campus.session(campus.course(ada, grace, teacher=teacher), timezone.now() - timedelta(hours=3))
    campus.seen(session, ada, 1)
    corrections.correct(session, grace, "late", by=teacher, reason="Grace missed the bus")
    campus.closed(session)
    found = kinds_of(everything)
    assert found[:3] == ["attendance.opened", "attendance.seen", "attendance.corrected"]
    assert found[-1] == "attendance.closed"
    data = only(everything, "attendance.corrected")
    assert (data["course"], data["status"], data["reason"]) == ("cs101", "late", "Grace missed the bus")
    assert data["person"]["id_number"] == "s-grace"
    assert "Grace" not in str(told(nameless)) and "s-ada" not in str(told(nameless))


# --- library --------------------------------------------------------------------------------------


def test_the_library_says_the_same_as_before_beside_the_new_form(ada, everything, nameless):
    visits.enter(ada)
    loan = loans.check_out(book("B-1", "Emma"), to=ada)
    entered, loaned = told(everything)
    assert (entered["type"], loaned["type"]) == ("library.entered", "library.loaned")
    old = {name: value for name, value in loaned.items() if name not in ("type", "timestamp", "data")}
    assert set(old) == {"id", "kind", "at", "account", "barcode", "title", "due_at", "station", "detail"}
    assert (old["kind"], old["account"], old["barcode"]) == ("library.loaned", "s-ada", "B-1")
    assert old["at"] == loaned["timestamp"] and old["title"] == loaned["data"]["title"] == "Emma"
    assert old["due_at"] == loan.due_at.astimezone(timezone.get_default_timezone()).isoformat()
    blind = told(nameless)[1]
    assert (blind["account"], blind["detail"], blind["barcode"]) == (None, {}, "B-1")


# --- lockers --------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_locker_tells_who_got_it_opened_it_and_gave_it_back(ada, officer, everything, nameless):
    mine = given(ada, "12")
    keys.redeem(key_of(ada, mine).code, mine, station=KIOSK)
    shut(mine)
    registration.release(Assignment.objects.get(), by=officer, checklist=CHECKED)
    assert kinds_of(everything) == ["lockers.assigned", "lockers.opened", "lockers.closed", "lockers.released"]
    opened = only(everything, "lockers.opened")
    assert (opened["bank"], opened["locker"], opened["route"]) == ("main", "12", "key")
    assert opened["person"]["id_number"] == "s-ada"
    assert [body["data"]["person"] for body in told(nameless)] == [None] * 4


def test_a_forced_door_is_an_alarm(everything):
    door = locker("7")
    doors.reported(door, doors.DoorState.LOCKED)
    doors.reported(door, doors.DoorState.OPEN)
    assert only(everything, "lockers.alarm")["alarm"] == "forced"


def test_an_opening_that_fails_says_why(officer, everything):
    door = locker("7")
    opening = openings.override(door, by=officer, reason="lost the card")
    doors.failed(opening, "no_answer", timezone.now())
    assert only(everything, "lockers.opening_failed")["reason"] == "no_answer"
    assert "lost the card" not in str(told(everything))


def test_a_silent_alarm_is_told_of_to_those_who_chose_it(ada, everything):
    chosen = subscribed(kinds=["lockers.silent_alarm"])
    mine = given(ada)
    mark = duress.DuressMark.objects.create(
        person=ada, how="pin", door=f"lockers:{KIOSK}", locker=mine, at=timezone.now(), sealed="unreadable"
    )
    assert duress.look(timezone.now()) == 1 and mark.pk
    data = only(chosen, "lockers.silent_alarm")
    assert (data["id"], data["bank"], data["person"]["id_number"]) == (SilentAlarm.objects.get().pk, "main", "s-ada")
    assert "lockers.silent_alarm" not in kinds_of(everything)


def test_an_emergency_release_is_told_of_from_beginning_to_end(officer, everything):
    door = locker("7")
    second = person("o-second", "Second", role=Role.LOCKER_OFFICER)
    row = bank_releases.begin(door.bank, by=officer, reason="fire")
    row = bank_releases.confirm(row, by=second, reason="fire")
    bank_releases.end(row, by=officer)
    states = [body["data"]["state"] for body in told(everything) if body["type"] == "lockers.emergency_release"]
    assert states == ["waiting", "running", "ended"]
