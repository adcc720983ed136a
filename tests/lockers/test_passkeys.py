"""Passkeys at the lockers: the equal way without a face and without an officer, and everything that is none."""

from __future__ import annotations

import copy
import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db.transaction import Atomic
from django.test import Client
from django.urls import reverse
from django.utils import timezone

pytest.importorskip("webauthn")

from accounts.consent.consent import withdraw_consent
from accounts.models import OutgoingMail
from accounts.people.lifecycle import delete_person
from accounts.roles import Purpose
from config.errors import Refused
from lockers.access import attempts, keys
from lockers.access.passkeys import challenges, registration, relying_party
from lockers.kiosk import actions, at_kiosk, passkeys
from lockers.kiosk.actions import At
from lockers.models import (
    AccessAttempt,
    AccessLog,
    Lockout,
    Passkey,
    PasskeyChallenge,
    PasskeyLink,
    PasskeyTally,
    SecurityKey,
)
from lockers.wiring import retention
from recognition.live.consumers import COOKIE
from recognition.models import Station
from recognition.stations import stations
from tests.support.authenticator import UP, Authenticator, raw, text
from tests.support.lockers import KIOSK, bank, code_of, given

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
PHONE, LAPTOP = "a phone", "a laptop"
AT = At(1, KIOSK)


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = "https://ostiary.example.org"
    settings.CSRF_TRUSTED_ORIGINS = []


@pytest.fixture(autouse=True)
def no_durable_checks(monkeypatch):
    """Tests run in one transaction; `attempts.start` must not."""
    monkeypatch.setattr(Atomic, "_ensure_durability", False, raising=False)


def added(person, *, officer=None, **how):
    phone = Authenticator(**how)
    options = registration.begin(person, browser=PHONE)
    registration.add(person, phone.create(options), "My phone", browser=PHONE, officer=officer)
    return phone


@pytest.fixture
def grace_has(grace):
    return grace, given(grace, "7"), added(grace)


def wants(person, locker, at=AT):
    actions.say_who(at, person.id_number)
    return passkeys.begin(at, locker.pk)


def token_of(begun):
    return begun["address"].rstrip("/").rpartition("/")[2]


def proven(token, phone, *, browser=PHONE, change=lambda answer: answer, **client):
    options = passkeys.phone_options(token, browser=browser)
    return passkeys.phone_prove(token, change(phone.get(options, **client)), browser=browser)


# --- the way ----------------------------------------------------------------------------------------


def test_a_phone_proves_who_it_is_and_shows_the_key_that_opens(grace_has):
    grace, locker, phone = grace_has
    begun = wants(grace, locker)
    assert begun["picture"].startswith("data:image/svg+xml;base64,")
    told = proven(token_of(begun), phone)
    assert told["number"] == "7"
    assert at_kiosk.here(KIOSK, timezone.now()) is None
    with pytest.raises(Refused):
        actions.show_key(AT)  # the kiosk has no key of it
    opening = keys.redeem(told["code"], locker, station=KIOSK)
    assert opening.person == grace
    row = AccessAttempt.objects.get()
    assert (row.lane, row.state) == ("passkey", "succeeded")
    assert [step["step"] for step in row.steps] == ["started", "passkey", "succeeded"]
    assert Passkey.objects.get().used_at is not None
    assert AccessLog.objects.filter(kind="attempt.succeeded").get().facts["lane"] == "passkey"


def test_a_stick_at_the_kiosk_leads_to_the_key_on_its_screen(grace_has):
    grace, locker, stick = grace_has
    begun = wants(grace, locker)
    passkeys.kiosk_prove(AT, stick.get(passkeys.kiosk_options(AT)))
    shown = actions.show_key(AT)
    assert keys.redeem(shown["code"], locker, station=KIOSK).person == grace
    assert code_of(passkeys.shown, token_of(begun)) == "link_over"


def test_nothing_of_it_takes_consent_or_a_face(grace_has):
    grace, locker, phone = grace_has
    withdraw_consent(grace, Purpose.LOCKERS, by=None)
    assert proven(token_of(wants(grace, locker)), phone)["code"]


def test_a_phone_that_does_not_count_its_uses_works_again_and_again(grace):
    locker, phone = given(grace, "7"), added(grace, counts=False)
    for _time in range(3):
        assert proven(token_of(wants(grace, locker)), phone)["code"]


def test_a_joint_holder_has_their_own(grace, ada):
    locker, phone = given(grace, "7", joint=[ada]), added(ada)
    assert proven(token_of(wants(ada, locker)), phone)["code"]
    assert SecurityKey.objects.get().person == ada


# --- answers that are no proof ----------------------------------------------------------------------


def broken(part, value=None):
    def change(answer):
        made = copy.deepcopy(answer)
        if part in made:
            made[part] = value
        elif value is None:
            del made["response"][part]
        else:
            made["response"][part] = value(made["response"][part]) if callable(value) else value
        return made

    return change


def turned(said):
    bits = bytearray(raw(said))
    bits[-1] ^= 1
    return text(bytes(bits))


@pytest.mark.parametrize(
    "change",
    [
        broken("signature", turned),
        broken("authenticatorData", turned),
        broken("clientDataJSON", turned),
        broken("signature"),
        broken("clientDataJSON"),
        broken("userHandle", text(b"somebody else")),
        broken("rawId", "AAAA"),
        broken("rawId", 7),
        broken("id", "x"),
        broken("type", "password"),
        broken("response", None),
        broken("response", []),
        lambda _answer: {},
        lambda _answer: {"rawId": "!", "response": {"clientDataJSON": text(b"[]")}},
    ],
)
def test_what_is_no_proof_fails_counts_and_ends_the_link(grace_has, change):
    grace, locker, phone = grace_has
    token = token_of(wants(grace, locker))
    assert code_of(proven, token, phone, change=change) == "not_proven"
    row = AccessAttempt.objects.get()
    assert (row.state, row.reason) == ("failed", "not_proven")
    assert PasskeyTally.objects.get().failures == 1
    assert Lockout.objects.get().failures == 0, "the way by face is as open as before"
    assert code_of(proven, token, phone) == "link_over"
    assert not SecurityKey.objects.exists()


@pytest.mark.parametrize(
    "client",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://ostiary.example.org"},
        {"origin": "https://ostiary.example.org.evil.example"},
        {"crossOrigin": True},
        {"topOrigin": "https://evil.example"},
        {"type": "webauthn.create"},
        {"challenge": text(bytes(32))},
    ],
)
def test_a_proof_for_another_page_is_none(grace_has, client):
    grace, locker, phone = grace_has
    assert code_of(proven, token_of(wants(grace, locker)), phone, **client) == "not_proven"


def test_a_proof_for_another_site_is_none(grace_has):
    grace, locker, phone = grace_has
    phone.rp = "evil.example"
    assert code_of(proven, token_of(wants(grace, locker)), phone) == "not_proven"


def test_without_a_fingerprint_or_pin_it_is_no_proof(grace_has):
    grace, locker, phone = grace_has
    phone.flags = UP
    assert code_of(proven, token_of(wants(grace, locker)), phone) == "not_proven"


def test_somebody_elses_passkey_opens_nothing(grace_has, ada):
    grace, locker, _phone = grace_has
    given(ada, "8")
    theirs = added(ada)
    assert code_of(proven, token_of(wants(grace, locker)), theirs) == "not_proven"


def test_a_counter_that_goes_back_is_refused_and_the_passkey_stopped(grace_has):
    grace, locker, phone = grace_has
    copied = copy.copy(phone)
    proven(token_of(wants(grace, locker)), phone)
    proven(token_of(wants(grace, locker)), phone)
    assert code_of(proven, token_of(wants(grace, locker)), copied) == "not_proven"
    assert Passkey.objects.get().stopped_at is not None
    assert AccessLog.objects.filter(kind="passkey.stopped").exists()
    assert OutgoingMail.objects.filter(kind="lockers.passkey", person=grace).count() == 2
    assert code_of(wants, grace, locker) == "no_passkey", "neither of the two opens anything now"


def test_only_the_real_key_can_stop_it(grace_has):
    """Somebody who has the id, and not the key, says a low counter: nothing is stopped."""
    grace, locker, phone = grace_has
    proven(token_of(wants(grace, locker)), phone)
    forged = Authenticator(id=phone.id, rp=phone.rp, handle=phone.handle)
    assert code_of(proven, token_of(wants(grace, locker)), forged) == "not_proven"
    assert Passkey.objects.get().stopped_at is None


# --- once, here, now ----------------------------------------------------------------------------------


def test_an_answer_is_good_once(grace_has):
    grace, locker, phone = grace_has
    token = token_of(wants(grace, locker))
    answer = phone.get(passkeys.phone_options(token, browser=PHONE))
    passkeys.phone_prove(token, answer, browser=PHONE)
    assert code_of(passkeys.phone_prove, token, answer, browser=PHONE) == "link_over"
    token = token_of(wants(grace, locker))
    passkeys.phone_options(token, browser=PHONE)
    assert code_of(passkeys.phone_prove, token, answer, browser=PHONE) == "not_proven"


def test_an_answer_for_the_first_challenge_is_worth_nothing_after_the_second(grace_has):
    grace, locker, phone = grace_has
    token = token_of(wants(grace, locker))
    early = phone.get(passkeys.phone_options(token, browser=PHONE))
    passkeys.phone_options(token, browser=PHONE)
    assert code_of(passkeys.phone_prove, token, early, browser=PHONE) == "not_proven"


def test_an_answer_without_a_challenge_fails_nothing(grace_has):
    grace, locker, phone = grace_has
    token = token_of(wants(grace, locker))
    options = passkeys.phone_options(token, browser=PHONE)
    later = timezone.now() + challenges.LIVES - timedelta(seconds=1)
    PasskeyChallenge.objects.update(expires_at=timezone.now())
    assert code_of(passkeys.phone_prove, token, phone.get(options), browser=PHONE, now=later) == "challenge_over"
    assert AccessAttempt.objects.get().state == "started"


def test_the_first_browser_has_the_link_for_itself(grace_has):
    grace, locker, phone = grace_has
    token = token_of(wants(grace, locker))
    options = passkeys.phone_options(token, browser=PHONE)
    assert code_of(passkeys.phone_options, token, browser=LAPTOP) == "link_taken"
    assert code_of(passkeys.phone_prove, token, phone.get(options), browser=LAPTOP) == "link_taken"
    assert passkeys.phone_prove(token, phone.get(options), browser=PHONE)["code"]


def test_a_challenge_of_the_kiosk_is_not_good_on_a_phone_and_the_other_way_round(grace_has):
    grace, locker, phone = grace_has
    token = token_of(wants(grace, locker))
    at_kiosk_options = passkeys.kiosk_options(AT)
    passkeys.phone_options(token, browser=PHONE)
    assert code_of(passkeys.phone_prove, token, phone.get(at_kiosk_options), browser=PHONE) == "not_proven"


def test_a_challenge_to_add_is_not_good_to_prove(grace_has):
    grace, locker, phone = grace_has
    token = token_of(wants(grace, locker))
    to_add = registration.begin(grace, browser=PHONE)
    passkeys.phone_options(token, browser=PHONE)
    assert code_of(passkeys.phone_prove, token, phone.get(to_add), browser=PHONE) == "not_proven"


def test_another_kiosk_knows_nothing_of_it(grace_has):
    grace, locker, _phone = grace_has
    wants(grace, locker)
    assert code_of(passkeys.kiosk_options, At(2, KIOSK)) == "nobody_here"
    assert code_of(passkeys.kiosk_options, At(1, "elsewhere")) == "nobody_here"


def test_a_link_is_over_after_three_minutes_and_when_somebody_cancels(grace_has):
    grace, locker, _phone = grace_has
    token = token_of(wants(grace, locker))
    assert passkeys.shown(token).number == "7"
    assert code_of(passkeys.shown, token, timezone.now() + timedelta(minutes=3)) == "link_over"
    actions.forget(AT)
    assert code_of(passkeys.shown, token) == "link_over"
    assert AccessAttempt.objects.get().state == "abandoned"
    assert PasskeyTally.objects.get().failures == 0


def test_a_new_picture_ends_the_one_before(grace_has):
    grace, locker, _phone = grace_has
    first = token_of(wants(grace, locker))
    wants(grace, locker)
    assert code_of(passkeys.shown, first) == "link_over"


def test_whoever_names_somebody_at_another_kiosk_takes_nothing_away(grace_has):
    grace, locker, phone = grace_has
    token = token_of(wants(grace, locker))
    bank(kiosk="other-kiosk")
    other = wants(grace, locker, At(2, "other-kiosk"))
    assert proven(token, phone)["code"]
    assert proven(token_of(other), phone)["code"]


@pytest.mark.parametrize("token", ["", "x", "a" * 4000, "\x00", "é"])
def test_an_address_that_never_was(token):
    assert code_of(passkeys.shown, token) == "link_over"


# --- who waits ----------------------------------------------------------------------------------------


def fails(person, locker, phone, times):
    for _time in range(times):
        code_of(proven, token_of(wants(person, locker)), phone, change=broken("signature", turned))


def test_after_five_failures_one_waits_and_the_face_does_not(grace_has):
    grace, locker, phone = grace_has
    fails(grace, locker, phone, 5)
    assert code_of(wants, grace, locker) == "passkey_delayed"
    assert attempts.locked_out(grace, timezone.now()) == ("", 0)
    assert AccessLog.objects.filter(kind="lockout.passkey_delayed").count() == 1
    assert OutgoingMail.objects.filter(kind="lockers.passkey", person=grace).count() == 2  # added, and this
    PasskeyTally.objects.update(until=timezone.now())
    assert proven(token_of(wants(grace, locker)), phone)["code"]
    assert PasskeyTally.objects.get().failures == 0


def test_after_fifty_only_an_officer_helps(grace_has, officer, client):
    grace, locker, phone = grace_has
    PasskeyTally.objects.update_or_create(person=grace, defaults={"failures": 49})
    fails(grace, locker, phone, 1)
    assert code_of(wants, grace, locker) == "passkey_disabled"
    client.force_login(officer)
    assert grace.get_full_name() in client.get("/lockers/lockouts/").content.decode()
    client.post(f"/lockers/lockouts/{grace.pk}/lift/", {"reason": "I know her"})
    assert proven(token_of(wants(grace, locker)), phone)["code"]


def test_a_face_that_fails_does_not_shut_the_passkeys(grace_has):
    grace, locker, phone = grace_has
    Lockout.objects.update_or_create(person=grace, defaults={"failures": 60, "disabled_at": timezone.now()})
    assert proven(token_of(wants(grace, locker)), phone)["code"]
    assert Lockout.objects.get().failures == 60, "and a passkey says nothing about who stood before the camera"


# --- adding -------------------------------------------------------------------------------------------


def test_what_is_asked_names_nobody_and_wants_no_attestation(grace):
    asked = registration.begin(grace, browser=PHONE)
    assert asked["attestation"] == "none"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert len(raw(asked["challenge"])) == 32 and len(raw(asked["user"]["id"])) == 32
    assert grace.last_name not in json.dumps(asked)
    given(grace, "7")
    added(grace)
    wants(grace, grace.lockers.get().locker)
    assert passkeys.kiosk_options(AT).get("allowCredentials", []) == [], "a kiosk learns of nobody's devices"


@pytest.mark.parametrize("how", [{"flags": UP}, {"origin": "https://evil.example"}])
def test_what_is_no_good_passkey_is_not_added(grace, how):
    phone = Authenticator(**how)
    options = registration.begin(grace, browser=PHONE)
    assert code_of(registration.add, grace, phone.create(options), "x", browser=PHONE) == "passkey_bad"
    assert not Passkey.objects.exists()
    assert AccessLog.objects.last() is not None


@pytest.mark.parametrize("answer", [{}, {"response": 5}, {"response": {"clientDataJSON": "AA"}}, {"rawId": None}])
def test_nonsense_is_not_added(grace, answer):
    registration.begin(grace, browser=PHONE)
    assert code_of(registration.add, grace, answer, "x", browser=PHONE) == "passkey_bad"


def test_a_challenge_to_add_belongs_to_its_browser_and_person(grace, ada):
    phone, options = Authenticator(), registration.begin(grace, browser=PHONE)
    answer = phone.create(options)
    assert code_of(registration.add, grace, answer, "x", browser=LAPTOP) == "challenge_over"
    assert code_of(registration.add, ada, answer, "x", browser=PHONE) == "challenge_over"
    registration.add(grace, answer, "x", browser=PHONE)
    assert code_of(registration.add, grace, answer, "x", browser=PHONE) == "challenge_over"


def test_the_same_passkey_is_nobody_elses(grace, ada):
    phone = added(grace)
    options = registration.begin(ada, browser=PHONE)
    assert code_of(registration.add, ada, phone.create(options), "x", browser=PHONE) == "passkey_known"


@pytest.mark.on_every_database
def test_ten_are_enough(grace):
    for _time in range(registration.MOST):
        added(grace)
    assert code_of(registration.begin, grace, browser=PHONE) == "too_many_passkeys"
    assert Passkey.objects.values("handle").distinct().count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"), [("", "Passkey"), (" a\x00b\n ", "ab"), ("x" * 99, "x" * 60), ("<b>", "<b>")]
)
def test_a_name_is_kept_as_it_can_be_read(typed, kept):
    assert registration.named(typed) == kept


# --- by an officer's code -----------------------------------------------------------------------------


def by_code(person, officer, browser=PHONE):
    token, phone = registration.invite(person, by=officer), Authenticator()
    options = registration.begin_invited(token, browser=browser)
    registration.add_invited(token, phone.create(options), "x", browser=browser)
    return token, phone


def test_with_an_officers_code_a_phone_adds_one_passkey(grace, officer):
    locker = given(grace, "7")
    token, phone = by_code(grace, officer)
    assert code_of(registration.begin_invited, token, browser=PHONE) == "link_over"
    assert proven(token_of(wants(grace, locker)), phone)["code"]
    assert AccessLog.objects.filter(kind="passkey.added").get().facts["by"] == officer.pk
    assert OutgoingMail.objects.filter(kind="lockers.passkey", person=grace).exists()


def test_such_a_one_opens_no_vault(grace, officer):
    """Anyone who gives out codes could use them; at a vault it takes two."""
    vault = given(grace, "7", kind="vault")
    _token, phone = by_code(grace, officer)
    assert code_of(wants, grace, vault) == "no_passkey"
    own = added(grace)
    assert code_of(proven, token_of(wants(grace, vault)), phone) == "not_proven"
    assert proven(token_of(wants(grace, vault)), own)["code"]


def test_who_gives_out_codes(grace, officer, ada, administrator):
    assert code_of(registration.invite, grace, by=ada) == "not_officer"
    assert code_of(registration.invite, officer, by=officer) == "not_yourself"
    assert code_of(registration.invite, administrator, by=officer) == "not_a_customer"


def test_a_code_is_for_one_phone_and_a_quarter_of_an_hour(grace, officer):
    token = registration.invite(grace, by=officer)
    registration.begin_invited(token, browser=PHONE)
    assert code_of(registration.begin_invited, token, browser=LAPTOP) == "link_taken"
    later = timezone.now() + timedelta(minutes=15)
    assert code_of(registration.begin_invited, token, browser=PHONE, now=later) == "link_over"
    other = registration.invite(grace, by=officer)
    assert code_of(registration.invited, token) == "link_over", "a new code ends the one before"
    officer.delete()
    assert code_of(registration.add_invited, other, {}, "x", browser=PHONE) in ("link_over", "link_taken")


def test_an_officer_does_not_flood(grace, officer):
    for _time in range(registration.CODES):
        registration.invite(grace, by=officer)
    assert code_of(registration.invite, grace, by=officer) == "too_many_attempts"


# --- where it goes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://ostiary.example.org", "ostiary.example.org"),
        ("https://Ostiary.Example.org:8443", "ostiary.example.org"),
        ("http://localhost:8000", "localhost"),
        ("http://ostiary.example.org", None),
        ("https://192.168.1.7", None),
        ("http://127.0.0.1:8000", None),
        ("https://[::1]", None),
    ],
)
def test_passkeys_need_a_name_and_https(settings, url, found):
    settings.SITE_URL = url
    site = relying_party.site()
    assert (site.id if site else None) == found


def test_origins_of_the_same_name_are_taken_and_no_others(settings):
    settings.CSRF_TRUSTED_ORIGINS = [
        "https://kiosk.ostiary.example.org",
        "https://*.example.org",
        "http://ostiary.example.org",
        "https://example.org",
        "https://evilostiary.example.org",
        "https://ostiary.example.org:8443",
    ]
    assert relying_party.site().origins == (
        "https://ostiary.example.org",
        "https://kiosk.ostiary.example.org",
        "https://ostiary.example.org:8443",
    )


def test_where_they_are_switched_off_nothing_of_it_works(settings, grace_has):
    grace, locker, _phone = grace_has
    settings.LOCKER_PASSKEYS = False
    assert code_of(wants, grace, locker) == "no_passkeys_here"
    assert code_of(registration.begin, grace, browser=PHONE) == "no_passkeys_here"


def test_they_go_with_their_person(grace, administrator):
    added(grace)
    PasskeyTally.objects.create(person=grace)
    delete_person(grace, by=administrator)
    assert not Passkey.objects.exists()
    assert not PasskeyTally.objects.exists()
    assert AccessLog.objects.filter(kind="passkey.forgotten").get().facts["count"] == 1


def test_what_is_over_is_forgotten(grace_has):
    grace, locker, _phone = grace_has
    wants(grace, locker)
    passkeys.kiosk_options(AT)
    assert retention.purge(timezone.now())["locker_passkey_links"] == 0
    assert retention.purge(timezone.now() + timedelta(days=2))["locker_passkey_links"] >= 2
    assert not PasskeyLink.objects.exists() and not PasskeyChallenge.objects.exists()


def test_the_log_is_whole_and_holds_no_key(grace_has, capsys):
    grace, locker, phone = grace_has
    told = proven(token_of(wants(grace, locker)), phone)
    call_command("verify_access_log")
    details = " ".join(AccessLog.objects.values_list("details", flat=True))
    assert text(phone.id) not in details and told["code"].replace(" ", "") not in details


# --- the pages ------------------------------------------------------------------------------------------


def test_the_whole_way_over_the_pages(client, grace, officer, django_capture_on_commit_callbacks):
    locker = given(grace, "7")
    grace.set_password("correct horse battery")
    grace.save()
    client.force_login(grace)
    assert "None yet" in client.get("/lockers/mine/passkeys/").content.decode()
    wrong = client.post("/lockers/mine/passkeys/options/", {"password": "no"})
    assert (wrong.status_code, wrong.json()["code"]) == (403, "wrong_password")
    options = client.post("/lockers/mine/passkeys/options/", {"password": "correct horse battery"}).json()
    phone = Authenticator()
    form = {"name": "<b>Mine</b>", "answer": json.dumps(phone.create(options))}
    assert client.post("/lockers/mine/passkeys/add/", form).json()["next"] == "/lockers/mine/passkeys/"
    page = client.get("/lockers/mine/passkeys/").content.decode()
    assert "&lt;b&gt;Mine&lt;/b&gt;" in page and "never used" in page
    client.logout()
    # at the kiosk
    code = stations.new_pairing_code(Station.objects.get(slug=KIOSK), by=None)
    _device, token = stations.pair(code, device_name="Tablet")
    client.cookies[COOKIE] = token
    client.post("/kiosk/lockers/say-who/", {"said": grace.id_number})
    begun = client.post("/kiosk/lockers/passkey/", {"locker": locker.pk}).json()
    # on the phone, which is signed in nowhere
    browser, address = Client(), begun["address"].removeprefix("https://ostiary.example.org")
    page = browser.get(address)
    assert page.status_code == 200 and "Locker 7" in page.content.decode()
    assert grace.last_name not in page.content.decode()
    asked = browser.post(f"{address}options/").json()
    told = browser.post(f"{address}prove/", {"answer": json.dumps(phone.get(asked))}).json()
    assert len(told["code"].replace(" ", "")) == 8
    opened = client.post("/kiosk/lockers/redeem/", {"number": "7", "key": told["code"], "nonce": "n"}).json()
    assert opened["locker"]["number"] == "7"
    assert browser.get(address).status_code == 404


def test_over_the_pages_an_officer_gives_a_code_and_takes_a_passkey_away(client, grace, officer):
    client.force_login(officer)
    page = client.post(f"/lockers/customers/{grace.pk}/passkey/").content.decode()
    assert "data:image/svg+xml" in page
    address = page.split("<code>")[1].split("</code>")[0].removeprefix("https://ostiary.example.org")
    client.logout()
    phone = Authenticator()
    shown = client.get(address).content.decode()
    assert grace.id_number in shown and grace.last_name not in shown
    options = client.post(f"{address}options/").json()
    done = client.post(f"{address}add/", {"name": "x", "answer": json.dumps(phone.create(options))}).json()
    assert "added" in done["done"]
    client.force_login(officer)
    row = Passkey.objects.get()
    assert "added at the desk" in client.get(f"/lockers/customers/{grace.pk}/").content.decode()
    client.post(f"/lockers/customers/{grace.pk}/passkeys/{row.pk}/remove/")
    assert not Passkey.objects.exists()


def test_one_touches_only_ones_own(client, grace, ada):
    added(grace)
    row = Passkey.objects.get()
    client.force_login(ada)
    for deed in ("rename", "remove"):
        assert client.post(f"/lockers/mine/passkeys/{row.pk}/{deed}/", {"name": "x"}).status_code == 404
    client.force_login(grace)
    client.post(f"/lockers/mine/passkeys/{row.pk}/rename/", {"name": "Other"})
    assert Passkey.objects.get().name == "Other"
    client.post(f"/lockers/mine/passkeys/{row.pk}/remove/")
    assert not Passkey.objects.exists()


@pytest.mark.parametrize("answer", ["", "[]", "x", "{" * 9000, '"' * 40_000, "null", "1e999"])
def test_what_a_stranger_posts_is_refused_in_words(client, grace_has, answer):
    grace, locker, _phone = grace_has
    address = reverse("lockers:with_passkey", args=[token_of(wants(grace, locker))])
    client.post(f"{address}options/")
    said = client.post(f"{address}prove/", {"answer": answer})
    assert said.status_code == 400 and said.json()["code"] == "passkey_bad"
    assert AccessAttempt.objects.get().state == "started"


def test_somebody_elses_form_is_no_use(grace_has):
    grace, locker, _phone = grace_has
    address = reverse("lockers:with_passkey", args=[token_of(wants(grace, locker))])
    assert Client(enforce_csrf_checks=True).post(f"{address}options/").status_code == 403


def test_who_is_no_kiosk_asks_in_vain(client, grace_has):
    for deed in ("", "options/", "prove/"):
        assert client.post(f"/kiosk/lockers/passkey/{deed}", {"locker": "1"}).status_code == 401
