"""Forced to open: it opens as always, nothing shows, and the officers are called."""

from __future__ import annotations

import json
from contextlib import suppress

import pytest
from django.contrib.auth.hashers import check_password
from django.utils import timezone
from hypothesis import given as cases
from hypothesis import strategies as st

from accounts.credentials import pins
from accounts.credentials.pin_rules import too_alike
from accounts.credentials.pins import check_pin, set_pin
from accounts.models import OutgoingMail, User
from accounts.roles import Role
from config.errors import Refused
from lockers.access import attempts, card_and_pin, duress, keys, sealing
from lockers.assignments import customers
from lockers.bank.log import access_log
from lockers.bank.log.files import as_csv, as_json_lines, chosen
from lockers.desk.log_messages import lines
from lockers.models import AccessAttempt, AccessLog, Duress, DuressMark, SilentAlarm
from lockers.wiring import my_data
from recognition.models import Station
from recognition.stations import stations
from tests.support.lockers import KIOSK, code_of, given, shut, the_board
from tests.support.races import at_once

NOW = timezone.now
PIN, SECOND = "2718", "5309"
# Hashes and words are Python: that guesses count is asked of each database by test_security_guessing.py.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def mine(ada):
    made = given(ada)
    set_pin(ada, PIN, by=ada)
    duress.choose(ada, by=ada, pin=PIN, duress_pin=SECOND, gesture="nod")
    duress.look(NOW())
    return made


def kinds():
    return list(AccessLog.objects.order_by("seq").values_list("kind", flat=True))


def opens(ada, mine, officer, pin):
    attempt = card_and_pin.confirm(card_and_pin.begin(ada.id_number, pin, mine, station=KIOSK), by=officer)
    return keys.redeem(keys.issue(attempt).code, mine, station=KIOSK)


# --- the PIN --------------------------------------------------------------------------------------


def test_duress_pin_opens_as_always_and_calls_the_officers(ada, officer, mine):
    User.objects.filter(pk=officer.pk).update(email="edsger@example.org")
    opening = opens(ada, mine, officer, SECOND)
    assert opening.state == "opened"
    assert duress.look(NOW()) == 1
    alarm = SilentAlarm.objects.get()
    assert (alarm.person, alarm.how, alarm.station) == (ada, "pin", KIOSK)
    assert OutgoingMail.objects.get(kind="lockers.officer_duress").person == officer
    assert [one["name"] for one in the_board()["silent"]] == ["Ada Lovelace"]
    assert access_log.verify().broken is None


def test_the_usual_pin_calls_nobody_and_leaves_nothing(ada, officer, mine):
    assert opens(ada, mine, officer, PIN).state == "opened"
    assert DuressMark.objects.count() == 1
    assert duress.look(NOW()) == 0
    assert not DuressMark.objects.exists() and not SilentAlarm.objects.exists()


def test_both_pins_leave_the_same_traces_until_the_clock_looks(ada, officer, mine):
    """Rows, log entries and lengths: what somebody at the database or with a watch could compare."""
    seen = []
    for pin in (PIN, SECOND):
        AccessAttempt.objects.all().delete()
        before = AccessLog.objects.count()
        opens(ada, mine, officer, pin)
        shut(mine)
        mark, attempt = DuressMark.objects.latest("pk"), AccessAttempt.objects.get()
        steps = [step["step"] for step in attempt.steps]
        told = kinds()[before:]
        seen.append((len(mark.sealed), mark.door, steps, attempt.state, told, User.objects.get(pk=ada.pk).pin_failures))
    assert seen[0] == seen[1]
    assert SECOND not in str(list(AccessLog.objects.values_list("details")))


def test_every_try_compares_with_both_whoever_it_is(ada, grace, mine, monkeypatch):
    """Also for somebody without a duress PIN, for a wrong one, and for a number that nobody has."""
    calls = []
    monkeypatch.setattr(pins, "check_password", lambda pin, encoded: calls.append(pin) or check_password(pin, encoded))
    set_pin(grace, PIN, by=grace)
    counts = []
    for person, pin in ((ada, PIN), (ada, SECOND), (grace, PIN), (ada, "9999"), (None, PIN)):
        calls.clear()
        with suppress(Refused):
            pins.check_named(person, person.id_number if person else "x", pin, door="test")
        counts.append(len(calls))
    assert counts == [2, 2, 2, 2, 2]


def test_duress_pin_at_a_paired_kiosk_names_that_kiosk(ada, mine):
    station = Station.objects.get(slug=KIOSK)
    device, _token = stations.pair(stations.new_pairing_code(station, by=None), device_name="Kiosk")
    pins.check_named(ada, ada.id_number, SECOND, door=f"kiosk:{device.pk}")
    duress.look(NOW())
    assert SilentAlarm.objects.get().station == KIOSK
    assert duress.station_of("kiosk:x") == duress.station_of("sip2") == duress.station_of("kiosk:999999") == ""


def test_a_wrong_pin_is_wrong(ada, mine):
    assert code_of(check_pin, ada, "5308") == "wrong_pin"
    assert not DuressMark.objects.exists()


def test_who_has_a_passkey_is_told_what_to_do_instead(client, ada, mine):
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    assert "A passkey cannot call for help" in client.get("/lockers/mine/duress/").content.decode()


def test_duress_pin_of_somebody_else_is_wrong(ada, grace, mine):
    set_pin(grace, PIN, by=grace)
    assert code_of(check_pin, grace, SECOND) == "wrong_pin"


def test_hook_that_breaks_keeps_no_door_shut(ada, mine, monkeypatch, caplog):
    monkeypatch.setattr(sealing, "seal", lambda *args: 1 / 0)
    check_pin(ada, SECOND)
    assert "could not be written down" in caplog.text and "duress" not in caplog.records[-1].getMessage().lower()


# --- the gesture ----------------------------------------------------------------------------------


def passes(ada, mine, *extra):
    row = attempts.succeed(attempts.start(ada, mine, station=KIOSK, lane="face"))
    duress.gesture_seen(row, extra)
    return duress.look(NOW())


def test_agreed_movement_after_the_last_step_calls_the_officers(ada, officer, mine):
    assert passes(ada, mine, "turn_left", "nod") == 1
    alarm = SilentAlarm.objects.get()
    assert (alarm.how, alarm.locker, alarm.station) == ("gesture", mine, KIOSK)
    assert alarm.station == KIOSK


@pytest.mark.parametrize("extra", [(), ("turn_left",), ("blink", "wave", ""), ("Nod",)])
def test_any_other_movement_calls_nobody(ada, mine, extra):
    assert passes(ada, mine, *extra) == 0


def test_somebody_without_a_gesture_calls_nobody_whatever_they_do(grace, db):
    box = given(grace, "2")
    assert passes(grace, box, *duress.GESTURES) == 0


def test_gesture_is_kept_as_a_keyed_hash_of_its_own_person(ada, grace, mine):
    kept = Duress.objects.get().gesture
    assert kept == duress.digest_of(ada, "nod") != duress.digest_of(grace, "nod")
    assert "nod" not in kept and len(kept) == 64


# --- what shows -----------------------------------------------------------------------------------


def test_neither_the_customers_page_nor_their_data_nor_the_api_tells_them(ada, client, officer, mine):
    opens(ada, mine, officer, SECOND)
    duress.look(NOW())
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    told = client.get("/lockers/mine/").content.decode() + str(dict(my_data.facts(ada)))
    told += client.get("/me/").content.decode() + client.get("/api/v1/lockers/attempts/").content.decode()
    told += client.get("/api/v1/lockers/openings/").content.decode()
    for word in ("Silent alarm", "alarm.silent", "Duress PIN"):
        assert word not in told
    assert client.get("/api/v1/lockers/silent-alarms/").status_code == 403


def test_own_page_looks_the_same_before_and_after_choosing(ada, client):
    set_pin(ada, PIN, by=ada)
    client.force_login(ada, backend="accounts.backends.RoleBackend")

    def page():
        text = client.get("/lockers/mine/duress/").content.decode()
        return [line for line in text.splitlines() if "csrf" not in line and "nonce" not in line]

    before = page()
    client.post("/lockers/mine/duress/", {"pin": PIN, "duress_pin": SECOND, "duress_again": SECOND, "gesture": "nod"})
    assert Duress.objects.get().pin and "Saved." in client.get("/lockers/mine/").content.decode()
    assert page() == before


def test_log_entry_is_sealed_in_files_and_open_to_officers_on_their_page(ada, client, officer, mine):
    opens(ada, mine, officer, SECOND)
    duress.look(NOW())
    entry = AccessLog.objects.get(kind="alarm.silent")
    assert list(entry.facts) == ["sealed"]
    files = "".join(as_csv(chosen())) + "".join(as_json_lines(chosen()))
    assert f'"person":{ada.pk},"how"' not in files and "alarm.silent" in files
    (line,) = lines([entry])
    assert ("person", "Ada Lovelace") in line.facts
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    assert client.get("/lockers/log/").status_code == client.get("/lockers/").status_code == 200


def test_sealed_text_opens_only_about_its_own_row():
    text = sealing.seal("1", "mark:1")
    assert sealing.unseal(text, "mark:1") == "1"
    for about, given_text in (("mark:2", text), ("mark:1", text[:-4] + "AAA="), ("mark:1", "%"), ("mark:1", "")):
        with pytest.raises(sealing.Unreadable):
            sealing.unseal(given_text, about)


@pytest.mark.on_every_database
def test_mark_that_cannot_be_read_is_an_alarm(ada, mine):
    check_pin(ada, PIN)
    DuressMark.objects.update(how="gesture")
    assert duress.look(NOW()) == 1


# --- choosing -------------------------------------------------------------------------------------


@pytest.mark.parametrize("like", [PIN, "7218", "2781", "2717", "27180", "271", "8712", "2178"])
def test_a_duress_pin_that_a_slip_makes_of_the_pin_is_refused(ada, like):
    set_pin(ada, PIN, by=ada)
    code = code_of(duress.choose, ada, by=ada, pin=PIN, duress_pin=like)
    assert code == ("bad_pin" if len(like) < 4 else "pins_alike")
    assert not Duress.objects.exists()


def test_duress_pin_is_hashed_as_pins_are(ada, mine):
    kept = Duress.objects.get().pin
    assert check_password(SECOND, kept) and kept.split("$")[0] == User.objects.get(pk=ada.pk).pin.split("$")[0]


def test_whoever_types_the_duress_pin_to_change_the_choice_changes_nothing_and_calls_for_help(ada, mine):
    before = Duress.objects.get().pin
    duress.choose(ada, by=ada, pin=SECOND, duress_pin="", gesture="")
    assert Duress.objects.get().pin == before
    assert duress.look(NOW()) == 1


def test_a_wrong_pin_changes_no_choice(ada, mine):
    assert code_of(duress.choose, ada, by=ada, pin="9090", duress_pin="", gesture="") == "wrong_pin"
    assert Duress.objects.get().pin


def test_a_new_pin_ends_the_duress_pin_and_not_the_gesture(ada, mine):
    set_pin(ada, "8642", by=ada)
    assert (Duress.objects.get().pin, bool(Duress.objects.get().gesture)) == ("", True)
    assert code_of(check_pin, ada, SECOND) == "wrong_pin"


def test_nobody_else_chooses_and_an_officer_only_with_the_customers_pin(ada, grace, officer, mine):
    assert code_of(duress.choose, ada, by=grace, pin=PIN, gesture="nod") == "not_officer"
    assert code_of(duress.choose, ada, by=officer, pin="9090", gesture="nod") == "wrong_pin"
    duress.choose(ada, by=officer, pin=PIN, duress_pin="6153")
    assert check_password("6153", Duress.objects.get().pin)
    assert code_of(duress.choose, ada, by=ada, pin=PIN, gesture="wink") == "bad_gesture"
    assert code_of(duress.choose, grace, by=grace, pin=PIN, gesture="nod") == "no_pin"


def test_it_is_chosen_at_registration(officer, client):
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    form = {"id_number": "c-1", "first_name": "Joan", "pin": PIN, "pin_again": PIN}
    form |= {"duress_pin": SECOND, "duress_again": SECOND, "gesture": "turn_left"}
    assert client.post("/lockers/customers/new/", form | {"duress_again": "1"}).status_code == 400
    assert (
        client.post("/lockers/customers/new/", form | {"duress_pin": "2717", "duress_again": "2717"}).status_code == 400
    )
    assert not User.objects.filter(id_number="c-1").exists(), "all of it, or nothing"
    assert client.post("/lockers/customers/new/", form).status_code == 302
    joan = User.objects.get(id_number="c-1")
    check_pin(joan, SECOND)
    assert duress.look(NOW()) == 1
    assert client.get(f"/lockers/customers/{joan.pk}/").status_code == 200


def test_registration_leaves_no_gap_for_staff(officer):
    boss = User.objects.create(id_number="b-1", first_name="Boss", role=Role.TEACHER)
    wish = customers.RegistrationWish(pin=PIN, duress_pin=SECOND)
    assert code_of(customers.register, boss, wish, by=officer) == "not_a_customer"
    assert not Duress.objects.exists()


# --- seeing to it ---------------------------------------------------------------------------------


def test_officer_sees_to_it_once_and_never_to_their_own(ada, officer, mine):
    check_pin(ada, SECOND)
    duress.look(NOW())
    alarm = SilentAlarm.objects.get()
    ada.role = Role.LOCKER_OFFICER
    ada.save()
    assert code_of(duress.acknowledge, alarm, by=ada) == "not_yourself"
    duress.acknowledge(alarm, by=officer, note="The police are there")
    assert code_of(duress.acknowledge, alarm, by=officer) == "acknowledged_already"
    assert the_board()["silent"] == []


def test_several_clocks_raise_one_alarm(ada, officer, mine):
    check_pin(ada, SECOND)
    answers = at_once(*[lambda: duress.look(NOW())] * 4)
    assert sum(answer or 0 for answer in answers) == 1 and SilentAlarm.objects.count() == 1


def test_page_and_socket_carry_the_same_row(ada, client, officer, mine):
    check_pin(ada, SECOND)
    duress.look(NOW())
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    page = client.get("/lockers/").content.decode()
    assert "Silent alarm" in page and json.dumps(the_board())
    assert client.post(f"/lockers/silent/{SilentAlarm.objects.get().pk}/acknowledge/").status_code == 302
    assert "Silent alarm" not in client.get("/lockers/").content.decode().split("<template")[0]


# --- the rule -------------------------------------------------------------------------------------

digits = st.text("0123456789", min_size=4, max_size=8)


@cases(digits, st.integers(0, 7), st.integers(0, 7), st.sampled_from("0123456789"))
def test_every_single_slip_is_too_alike_and_both_ways(pin, one, two, digit):
    one, two = one % len(pin), two % len(pin)
    wrong = pin[:one] + digit + pin[one + 1 :]
    missing, more = pin[:one] + pin[one + 1 :], pin[:one] + digit + pin[one:]
    swapped = list(pin)
    swapped[one], swapped[two] = swapped[two], swapped[one]
    for other in (wrong, missing, more, "".join(swapped)):
        assert too_alike(pin, other) and too_alike(other, pin), other


@cases(digits, digits)
def test_being_alike_goes_both_ways(pin, other):
    assert too_alike(pin, other) == too_alike(other, pin)
