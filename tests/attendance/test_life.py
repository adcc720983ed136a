"""The roll says how somebody was seen, and how sure it was that they were alive."""

from __future__ import annotations

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from attendance.models import AttendanceRecord, RollEntry
from attendance.roll import csv_file
from recognition.models import Station
from recognition.sightings.decisions import IdentityEvent
from recognition.stations.app.dispatch import dispatch
from tests.attendance.test_live import now_in
from tests.support import attendance as campus
from tests.support.api import V1, client_of, results
from tests.support.attendance import enrolled, seen

pytestmark = pytest.mark.django_db
API = f"{V1}/attendance"


@pytest.fixture
def cs101(ada, grace, teacher):
    return campus.course(enrolled(ada), enrolled(grace), teacher=teacher, sightings_needed=1)


@pytest.fixture
def running(cs101):
    return now_in(cs101, started=30)


def event(person, **changes):
    given = {"station": "room-1", "purpose": "attendance", "at": timezone.now(), "view": "walk_up"}
    life = {"state": "living", "score": 0.93, "cues": {"blink": 1.0}, "since": 1.2}
    return IdentityEvent(person_id=person.pk, **{**given, "liveness": "passive", "life": life, **changes})


def record(session, person):
    return AttendanceRecord.objects.get(session=session, person=person)


def test_a_kiosk_notes_policy_and_score_in_the_entry_and_in_the_record(running, ada):
    dispatch(event(ada))
    entry, kept = RollEntry.objects.get(person=ada), record(running, ada)
    for row in (entry, kept):
        assert (row.seen_by, row.liveness, row.life) == ("face", "passive", 0.93)


def test_a_card_says_nothing_of_life_even_if_somebody_claims_it(running, ada):
    dispatch(event(ada, lane="card", liveness="", life={"score": 1.0}))
    kept = record(running, ada)
    assert (kept.source, kept.seen_by, kept.liveness, kept.life) == ("card", "card", "", None)


def test_a_room_camera_s_look_is_not_checked(running, ada):
    dispatch(event(ada, view=Station.View.ROOM, liveness="off", life={}))
    kept = record(running, ada)
    assert (kept.source, kept.liveness, kept.life) == ("camera", "off", None)


def test_the_record_keeps_the_strongest_policy_and_its_best_score(running, ada):
    def look(minute, liveness, life, source="kiosk"):
        seen(running, ada, minute, source=source, liveness=liveness, life=life)
        kept = record(running, ada)
        return kept.liveness, kept.life

    assert look(1, "off", None, source="camera") == ("off", None)
    assert look(8, "passive", 0.7) == ("passive", 0.7)
    assert look(15, "passive", 0.9) == ("passive", 0.9)
    assert look(22, "off", None, source="camera") == ("passive", 0.9)
    assert look(29, "challenge", 0.8) == ("challenge", 0.8)


def test_the_csv_file_has_it_and_stays_equal_to_the_database(running, ada, teacher):
    dispatch(event(ada))
    seen(running, ada, 29, source="api")
    rows = list(csv.DictReader(io.StringIO("".join(csv_file.whole(running)))))
    assert [(row["event"], row["seen_by"], row["liveness"], row["life"]) for row in rows] == [
        ("opened", "", "", ""),
        ("seen", "face", "passive", "0.93"),
        ("seen", "api", "", ""),
    ]


def test_the_roll_and_the_history_say_it_in_words(running, ada, grace, teacher):
    dispatch(event(ada))
    dispatch(event(grace, view=Station.View.ROOM, liveness="off", life={}))
    client = Client()
    client.force_login(teacher, backend="accounts.backends.RoleBackend")
    page = client.get(reverse("attendance:session", args=[running.pk])).content.decode()
    assert "Kiosk, liveness checked" in page and "Room camera, liveness not checked" in page
    history = client.get(reverse("attendance:person", args=[running.pk, ada.pk])).content.decode()
    assert "liveness checked (0.93)" in history


def test_reports_have_it(running, ada, teacher):
    dispatch(event(ada))
    campus.closed(running, after=60)
    day = timezone.localdate(running.starts_at).isoformat()
    query = {"format": "csv", "from": day, "to": day}
    text = b"".join(client_of(teacher).get(f"{API}/reports/", query).streaming_content).decode()
    [row] = [row for row in csv.DictReader(io.StringIO(text)) if row.get("id_number") == "s-ada"]
    assert (row["seen_by"], row["liveness"], row["life"]) == ("face", "passive", "93")


def test_the_api_says_it(running, ada, teacher):
    dispatch(event(ada))
    [found] = results(client_of(teacher).get(f"{API}/records/?person=s-ada"))
    assert (found["seen_by"], found["liveness"], found["life"]) == ("face", "passive", 0.93)
    [line] = client_of(teacher).get(f"{API}/records/{found['id']}/history/").json()
    assert (line["seen_by"], line["liveness"], line["life"]) == ("face", "passive", 0.93)


@pytest.mark.parametrize("claim", [{"liveness": "challenge"}, {"life": 1.0}, {"seen_by": "face"}])
def test_a_client_never_writes_a_verdict(running, ada, teacher, claim):
    body = {"id_number": "s-ada", **claim}
    assert client_of(teacher).post(f"{API}/sessions/{running.pk}/arrivals/", body).status_code == 200
    for row in (RollEntry.objects.get(person=ada), record(running, ada)):
        assert (row.seen_by, row.liveness, row.life) == ("api", "", None)


def test_life_outlives_a_closed_session(running, ada):
    dispatch(event(ada))
    campus.closed(running, after=60)
    assert record(running, ada).life == 0.93
