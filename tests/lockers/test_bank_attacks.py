"""Strange input and unfair play at what a bank needs: kiosk, officers' pages and API, over HTTP."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from accounts.credentials.pins import set_pin
from accounts.roles import Role
from lockers.access import keys, vaults
from lockers.models import AccessLog, Bank, BankRelease, ClosedDay, Duress, OfficerKey, Opening
from recognition.live.consumers import COOKIE
from recognition.models import Station
from recognition.stations import stations
from tests.conftest import person
from tests.support.lockers import KIOSK, bank, given, key_of, locker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def vault(ada):
    return given(ada, "7", kind="vault")


def kiosk_of(slug):
    station = Station.objects.get(slug=slug)
    _device, token = stations.pair(stations.new_pairing_code(station, by=None), device_name="Kiosk")
    client = Client()
    client.cookies[COOKIE] = token
    return client


def as_(who):
    client = Client()
    client.force_login(who, backend="accounts.backends.RoleBackend")
    return client


STRANGE = ["", " ", "\x00", "7\x007", "💡", "٧", "7" * 500, "-1", "0", "../7", "%", "' OR 1=1 --"]


@pytest.mark.parametrize("text", STRANGE)
def test_strange_words_at_the_officers_keypad_are_a_refusal(officer, vault, text):
    set_pin(officer, "2718", by=officer)
    browser = kiosk_of(KIOSK)
    for fields in (
        {"number": text, "said": officer.id_number, "pin": "2718"},
        {"number": "7", "said": text, "pin": "2718"},
        {"number": "7", "said": officer.id_number, "pin": text},
        {"number": text, "key": text, "nonce": text},
    ):
        answer = browser.post("/kiosk/lockers/" + ("redeem/" if "key" in fields else "officer/"), fields)
        assert 400 <= answer.status_code < 500 and answer.json()["code"], (fields, answer.content)
    assert not OfficerKey.objects.exists()


def test_kiosk_of_another_bank_turns_and_takes_no_officers_key(ada, officer, vault):
    bank("other", "other-kiosk")
    set_pin(officer, "2718", by=officer)
    browser = kiosk_of("other-kiosk")
    turn = {"number": "7", "said": officer.id_number, "pin": "2718"}
    assert browser.post("/kiosk/lockers/officer/", turn).json()["code"] == "bad_key"
    code = vaults.show(vault, by=officer).code
    assert browser.post("/kiosk/lockers/redeem/", {"number": "7", "key": code}).json()["code"] == "bad_key"
    assert OfficerKey.objects.get().turned_at is None


def test_guessed_officers_pins_lock_that_pin_and_open_nothing(ada, officer, vault):
    set_pin(officer, "2718", by=officer)
    keys.redeem(key_of(ada, vault).code, vault, station=KIOSK)
    browser = kiosk_of(KIOSK)
    turn = {"number": "7", "said": officer.id_number}
    codes = [browser.post("/kiosk/lockers/officer/", {**turn, "pin": f"90{n:02}"}).json()["code"] for n in range(8)]
    assert codes[:5] == ["wrong_pin"] * 5 and set(codes[5:]) == {"pin_locked"}
    assert browser.post("/kiosk/lockers/officer/", {**turn, "pin": "2718"}).json()["code"] == "pin_locked"
    assert Opening.objects.get().state == "requested"


def test_customers_pin_turns_no_officers_key(ada, vault):
    set_pin(ada, "2718", by=ada)
    turn = {"number": "7", "said": ada.id_number, "pin": "2718"}
    assert kiosk_of(KIOSK).post("/kiosk/lockers/officer/", turn).json()["code"] == "not_officer"


def test_guessed_secrets_on_the_page_are_counted_and_turn_nothing(officer, vault):
    officer.set_password("a good long one")
    officer.save()
    client = as_(officer)
    address = f"/lockers/doors/{vault.pk}/officer-key/"
    for secret in ("", "wrong", "x" * 5000, "\x00", "0000", *["again"] * 8):
        assert client.post(address, {"turn": "1", "secret": secret}).status_code == 302
    assert client.post(address, {"turn": "1", "secret": "a good long one"}).status_code == 302
    assert not OfficerKey.objects.exists(), "the right one comes too late"


def test_officers_own_pin_never_releases_a_bank(officer, vault):
    set_pin(officer, "2718", by=officer)
    as_(officer).post(f"/lockers/releases/begin/{vault.bank_id}/", {"reason": "Fire", "secret": "2718"})
    assert not BankRelease.objects.exists()


def test_one_time_key_stands_on_one_answer_that_no_cache_keeps(officer, vault):
    officer.set_password("a good long one")
    officer.save()
    client = as_(officer)
    answer = client.post(f"/lockers/doors/{vault.pk}/officer-key/", {"show": "1", "secret": "a good long one"})
    assert answer.status_code == 200 and "no-store" in answer["Cache-Control"]
    code = answer.context["code"]
    for address in (f"/lockers/doors/{vault.pk}/", "/lockers/", "/lockers/log/"):
        assert code not in client.get(address).content.decode()
    assert not AccessLog.objects.filter(details__contains=code.replace(" ", "")).exists()


@pytest.mark.parametrize(
    ("first", "last"), [("", ""), ("soon", ""), ("2026-02-30", ""), ("2026-12-31", "2026-12-01"), ("0000-01-01", "")]
)
def test_days_that_are_none_close_nothing(administrator, vault, first, last):
    as_(administrator).post(f"/lockers/hours/{vault.bank_id}/close/", {"first": first, "last": last})
    assert not ClosedDay.objects.exists()


@pytest.mark.parametrize("hours", [[], "x", 7, None, {"mon": [["08:00", "18:00"]]}, {"mon": ["08:00-18:00"] * 99}])
def test_api_takes_no_hours_that_are_none(administrator, vault, hours):
    answer = as_(administrator).put(
        f"/api/v1/lockers/banks/{vault.bank_id}/hours/", {"hours": hours}, content_type="application/json"
    )
    assert answer.status_code == 400, answer.content
    assert Bank.objects.get(pk=vault.bank_id).hours == {}


def test_closed_day_of_another_bank_is_not_removed_through_this_one(administrator, vault):
    other = bank("other", "other-kiosk")
    day = ClosedDay.objects.create(bank=other, first=timezone.localdate(), last=timezone.localdate())
    assert as_(administrator).post(f"/lockers/hours/{vault.bank_id}/reopen/{day.pk}/").status_code == 404
    assert ClosedDay.objects.exists()


def test_somebody_else_s_duress_is_chosen_by_no_member(ada, grace, officer, vault):
    set_pin(ada, "2718", by=ada)
    fields = {"pin": "2718", "gesture": "nod"}
    assert as_(grace).post(f"/lockers/customers/{ada.pk}/duress/", fields).status_code == 403
    as_(officer).post(f"/lockers/customers/{ada.pk}/duress/", {**fields, "pin": "9090"})
    assert not Duress.objects.exists()


def test_officer_of_another_bank_releases_and_confirms_nothing_over_http(officer, vault):
    Bank.objects.filter(pk=vault.bank_id).update(own_officers=True)
    stranger = person("o-x", "X", Role.LOCKER_OFFICER)
    stranger.set_password("a good long one")
    stranger.save()
    locker("8", of=vault.bank)
    fields = {"reason": "Fire", "secret": "a good long one", "bank_id": vault.bank_id}
    as_(stranger).post(f"/lockers/releases/begin/{vault.bank_id}/", fields)
    answer = as_(stranger).post("/api/v1/lockers/releases/", fields, content_type="application/json")
    assert answer.status_code == 404, "there is no such bank for them"
    assert not BankRelease.objects.exists()
