"""The lockers' pages: what officers see and do, what is a holder's own, and what is nobody's business."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.conf import settings as site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.consent.consent import standing_purposes
from accounts.credentials.pins import check_pin, set_pin
from accounts.models import Consent, OutgoingMail, User
from accounts.roles import Purpose, Role
from lockers.access import attempt_messages, attempts, card_and_pin, keys
from lockers.assignments import customers, registration
from lockers.bank.log import access_log
from lockers.desk import board
from lockers.desk.log_messages import KINDS
from lockers.desk.views.log import _one_of
from lockers.doors import actuators, doors, openings, simulator_actions
from lockers.models import AccessAttempt, AccessLog, Alarm, Assignment, Locker, Lockout, Opening, WaitingEntry
from lockers.rules.doors import DoorState
from tests.conftest import person
from tests.support.faces import enrolled
from tests.support.lockers import KIOSK, bank, code_of, given, key_of, locker, shut, the_board

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def second(db):
    return person("o-anita", "Anita", Role.LOCKER_OFFICER, last_name="Borg")


def as_(client, who):
    client.force_login(who, backend="accounts.backends.RoleBackend")
    return client


def said(answer):
    return [str(message) for message in answer.context["messages"]]


def page_of(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


def opened(who, which):
    issued = key_of(who, which)
    return keys.redeem(issued.code, which, station=KIOSK), issued.code


def asks(who, which, pin="2718"):
    """They stand at the station with card or number and PIN, and an officer must come."""
    set_pin(who, pin, by=who)
    return card_and_pin.begin(who.id_number, pin, which, station=KIOSK)


# --- the doors ------------------------------------------------------------------------------------


def test_the_board_shows_every_door_whose_it_is_and_how_it_stands(client, officer, ada):
    given(ada, "7")
    locker("8", out_of_service=True)
    locker("9", kind="vault")
    Locker.objects.filter(number="9").update(door="jammed")
    page = page_of(as_(client, officer), "/lockers/")
    assert page.count('class="door"') == 4  # three, and the template of one
    assert "assigned" in page
    assert "out of service" in page
    assert 'data-state="jammed"' in page
    assert "Vault" in page
    assert "Lovelace" not in page, "whose it is stands on the locker's own page"


def test_doors_stand_in_the_order_of_their_numbers(officer):
    for number in ("10", "9", "1"):
        locker(number)
    assert [door["number"] for door in the_board()["banks"][0]["doors"]] == ["1", "9", "10"]


def test_an_alarm_rings_on_the_board_until_somebody_has_looked(client, officer, ada):
    seven = given(ada, "7")
    doors.reported(seven, DoorState.OPEN)
    assert "Forced" in page_of(as_(client, officer), "/lockers/")
    alarm = Alarm.objects.get()
    answer = client.post(f"/lockers/alarms/{alarm.pk}/acknowledge/", follow=True)
    assert "acknowledged the alarm at The main bank · 7" in said(answer)[-1]
    assert the_board()["alarms"] == []
    assert not board.tile_of(seven)["ringing"]
    again = client.post(f"/lockers/alarms/{alarm.pk}/acknowledge/", follow=True)
    assert "already" in said(again)[-1]


def test_an_officer_confirms_who_came_with_card_and_pin_and_never_sees_the_key(client, officer, ada):
    seven = given(ada, "7")
    row = asks(ada, seven)
    page = page_of(as_(client, officer), "/lockers/")
    for words in ("Ada Lovelace", "s-ada", ">AL<", "The main bank · 7"):
        assert words in page
    answer = client.post(f"/lockers/attempts/{row.pk}/confirm/", follow=True)
    assert said(answer) == ["Confirmed. The key is on the screen of the station."]
    row.refresh_from_db()
    assert (row.state, row.confirmed_by) == ("succeeded", officer)
    issued = keys.issue(row)
    seen = (
        page_of(client, "/lockers/")
        + page_of(client, "/lockers/log/")
        + page_of(client, f"/lockers/attempts/{row.pk}/")
    )
    assert issued.code not in seen
    assert issued.key.digest not in seen


def test_an_officer_declines_and_nothing_opens(client, officer, ada):
    row = asks(ada, given(ada, "7"))
    as_(client, officer).post(f"/lockers/attempts/{row.pk}/decline/")
    row.refresh_from_db()
    assert (row.state, row.reason) == ("failed", "declined")
    assert the_board()["asking"] == []
    assert "an officer declined" in page_of(client, f"/lockers/attempts/{row.pk}/")


def test_no_officer_confirms_themselves(client, officer):
    row = asks(officer, given(officer, "7"))
    answer = as_(client, officer).post(f"/lockers/attempts/{row.pk}/confirm/", follow=True)
    assert said(answer) == ["Another officer must do this for you."]
    row.refresh_from_db()
    assert row.state == "confirming"


def test_a_vault_waits_for_another_officer(client, officer, second, ada):
    vault = given(ada, "9", kind="vault")
    answer = as_(client, officer).post(f"/lockers/doors/{vault.pk}/open/", {"reason": "Smoke"}, follow=True)
    assert "Another officer must approve" in said(answer)[-1]
    opening = Opening.objects.get()
    assert "Smoke" in page_of(client, "/lockers/")
    assert "Another officer must approve" in page_of(client, "/lockers/")
    client.post(f"/lockers/openings/{opening.pk}/approve/")
    opening.refresh_from_db()
    assert opening.state == "requested", "nobody approves what they asked for"
    as_(client, second).post(f"/lockers/openings/{opening.pk}/approve/")
    opening.refresh_from_db()
    assert opening.state == "opened"
    assert "approved by Anita Borg" in page_of(client, f"/lockers/doors/{vault.pk}/")


def test_a_request_is_withdrawn(client, officer, ada):
    vault = given(ada, "9", kind="vault")
    opening = openings.override(vault, by=officer, reason="Smoke")
    as_(client, officer).post(f"/lockers/openings/{opening.pk}/withdraw/")
    opening.refresh_from_db()
    assert opening.failure == "withdrawn"
    assert "the request was withdrawn" in page_of(client, f"/lockers/doors/{vault.pk}/")


def test_after_an_act_one_is_sent_to_a_page_of_the_lockers_only(client, officer, ada):
    doors.reported(given(ada, "7"), DoorState.OPEN)
    alarm = Alarm.objects.get()
    where = {"back": "https://evil.example/lockers/"}
    assert as_(client, officer).post(f"/lockers/alarms/{alarm.pk}/acknowledge/", where).url == "/lockers/"
    home = {"back": f"/lockers/doors/{alarm.locker_id}/"}
    assert client.post(f"/lockers/alarms/{alarm.pk}/acknowledge/", home).url == home["back"]


# --- one locker -----------------------------------------------------------------------------------


def test_an_officer_assigns_shares_and_takes_a_locker_back(client, officer, ada, grace):
    seven = locker("7")
    at = f"/lockers/doors/{seven.pk}/"
    as_(client, officer)
    assert said(client.post(f"{at}assign/", {"person": "nobody"}, follow=True)) == [
        "No one has the number, card or name “nobody”."
    ]
    client.post(f"{at}assign/", {"person": "lovelace", "ends_on": "2030-01-31"})
    mine = Assignment.objects.get()
    assert (mine.customer, str(mine.ends_on), mine.assigned_by) == (ada, "2030-01-31", officer)
    client.post(f"{at}share/", {"person": "s-grace"})
    assert "Grace Hopper" in page_of(client, at)
    client.post(f"{at}unshare/{grace.pk}/")
    assert not mine.joint_holders.filter(open_slot=1).exists()
    half = client.post(f"{at}release/", {"emptied": "on"}, follow=True)
    assert "The checklist is not complete" in said(half)[-1]
    ticked = dict.fromkeys(("emptied", "inspected", "door_locked", "customer_told"), "on")
    client.post(f"{at}release/", ticked)
    page = page_of(client, at)
    assert "This locker is free." in page
    assert "Previous holders" in page
    assert "released by Edsger Dijkstra" in page


def test_a_name_that_several_bear_is_not_guessed(client, officer, ada, grace):
    seven = locker("7")
    answer = as_(client, officer).post(f"/lockers/doors/{seven.pk}/assign/", {"person": "s-"}, follow=True)
    assert "Several people match" in said(answer)[-1]
    assert (
        "is not a date"
        in said(client.post(f"/lockers/doors/{seven.pk}/assign/", {"person": "s-ada", "starts_on": "x"}, follow=True))[
            -1
        ]
    )
    assert not Assignment.objects.exists()


def test_opening_as_an_officer_needs_a_reason_and_is_told(client, officer, ada):
    seven = given(ada, "7")
    at = f"/lockers/doors/{seven.pk}/"
    assert said(as_(client, officer).post(f"{at}open/", {"reason": " "}, follow=True)) == [
        "The reason is missing. Enter why you are opening this locker."
    ]
    client.post(f"{at}open/", {"reason": "She has lost her card"})
    page = page_of(client, at)
    assert "She has lost her card" in page
    assert 'data-state="open"' in page


def test_a_door_that_does_not_open_is_no_success(client, officer, ada):
    seven = given(ada, "7")
    actuators.simulator().jam(seven.lock_address)
    answer = as_(client, officer).post(f"/lockers/doors/{seven.pk}/open/", {"reason": "Lost card"}, follow=True)
    assert said(answer) == ["The lock did not open. This page shows the door status."]


def test_out_of_service_nobody_opens_and_a_living_key_is_void(client, officer, ada):
    seven = given(ada, "7")
    issued = key_of(ada, seven)
    as_(client, officer).post(f"/lockers/doors/{seven.pk}/service/", {"out": "1", "note": "Hinge"})
    assert code_of(keys.redeem, issued.code, seven, station=KIOSK) == "bad_key"
    assert "Hinge" in page_of(client, f"/lockers/doors/{seven.pk}/")
    client.post(f"/lockers/doors/{seven.pk}/service/", {"out": "0"})
    seven.refresh_from_db()
    assert (seven.out_of_service, seven.note) == (False, "")
    kinds = AccessLog.objects.filter(kind__startswith="locker.").order_by("seq").values_list("kind", flat=True)
    assert list(kinds)[-2:] == ["locker.out_of_service", "locker.in_service"]


# --- customers ------------------------------------------------------------------------------------

NEW = {"id_number": "c-100", "first_name": "Mary", "last_name": "Somerville", "email": "mary@example.org"}


def test_somebody_new_is_registered_in_one_go(client, officer, ada, notices):
    seven = locker("7")
    form = NEW | {"locker": seven.pk, "joint": "s-ada", "agreed": "on", "pin": "2718", "pin_again": "2718"}
    form["card_barcode"] = "C-100"
    answer = as_(client, officer).post("/lockers/customers/new/", form, follow=True)
    mary = User.objects.get(id_number="c-100")
    assert said(answer) == ["Mary Somerville is registered."]
    assert (mary.role, mary.affiliation, mary.card_barcode) == ("member", "customer", "C-100")
    assert not mary.has_usable_password()
    assert standing_purposes(mary) == {Purpose.LOCKERS}
    check_pin(mary, "2718")
    assert Assignment.objects.get().joint_holders.get().person == ada
    page = answer.content.decode()
    assert "0 photos of at least 5." in page
    back = reverse("lockers:customer", args=[mary.pk])
    assert f'{reverse("recognition:enrol_camera", args=[mary.pk])}?next={back}"' in page


def test_registering_is_all_or_nothing(client, officer, ada, notices):
    seven = given(ada, "7")
    form = NEW | {"locker": seven.pk, "pin": "2718", "pin_again": "2718"}
    answer = as_(client, officer).post("/lockers/customers/new/", form)
    assert answer.status_code == 400
    assert "Select a valid choice" in answer.content.decode()
    worse = NEW | {"joint": "nobody"}
    assert "No one has the number" in client.post("/lockers/customers/new/", worse).content.decode()
    short = NEW | {"pin": "1", "pin_again": "1"}
    assert "4 to 8 digits" in client.post("/lockers/customers/new/", short).content.decode()
    assert not User.objects.filter(id_number="c-100").exists()


def test_a_number_that_somebody_has_is_refused(client, officer, ada):
    page = as_(client, officer).post("/lockers/customers/new/", NEW | {"id_number": "S-ADA"}).content.decode()
    assert "This id number is already in use" in page
    assert (
        "not the same"
        in client.post("/lockers/customers/new/", NEW | {"pin": "2718", "pin_again": "2719"}).content.decode()
    )


def test_somebody_known_gets_a_locker(client, officer, ada, notices):
    seven = locker("7")
    as_(client, officer).post(f"/lockers/customers/new/?person={ada.pk}", {"locker": seven.pk})
    assert Assignment.objects.get().customer == ada
    assert standing_purposes(ada) == set(), "nobody has agreed for her"


def test_a_pin_that_is_there_is_never_changed_by_the_way(client, officer, ada):
    set_pin(ada, "2718", by=ada)
    assert 'name="pin"' not in page_of(as_(client, officer), f"/lockers/customers/new/?person={ada.pk}")
    two = {"pin": "3141", "pin_again": "3141"}
    client.post(f"/lockers/customers/new/?person={ada.pk}", two)
    answer = client.post(f"/lockers/customers/{ada.pk}/pin/", two, follow=True)
    assert "This person already has a PIN" in said(answer)[-1]
    check_pin(ada, "2718")


def test_an_officer_registers_everybody_but_themselves(client, officer):
    seven = locker("7")
    answer = as_(client, officer).post(f"/lockers/customers/new/?person={officer.pk}", {"locker": seven.pk})
    assert "Another officer must do this for you." in answer.content.decode()
    own = client.post(f"/lockers/customers/{officer.pk}/pin/", {"pin": "2718", "pin_again": "2718"}, follow=True)
    assert said(own) == ["Another officer must do this for you."]


def test_customers_are_found_by_name_number_card_and_locker(client, officer, ada, grace, librarian):
    given(ada, "707", joint=[grace])
    ada.card_barcode = "C-1"
    ada.save()
    as_(client, officer)
    for words in ("lovelace", "s-ada", "C-1"):
        found = page_of(client, "/lockers/customers/", q=words)
        assert "Ada Lovelace" in found
        assert "Hopper" not in found
    both = page_of(client, "/lockers/customers/", q="707")
    assert "Ada Lovelace" in both
    assert "Grace Hopper" in both
    assert "Liskov" not in page_of(client, "/lockers/customers/"), "without words: who has a locker"
    assert "no locker" in page_of(client, "/lockers/customers/", q="liskov")


def test_the_consent_and_the_first_pin_are_recorded_on_the_customers_page(client, officer, ada, notices):
    at = f"/lockers/customers/{ada.pk}/"
    as_(client, officer)
    assert "Read the notice" in page_of(client, at)
    client.post(f"{at}consent/")
    assert standing_purposes(ada) == set()
    client.post(f"{at}consent/", {"has_read": "on"})
    assert Consent.objects.filter(purpose="lockers").latest("pk").how == "in_person"
    assert standing_purposes(ada) == {Purpose.LOCKERS}
    client.post(f"{at}pin/", {"pin": "2718", "pin_again": "2710"})
    ada.refresh_from_db()
    assert not ada.pin
    client.post(f"{at}pin/", {"pin": "2718", "pin_again": "2718"})
    ada.refresh_from_db()
    check_pin(ada, "2718")
    assert AccessLog.objects.get(kind="pin.chosen").facts == {"person": ada.pk, "by": officer.pk}
    assert "2718" not in page_of(client, "/lockers/log/")


def test_face_is_ready_with_five_photos(ada, notices):

    enrolled(ada, "ada", Purpose.LOCKERS)
    ready = customers.readiness(ada)
    assert ready.photos == ada.face_samples.count() > 0
    assert ready.face == (ready.photos >= 5)


def test_the_waiting_list_adds_gives_and_removes(client, officer, ada, grace):
    seven = locker("7")
    form = {"bank": "main", "kind": "standard"}
    as_(client, officer)
    client.post("/lockers/waiting/add/", form | {"person": "s-ada"})
    client.post("/lockers/waiting/add/", form | {"person": "s-grace"})
    assert said(client.post("/lockers/waiting/add/", form | {"person": "s-grace"}, follow=True))[-1] == (
        "This person is already on the waiting list."
    )
    assert "Choose a bank" in said(client.post("/lockers/waiting/add/", {"person": "s-ada"}, follow=True))[-1]
    adas, graces = WaitingEntry.objects.order_by("pk")
    client.post(f"/lockers/waiting/{graces.pk}/remove/")
    client.post(f"/lockers/waiting/{adas.pk}/give/", {"locker": seven.pk})
    adas.refresh_from_db()
    graces.refresh_from_db()
    assert (adas.state, graces.state) == ("served", "cancelled")
    assert Assignment.objects.get().customer == ada
    assert "No one is waiting" in page_of(client, "/lockers/waiting/")


def test_a_locker_of_another_kind_is_not_given(client, officer, ada):
    vault = locker("9", kind="vault")
    entry = registration.wait(bank(), ada, by=officer)
    answer = as_(client, officer).post(f"/lockers/waiting/{entry.pk}/give/", {"locker": vault.pk}, follow=True)
    assert said(answer) == ["This locker is no longer free."]


# --- attempts and lock-outs -----------------------------------------------------------------------

TRACE = {
    "passed": False,
    "reason": "flat_picture",
    "steps": [],
    "blinks": [[3, 5]],
    "yaw_min": -24.6,
    "yaw_max": 3.0,
    "passive_score": None,
    "trace": {"challenge": ["blink", "turn_left"], "frames": 71},
}


def test_an_attempt_says_step_by_step_what_happened(client, officer, ada):
    seven = given(ada, "7")
    row = attempts.start(ada, seven, station=KIOSK, lane="face")
    attempts.fail(
        row, "no_match", liveness=TRACE, distances={"distance": 0.41234, "threshold": 0.3, "metric": "cosine"}
    )
    page = page_of(as_(client, officer), f"/lockers/attempts/{row.pk}/")
    for words in (
        "Started an attempt",
        "the face did not match",
        "0.412",
        "Not passed: it moved like a flat picture.",
        "Asked for: blink, turn left.",
        "1 blink was seen.",
        "The head turned from -25° to 3°.",
        "The photo-attack check was not active.",
        "71 pictures were checked.",
    ):
        assert words in page, words


def test_a_trace_of_another_time_says_what_it_can():
    assert attempt_messages.liveness({}) == []
    assert attempt_messages.liveness({"passed": True, "passive_score": 0.913}) == [
        "A living person was detected.",
        "Photo-attack check: 91 % live.",
    ]
    assert attempt_messages.reason_words("never_heard_of") == "never heard of"


@pytest.mark.on_every_database
def test_attempts_are_chosen_by_day_state_person_and_locker(client, officer, ada, grace):
    yesterday = timezone.now() - timedelta(days=1)
    seven, eight = given(ada, "7"), given(grace, "8")
    attempts.succeed(attempts.start(ada, seven, station=KIOSK, lane="face"))
    old = attempts.start(grace, eight, station=KIOSK, lane="face", at=yesterday)
    attempts.fail(old, "no_match", at=yesterday)
    as_(client, officer)
    for query, ada_is_there, grace_is_there in (
        ({}, True, True),
        ({"day": str(timezone.localdate())}, True, False),
        ({"day": str(timezone.localdate(yesterday))}, False, True),
        ({"state": "failed"}, False, True),
        ({"person": "ada lovelace"}, True, False),
        ({"locker": "8"}, False, True),
        ({"state": "nonsense"}, False, False),
    ):
        page = page_of(client, "/lockers/attempts/", **query)
        assert ("Ada Lovelace" in page, "Grace Hopper" in page) == (ada_is_there, grace_is_there), query


@pytest.mark.parametrize("day", ["31.2.2026", "2026-02-31", "tomorrow"])
@pytest.mark.parametrize("address", ["attempts/?day", "log/?begin", "log/csv/?begin", "log/csv/?end"])
def test_what_is_not_a_day_is_not_every_day(client, officer, address, day):
    answer = as_(client, officer).get(f"/lockers/{address}={day}")
    assert answer.status_code == 400
    assert "is not a date" in answer.content.decode()


def test_e_mails_lead_holders_to_their_own_page_and_officers_to_theirs(client, officer, ada):
    officer.email = "edsger@example.org"
    officer.save()
    seven = given(ada, "7")
    doors.reported(seven, DoorState.OPEN)
    doors.reported(seven, DoorState.LOCKED)
    openings.override(seven, by=officer, reason="Water")
    texts = dict(OutgoingMail.objects.values_list("kind", "body"))
    assert f"{site.SITE_URL}/lockers/\n" in texts["lockers.officer_alarm"]
    assert f"{site.SITE_URL}/lockers/mine/\n" in texts["lockers.overridden"]


def test_who_is_shut_out_stands_before_who_has_to_wait(client, officer, ada, grace):
    Lockout.objects.create(person=ada, failures=7)
    Lockout.objects.create(person=grace, failures=1, disabled_at=timezone.now())
    page = page_of(as_(client, officer), "/lockers/lockouts/")
    assert page.index("Grace Hopper") < page.index("Ada Lovelace")


def test_an_officer_lifts_a_lockout_with_a_reason(client, officer, ada):
    seven = given(ada, "7")
    for minute in range(5):
        at = timezone.now() - timedelta(minutes=10 - minute)
        attempts.fail(attempts.start(ada, seven, station=KIOSK, lane="face", at=at), "no_match", at=at)
    Lockout.objects.update(until=timezone.now() + timedelta(minutes=5))
    assert "Must wait until" in page_of(as_(client, officer), "/lockers/lockouts/")
    client.post(f"/lockers/lockouts/{ada.pk}/lift/", {"reason": ""})
    assert Lockout.objects.get().failures == 5
    answer = client.post(f"/lockers/lockouts/{ada.pk}/lift/", {"reason": "I know her"}, follow=True)
    assert said(answer)[-1] == "Ada Lovelace can try again."
    assert Lockout.objects.get().failures == 0
    assert "Customers who fail several times" in page_of(client, "/lockers/lockouts/")


# --- the log --------------------------------------------------------------------------------------


def test_the_log_says_in_words_who_did_what(client, officer, ada, grace):
    seven = given(ada, "7")
    opened(ada, seven)
    page = page_of(as_(client, officer), "/lockers/log/")
    for words in ("A key was shown", "The door opened", "Ada Lovelace", "main/7", "Face and liveness", "Unlocking"):
        assert words in page, words
    assert f"The {KIOSK}" in page, "the station's name, not its code"
    assert "Ada Lovelace" not in page_of(client, "/lockers/log/", person="grace")
    assert "The door opened" not in page_of(client, "/lockers/log/", kind="key.issued").split("<table")[1]
    assert "A key was shown" in page_of(client, "/lockers/log/", locker="7", person="ada").split("<table")[1]
    tomorrow = str(timezone.localdate() + timedelta(days=1))
    assert "Nothing found" in page_of(client, "/lockers/log/", begin=tomorrow)


def test_person_7_is_not_person_70(officer):
    access_log.append("locker.assigned", person=70)
    access_log.append("locker.assigned", person=7)
    access_log.append("locker.assigned", person=7, zone=1)

    assert AccessLog.objects.filter(_one_of("person", [7])).count() == 2


def test_verifying_says_that_nobody_changed_it_or_where_it_is_broken(client, officer, ada):
    given(ada, "7")
    assert "The log is intact." in as_(client, officer).post("/lockers/log/verify/").content.decode()

    with connection.cursor() as cursor:
        cursor.execute("UPDATE lockers_accesslog SET kind = 'nothing' WHERE seq = 1")
    assert "The log is broken at entry 1." in client.post("/lockers/log/verify/").content.decode()


def test_the_log_leaves_as_csv_and_json(client, officer, ada):
    given(ada, "7")
    as_(client, officer)
    lines = b"".join(client.get("/lockers/log/csv/").streaming_content).decode().splitlines()
    assert lines[0].startswith("seq,at,kind")
    answer = client.get("/lockers/log/json/")
    assert "access-log.jsonl" in answer["Content-Disposition"]
    first = json.loads(b"".join(answer.streaming_content).splitlines()[0])
    assert (first["seq"], first["kind"]) == (1, "locker.assigned")
    assert client.get("/lockers/log/xml/").status_code == 404


def test_every_kind_that_the_code_writes_has_words():
    text = "".join(path.read_text() for path in (site.BASE_DIR / "lockers").rglob("*.py"))
    written = set(re.findall(r'(?:append|_log|_tell)\(\s*"([a-z]+\.[a-z_]+)"', text))
    written |= set(re.findall(r'else "([a-z]+\.[a-z_]+)"', text)) - {"lockers.delayed", "lockers.passed"}  # no entries
    assert len(written) > 20 and "attempt.abandoned" in written
    assert written <= set(KINDS), written - set(KINDS)


# --- my locker ------------------------------------------------------------------------------------


def test_a_holder_sees_every_opening_and_who_it_was(client, ada, grace, officer):
    seven = given(ada, "7", joint=[grace])
    opened(grace, seven)
    shut(seven)
    seven.refresh_from_db()
    openings.override(seven, by=officer, reason="Water was running out")
    page = page_of(as_(client, ada), "/lockers/mine/")
    for words in ("Grace Hopper", "Edsger Dijkstra", "Water was running out", "The main bank"):
        assert words in page, words
    assert "shared with you" in page_of(as_(client, grace), "/lockers/mine/")


def test_what_was_opened_before_it_was_mine_is_nobodys_business(client, ada, grace):
    seven = given(grace, "7", at=timezone.now() - timedelta(days=2))
    opened(grace, seven)
    shut(seven)
    ticked = dict.fromkeys(("emptied", "inspected", "door_locked", "customer_told"), True)
    registration.release(Assignment.objects.get(), by=None, checklist=ticked)
    registration.assign(seven, ada, by=None)
    page = page_of(as_(client, ada), "/lockers/mine/")
    assert "Grace" not in page
    assert "No openings yet" in page


def test_own_tries_and_nobody_elses(client, ada, grace):
    seven = given(ada, "7", joint=[grace])
    attempts.fail(attempts.start(grace, seven, station=KIOSK, lane="face"), "no_match")
    assert "the face did not match" not in page_of(as_(client, ada), "/lockers/mine/")
    assert "the face did not match" in page_of(as_(client, grace), "/lockers/mine/")
    assert "You have no locker" in page_of(as_(client, person("s-x", "Xenia")), "/lockers/mine/")


def test_an_officer_has_no_more_of_their_own_than_others(client, officer, ada):
    given(ada, "7")
    assert "You have no locker" in page_of(as_(client, officer), "/lockers/mine/")


def test_the_menu_leads_officers_to_the_doors_and_everybody_to_their_own(client, officer, ada):
    assert "/lockers/mine/" in page_of(as_(client, ada), "/home/")
    assert 'href="/lockers/"' not in page_of(client, "/home/")
    assert 'href="/lockers/"' in page_of(as_(client, officer), "/home/")


# --- the simulator --------------------------------------------------------------------------------


def test_a_simulated_door_is_pushed_open_rings_and_is_shut(client, officer, ada):
    seven = given(ada, "7")
    at = f"/lockers/simulator/{seven.pk}"
    assert "Push open" in page_of(as_(client, officer), "/lockers/simulator/")
    client.post(f"{at}/force/")
    assert Alarm.objects.get().kind == "forced"
    client.post(f"{at}/shut/")
    seven.refresh_from_db()
    assert seven.door == "locked"
    client.post(f"{at}/jam/")
    seven.refresh_from_db()
    assert seven.door == "jammed"
    assert client.post(f"{at}/dynamite/", follow=True).status_code == 200
    seven.refresh_from_db()
    assert seven.door == "jammed"


def test_an_unplugged_door_says_nothing_until_it_is_plugged_in(client, officer, ada):
    seven = given(ada, "7")
    as_(client, officer)
    for act, stands in (("unplug", "unavailable"), ("force", "unavailable"), ("plug", "open")):
        client.post(f"/lockers/simulator/{seven.pk}/{act}/")
        seven.refresh_from_db()
        assert seven.door == stands, act


def test_there_is_no_simulator_for_real_doors(client, officer, ada, settings):
    settings.LOCKER_ACTUATORS = {"*": {"kind": "http", "url": "http://127.0.0.1:9"}}
    seven = given(ada, "7")
    assert as_(client, officer).get("/lockers/simulator/").status_code == 404
    assert code_of(simulator_actions.act, seven, "force") == "not_simulated"
    assert "Simulator" not in page_of(client, "/lockers/")


# --- how much it costs ----------------------------------------------------------------------------


def crowd(numbers, joint):
    """Customers, each with a locker, a try, an opening, an alarm and a place on the waiting list."""
    for number in numbers:
        one = person(f"c-{number}", f"Customer {number}")
        mine = given(one, f"{number}", joint=[joint])
        opened(one, mine)
        shut(mine)
        doors.reported(mine, DoorState.OPEN, at=timezone.now() + timedelta(minutes=1))
        AccessAttempt.objects.create(person=one, locker=mine, station=KIOSK, lane="card", state="confirming")
        registration.set_end(mine.assignments.get(), timezone.localdate(), by=None)
        registration.wait(mine.bank, one, by=None)
        Lockout.objects.filter(person=one).update(failures=6)


LISTS = ("", "customers/", "endings/", "waiting/", "attempts/", "lockouts/", "log/", "mine/", "simulator/")


@pytest.mark.long
@pytest.mark.parametrize("address", LISTS)
def test_a_dozen_cost_as_many_queries_as_two(client, administrator, grace, address, django_assert_num_queries):
    as_(client, grace if address == "mine/" else administrator)
    crowd(range(2), grace)
    assert "Customer 1" in page_of(client, f"/lockers/{address}") or address in ("", "simulator/")
    with CaptureQueriesContext(connection) as few:
        page_of(client, f"/lockers/{address}")
    crowd(range(2, 12), grace)
    with django_assert_num_queries(len(few)):
        page_of(client, f"/lockers/{address}")


def test_one_locker_with_a_long_history_costs_as_many_queries_as_a_new_one(
    client, officer, ada, grace, django_assert_max_num_queries
):
    seven = given(ada, "7", joint=[grace])
    for _ in range(8):
        opened(ada, seven)
        shut(seven)
    as_(client, officer)
    page_of(client, f"/lockers/doors/{seven.pk}/")
    with django_assert_max_num_queries(21):
        page_of(client, f"/lockers/doors/{seven.pk}/")
