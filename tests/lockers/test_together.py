"""The lockers' features where they meet: passkeys with terms, vaults, hours and shares; releases with the rest."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db.transaction import Atomic
from django.urls import reverse
from django.utils import timezone

pytest.importorskip("webauthn")

from config.errors import Refused
from lockers.access import keys, vaults
from lockers.assignments import out_of_service
from lockers.assignments.abandoned import notices
from lockers.assignments.abandoned.steps import still_abandoned
from lockers.assignments.grants import drafts, execution, rows
from lockers.bank import access_times, places
from lockers.bank.terms import terms
from lockers.desk.emergency_release import bank_releases
from lockers.doors import openings
from lockers.kiosk import actions, at_kiosk, passkeys
from lockers.models import AccessAttempt, BankRelease, DuressMark, JointHolder, Opening, SecurityKey, TermsAnswer
from lockers.rules.weekly_hours import DAYS
from tests.lockers.test_passkeys import AT, LAPTOP, PHONE, added, proven, token_of, wants
from tests.lockers.test_terms import TEXT, noon, old, over, published
from tests.support.lockers import KIOSK, code_of, given, locker

TODAY = timezone.localdate
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def site(settings, tmp_path, monkeypatch):
    settings.SITE_URL, settings.CSRF_TRUSTED_ORIGINS = "https://ostiary.example.org", []
    settings.VAR_DIR = tmp_path
    monkeypatch.setattr(Atomic, "_ensure_durability", False, raising=False)


def asked_on_the_phone(grace, door):
    """They have proven themself with their phone, and are asked for the terms. The token, and what is shown."""
    phone = added(grace)
    token = token_of(wants(grace, door))
    with pytest.raises(Refused) as caught:
        proven(token, phone)
    assert caught.value.code == "terms_asked"
    return token, caught.value.details["terms"]


def says(token, said, browser=PHONE, **how):
    return passkeys.phone_terms(token, said, browser=browser, **how)


def never_open() -> dict[str, list[str]]:
    """Open for one minute, which is not now."""
    hour = (timezone.localtime().hour + 12) % 24
    return {day: [f"{hour:02}:00-{hour:02}:01"] for day in DAYS}


# --- passkeys and terms ---------------------------------------------------------------------------


def test_terms_are_read_on_the_phone_before_its_key(grace):
    door = old(grace)
    published()
    token, shown = asked_on_the_phone(grace, door)
    assert shown["text"] == TEXT and shown["may_wait"]
    assert not SecurityKey.objects.exists()
    key = says(token, "accepted")
    assert TermsAnswer.objects.get().answer == "accepted"
    assert keys.redeem(key["code"], door, station=KIOSK).state != "failed"
    assert code_of(says, token, "accepted") == "link_over", "one proof, one key"


def test_within_the_grace_they_may_answer_another_day(grace):
    door = old(grace)
    published()
    token, _shown = asked_on_the_phone(grace, door)
    assert says(token, "later")["code"]
    assert not TermsAnswer.objects.exists()


def test_who_may_still_refuse_gets_a_key_for_now(grace):
    door = old(grace)
    published()
    token, _shown = asked_on_the_phone(grace, door)
    assert says(token, "refused")["code"]
    assert TermsAnswer.objects.get().answer == "refused"


def test_after_the_grace_there_is_no_later_and_no_key_without_a_yes(grace):
    door = over(grace)
    token, shown = asked_on_the_phone(grace, door)
    assert not shown["may_wait"]
    assert code_of(says, token, "later") == "terms_asked"
    assert code_of(says, token, "refused") == "terms_refused"
    assert not SecurityKey.objects.exists()
    assert says(token, "accepted")["code"], "they may change their mind while they read"


def test_only_the_phone_that_proved_answers_and_not_for_ever(grace):
    door = over(grace)
    token, _shown = asked_on_the_phone(grace, door)
    assert code_of(says, token, "accepted", LAPTOP) == "link_taken"
    assert code_of(says, token, "perhaps") == "no_answer"
    late = timezone.now() + keys.READING + timedelta(seconds=1)
    assert code_of(says, token, "accepted", now=late) == "link_over"
    assert not TermsAnswer.objects.exists()


def test_nothing_is_answered_before_the_proof(grace):
    door = over(grace)
    added(grace)
    token = token_of(wants(grace, door))
    passkeys.phone_options(token, browser=PHONE)
    assert code_of(says, token, "accepted") == "link_over"


def test_who_stands_at_the_kiosk_neither_answers_nor_gets_the_key_of_the_phone(grace):
    door = over(grace)
    before = at_kiosk.Visitor(AT.device, (), timezone.now())
    asked_on_the_phone(grace, door)
    assert code_of(actions.show_key, AT) == "nobody_here"
    attempt = AccessAttempt.objects.get()
    at_kiosk.put(KIOSK, at_kiosk.Visitor(AT.device, before.claims, before.at, attempt=attempt.pk, reads=True))
    assert code_of(actions.show_key, AT) == "no_success", "even in the moment before the kiosk has heard"
    assert code_of(actions.answer_terms, AT, accepted=True) == "nobody_here"
    assert not TermsAnswer.objects.exists()


def test_with_a_stick_in_the_kiosk_they_are_read_there(grace):
    door, stick = over(grace), added(grace)
    wants(grace, door)
    passkeys.kiosk_prove(AT, stick.get(passkeys.kiosk_options(AT)))
    assert code_of(actions.show_key, AT) == "terms_asked"
    actions.answer_terms(AT, accepted=True)
    assert actions.show_key(AT)["code"]


def test_phone_is_told_the_terms_by_its_page(client, grace):
    door, phone = over(grace), added(grace)
    token = token_of(wants(grace, door))
    options = client.post(reverse("lockers:passkey_prove_options", args=[token])).json()
    answer = {"answer": json.dumps(phone.get(options))}
    told = client.post(reverse("lockers:passkey_prove", args=[token]), answer)
    assert (told.status_code, told.json()["code"]) == (409, "terms_asked")
    assert told.json()["details"]["terms"]["text"] == TEXT
    key = client.post(reverse("lockers:passkey_terms", args=[token]), {"answer": "accepted"})
    assert key.json()["code"]


# --- passkeys and the other rules -----------------------------------------------------------------


def test_vault_takes_an_officers_key_beside_that_of_a_passkey(grace, officer):
    door, phone = given(grace, kind="vault"), added(grace)
    key = proven(token_of(wants(grace, door)), phone)
    opening = keys.redeem(key["code"], door, station=KIOSK)
    assert opening.state == "requested"
    assert vaults.turn(door, by=officer, method="password").opening == opening


def test_outside_the_hours_a_passkey_opens_nothing(grace):
    door, phone = given(grace), added(grace)
    key = proven(token_of(wants(grace, door)), phone)
    access_times.set_bank_hours(door.bank, never_open(), by=None)
    door.refresh_from_db()
    assert code_of(keys.redeem, key["code"], door, station=KIOSK) == "closed_now"
    assert code_of(wants, grace, door) == "closed_now"


def test_joint_holder_has_a_passkey_on_their_own_days_only(grace, ada):
    door, phone = given(ada, joint=[grace]), added(grace)
    JointHolder.objects.update(starts_on=TODAY() + timedelta(days=1))
    assert code_of(wants, grace, door) in ("nobody_meant", "share_not_now")
    JointHolder.objects.update(starts_on=TODAY(), ends_on=TODAY())
    token = token_of(wants(grace, door))
    JointHolder.objects.update(starts_on=TODAY() - timedelta(days=2), ends_on=TODAY() - timedelta(days=1))
    assert code_of(proven, token, phone) == "share_not_now", "their days ended while they looked for their phone"
    assert not SecurityKey.objects.exists()
    assert code_of(actions.show_key, AT) == "nobody_here"


def test_locker_that_goes_out_of_service_meanwhile_gives_no_key(grace, officer):
    door, phone = given(grace), added(grace)
    token = token_of(wants(grace, door))
    out_of_service.set_service(door, out=True, by=officer)
    assert code_of(proven, token, phone) == "out_of_service"


def test_passkey_has_no_way_to_call_for_help(grace):
    """A device has one fingerprint and no second PIN: docs/lockers.md says so. Nothing is marked that nobody meant."""
    door, phone = given(grace), added(grace)
    proven(token_of(wants(grace, door)), phone)
    assert not DuressMark.objects.exists()


# --- emergency release, and what else is going on ------------------------------------------------


def released(bank, first, second) -> BankRelease:
    row = bank_releases.begin(bank, by=first, reason="Fire")
    BankRelease.objects.filter(pk=row.pk).update(state="running", confirmed_by=second, moved_at=timezone.now())
    row.refresh_from_db()
    return row


def test_release_opens_whatever_terms_hours_and_cases_say(ada, officer, administrator):
    door = over(ada)
    access_times.set_bank_hours(door.bank, never_open(), by=None)
    mine = places.current_assignment(door)
    case = notices.begin(mine, "unpaid", by=officer)
    opening = bank_releases._opening(released(door.bank, officer, administrator), door, timezone.now())
    openings.command(opening.pk)
    opening.refresh_from_db()
    assert opening.state == "opened"
    case.refresh_from_db()
    assert case.open_slot == 1 and still_abandoned(case, mine), "nobody has emptied it"
    assert terms.standing(ada, door.bank, TODAY()).state == "asked"


def test_locker_of_a_group_that_a_release_has_opened_is_not_taken_back_unseen(ada, officer, administrator):
    """Somebody may have put something in: it ends, and is emptied and looked at."""
    door = locker("1")
    frame = drafts.GrantFrame("Spring", door.bank, TODAY(), TODAY() + timedelta(days=90))
    grant = drafts.draft(frame, rows.from_list("s-ada"), by=officer)
    execution.work(execution.start(grant, by=officer))
    bank_releases._opening(released(door.bank, officer, administrator), door, timezone.now())
    execution.work(execution.undo(grant, by=officer))
    assert [(row.state, row.code) for row in grant.lines.all()] == [("kept", "opened_since")]


def test_grant_in_a_bank_with_terms_gives_to_everybody_but_who_has_refused(ada, grace, officer):
    door = locker("1")
    locker("2", of=door.bank)
    made = published()
    terms.answer(made, grace, accepted=False, how="page", at=noon(0))
    frame = drafts.GrantFrame("Spring", door.bank, TODAY(), TODAY() + timedelta(days=90))
    grant = drafts.draft(frame, rows.from_list("s-ada\ns-grace"), by=officer)
    execution.work(execution.start(grant, by=officer))
    assert [(row.state, row.code) for row in grant.lines.order_by("line")] == [
        ("assigned", ""),
        ("refused", "terms_refused_before"),
    ]


def test_officer_opens_for_a_customer_whom_the_terms_keep_out(ada, officer):
    door = over(ada)
    assert openings.override(door, by=officer, reason="She takes her things").state != "failed"
    assert Opening.objects.get().route == "override"
