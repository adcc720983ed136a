"""From a customer at the kiosk to a door that is shut again, and everything that is refused on the way."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone

from accounts.consent import consent
from accounts.credentials.pins import set_pin
from accounts.models import OutgoingMail
from accounts.people.lifecycle import delete_person
from accounts.roles import Purpose, Role
from lockers.access import attempts, card_and_pin, keys, vaults
from lockers.assignments import registration
from lockers.bank.log import access_log
from lockers.doors import actuators, doors, openings
from lockers.kiosk import claimed_lockers
from lockers.models import AccessAttempt, AccessLog, Alarm, Bank, Keypad, Locker, Lockout, Opening, SecurityKey
from tests.conftest import person
from tests.support.lockers import KIOSK, bank, code_of, given, key_of, locker, shut

NOW = timezone.now
CHECKED = dict.fromkeys(("emptied", "inspected", "door_locked", "customer_told"), True)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def really(django_capture_on_commit_callbacks):
    """What follows a commit happens, as it does outside of tests."""

    def act(call, *args, **how):
        with django_capture_on_commit_callbacks(execute=True):
            done = call(*args, **how)
        done.refresh_from_db()
        return done

    return act


@pytest.fixture
def second(db):
    return person("o-tony", "Tony", Role.LOCKER_OFFICER, last_name="Hoare")


def door_of(row):
    return Locker.objects.get(pk=row.pk).door


def kinds():
    return list(AccessLog.objects.order_by("seq").values_list("kind", flat=True))


# --- the way in


def test_the_owner_gets_a_key_opens_and_shuts(ada, really):
    mine = given(ada)
    issued = key_of(ada, mine)
    opening = really(keys.redeem, issued.code, mine, station=KIOSK)
    assert (opening.state, door_of(mine)) == ("opened", "open")
    shut(mine)
    opening.refresh_from_db()
    assert (opening.state, door_of(mine)) == ("closed", "locked")
    assert kinds() == [
        "locker.assigned",
        "attempt.started",
        "attempt.succeeded",
        "key.issued",
        "key.used",
        "opening.commanded",
        "opening.opened",
        "door.state",
        "opening.closed",
        "door.state",
    ]
    assert access_log.verify().broken is None


def test_a_key_is_stored_nowhere(ada):
    issued = key_of(ada, given(ada))
    row = SecurityKey.objects.get()
    assert len(row.digest) == 64 and issued.code not in row.digest
    assert not AccessLog.objects.filter(details__contains=issued.code).exists()
    assert row.expires_at - row.issued_at == timedelta(seconds=180)


def test_a_joint_holder_opens_in_their_own_name(ada, grace, really):
    mine = given(ada, joint=[grace])
    opening = really(keys.redeem, key_of(grace, mine).code, mine, station=KIOSK)
    assert opening.person == grace and opening.state == "opened"


def test_a_key_works_once(ada, really):
    mine = given(ada)
    issued = key_of(ada, mine)
    really(keys.redeem, issued.code, mine, station=KIOSK)
    shut(mine)
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK) == "bad_key"
    assert Opening.objects.count() == 1


def test_a_key_opens_no_other_locker_and_at_no_other_station(ada, really):
    mine = given(ada)
    other, bank_kiosk = locker("2"), bank(kiosk="second-kiosk")
    issued = key_of(ada, mine)
    assert code_of(keys.redeem, issued.code, other, station=KIOSK) == "bad_key"
    assert code_of(keys.redeem, issued.code, mine, station="second-kiosk") == "bad_key"
    assert code_of(keys.redeem, issued.code, mine, station="nowhere") == "unknown_station"
    reasons = [entry.facts["reason"] for entry in AccessLog.objects.filter(kind="key.refused").order_by("seq")]
    assert reasons == ["other_locker", "other_station"]
    assert bank_kiosk.pk == mine.bank_id
    assert really(keys.redeem, issued.code, mine, station=KIOSK).state == "opened"


def test_one_second_late_is_late(ada):
    mine, now = given(ada), NOW()
    issued = key_of(ada, mine, at=now)
    late = issued.key.expires_at + timedelta(seconds=1)
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK, at=late) == "bad_key"
    assert AccessLog.objects.get(kind="key.refused").facts["reason"] == "expired"
    assert not Opening.objects.exists()


def test_a_key_of_somebody_else_is_refused_where_the_keypad_knows_who_stands_there(ada, grace):
    mine = given(ada, joint=[grace])
    issued = key_of(ada, mine)
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK, person=grace) == "bad_key"
    assert AccessLog.objects.get(kind="key.refused").facts["reason"] == "other_person"


def test_a_new_key_voids_the_one_before(ada, really):
    mine = given(ada)
    first, second_key = key_of(ada, mine), key_of(ada, mine)
    assert code_of(keys.redeem, first.code, mine, station=KIOSK) == "bad_key"
    assert really(keys.redeem, second_key.code, mine, station=KIOSK).state == "opened"
    assert SecurityKey.objects.filter(live_slot=1).count() == 0


def test_the_refusal_is_the_same_whatever_is_wrong(ada):
    from config.errors import Refused

    mine, other = given(ada), locker("2")
    issued, told = key_of(ada, mine), set()
    for code, where, at in [
        ("WRONGKEY", mine, None),
        (issued.code, other, None),
        (issued.code, mine, issued.key.expires_at),
    ]:
        with pytest.raises(Refused) as caught:
            keys.redeem(code, where, station=KIOSK, at=at)
        told.add((caught.value.code, caught.value.message, caught.value.status, str(caught.value.details)))
    assert len(told) == 1


def test_a_request_that_did_not_hear_its_answer_gets_it_again_and_opens_nothing_twice(ada, really):
    mine = given(ada)
    issued = key_of(ada, mine)
    first = really(keys.redeem, issued.code, mine, station=KIOSK, nonce="n-1")
    shut(mine)
    again = really(keys.redeem, issued.code, mine, station=KIOSK, nonce="n-1")
    assert again.pk == first.pk and again.state == "closed" and door_of(mine) == "locked"
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK, nonce="n-2") == "bad_key"


@pytest.mark.long
def test_guessing_gets_slower_and_slower_and_never_succeeds(ada, settings, monkeypatch):
    monkeypatch.setattr(keys, "TRIES", 10**9)  # the count for each keypad alone must hold
    mine, now = given(ada), NOW()
    issued = key_of(ada, mine, at=now)
    guesses = 2_000  # one every 85 ms; five times as many are answered alike
    codes = [f"{number:08d}" for number in range(guesses)]
    begin, answers = now, {"bad_key": 0, "keypad_waits": 0}
    for number, code in enumerate(codes):
        answers[
            code_of(
                keys.redeem, code, mine, station=KIOSK, at=begin + timedelta(milliseconds=170_000 / guesses * number)
            )
        ] += 1
    # So many guesses within the key's three minutes: five, and one more after each delay of 30, 60 … s.
    assert answers["bad_key"] <= 8
    assert not Opening.objects.exists()
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK, at=begin + timedelta(seconds=171)) == "keypad_waits"


def test_a_station_takes_so_many_keys_in_a_minute_whatever_the_locker(ada):
    boxes = [locker(str(number)) for number in range(2, 8)]
    said = [code_of(keys.redeem, "WRONGKEY", box, station=KIOSK) for _ in range(11) for box in boxes]
    assert "keypad_waits" in said and Keypad.objects.count() == 6


def test_a_new_key_frees_the_keypad_so_that_a_prankster_locks_nobody_out(ada, really):
    mine = given(ada)
    for _ in range(6):
        code_of(keys.redeem, "WRONGKEY", mine, station=KIOSK)
    assert code_of(keys.redeem, "WRONGKEY", mine, station=KIOSK) == "keypad_waits"
    assert really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK).state == "opened"


def test_a_key_dies_with_what_it_was_given_for(ada, grace, officer):
    mine = given(ada, joint=[grace])
    issued = key_of(grace, mine)
    registration.unshare(mine.assignments.get(), grace, by=officer)
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK) == "bad_key"
    issued = key_of(ada, mine)
    Locker.objects.update(out_of_service=True)
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK) == "out_of_service"


def test_one_attempt_gives_one_key_and_only_while_it_is_fresh(ada):
    mine, now = given(ada), NOW()
    attempt = attempts.start(ada, mine, station=KIOSK, lane="face", at=now)
    assert code_of(keys.issue, attempt, at=now) == "no_success"
    attempts.succeed(attempt, at=now)
    assert code_of(keys.issue, attempt, at=now + timedelta(seconds=61)) == "no_success"
    keys.issue(attempt, at=now)
    assert code_of(keys.issue, attempt, at=now) == "no_success"


def test_the_key_goes_by_e_mail_where_the_site_wants_it_and_never_into_the_outbox(ada, settings, really):
    settings.LOCKER_KEY_EMAIL = True
    mine, sent = given(ada), []
    attempt = attempts.succeed(attempts.start(ada, mine, station=KIOSK, lane="face"))

    class AtOnce:
        def __init__(self, target, daemon):
            self.start = target

    settings_of_thread = pytest.MonkeyPatch()
    settings_of_thread.setattr("lockers.access.key_mail.Thread", AtOnce)
    issued = []
    really(lambda: issued.append(keys.issue(attempt)) or issued[0].key)
    settings_of_thread.undo()
    sent = mail.outbox
    assert [message.to for message in sent] == [["ada@example.org"]]
    assert f"{issued[0].code[:4]} {issued[0].code[4:]}" in sent[0].body
    assert not OutgoingMail.objects.exists()


# --- attempts and lock-outs


def test_nobody_but_a_holder_may_try_and_the_try_is_remembered(ada, grace):
    mine = given(ada)
    assert code_of(attempts.start, grace, mine, station=KIOSK, lane="face") == "not_yours"
    refused = AccessAttempt.objects.get()
    assert (refused.state, refused.reason, refused.person) == ("refused", "not_yours", grace)
    assert kinds()[-1] == "attempt.refused"


def test_no_face_is_compared_without_consent_and_the_card_works_all_the_same(ada, officer):
    mine = given(ada)
    consent.withdraw_consent(ada, Purpose.LOCKERS, by=ada)
    assert code_of(attempts.start, ada, mine, station=KIOSK, lane="face") == "no_consent"
    assert attempts.start(ada, mine, station=KIOSK, lane="card").state == "started"


def fail_times(ada, mine, count, *, now, passive_pad=False):
    """Each after the delay of the one before."""
    for _ in range(count):
        row = Lockout.objects.filter(person=ada).first()
        now = max(now + timedelta(seconds=1), row.until if row and row.until else now)
        attempt = attempts.start(ada, mine, station=KIOSK, lane="face", at=now, passive_pad=passive_pad)
        attempts.fail(attempt, "not_live", at=now, liveness={"asked": ["blink"]}, distances={"distance": 0.7})
    return now


def test_after_five_failures_the_next_waits_and_owner_and_officer_are_told(ada, officer):
    officer.email = "edsger@example.org"
    officer.save()
    mine = given(ada)
    now = fail_times(ada, mine, 4, now=NOW())
    assert not OutgoingMail.objects.exists()
    now = fail_times(ada, mine, 1, now=now)
    assert code_of(attempts.start, ada, mine, station=KIOSK, lane="face", at=now + timedelta(seconds=29)) == "delayed"
    told = dict(OutgoingMail.objects.values_list("kind", "to"))
    assert told == {"lockers.delayed": "ada@example.org", "lockers.officer_lockout": "edsger@example.org"}
    attempts.succeed(
        attempts.start(ada, mine, station=KIOSK, lane="face", at=now + timedelta(seconds=30)),
        at=now + timedelta(seconds=31),
    )
    assert Lockout.objects.get().failures == 0


def told():
    return sorted(OutgoingMail.objects.values_list("kind", "to"))


def test_when_a_joint_holder_fails_the_owner_is_told_without_a_name(ada, grace):
    mine = given(ada, joint=[grace])
    now = fail_times(grace, mine, 5, now=NOW())
    assert told() == [("lockers.delayed", "grace@example.org"), ("lockers.joint_failed", "ada@example.org")]
    letter = OutgoingMail.objects.get(kind="lockers.joint_failed")
    assert "joint holder" in letter.body and "in a row: 5" in letter.body
    assert not {"Grace", "Hopper", "s-grace"} & set(re.findall(r"[\w-]+", letter.subject + letter.body))
    fail_times(grace, mine, 45, now=now)
    assert OutgoingMail.objects.filter(kind="lockers.joint_failed", person=ada).count() == 2  # shut now


def test_an_owner_who_fails_is_told_once_and_the_joint_holder_is_not(ada, grace):
    fail_times(ada, given(ada, joint=[grace]), 5, now=NOW())
    assert told() == [("lockers.delayed", "ada@example.org")]


def test_without_an_officer_to_write_to_the_administrators_get_the_officers_mails(ada, officer, administrator):
    administrator.email = "margaret@example.org"
    administrator.save()
    fail_times(ada, given(ada), 5, now=NOW())  # there is an officer, without an address
    assert ("lockers.officer_lockout", "margaret@example.org") in told()
    officer.email = "edsger@example.org"
    officer.save()
    mine = given(ada, "2")
    doors.reported(mine, actuators.simulator().force(mine.lock_address).state)
    assert OutgoingMail.objects.get(kind="lockers.officer_alarm").to == "edsger@example.org"


def test_with_passive_pad_ten_are_free(ada):
    mine = given(ada)
    now = fail_times(ada, mine, 9, now=NOW(), passive_pad=True)
    assert Lockout.objects.get().until is None
    fail_times(ada, mine, 1, now=now, passive_pad=True)
    assert Lockout.objects.get().until is not None


def test_after_fifty_failures_only_an_officer_helps_and_the_card_still_works(ada, officer):
    mine = given(ada)
    now = fail_times(ada, mine, 50, now=NOW() - timedelta(days=3)) + timedelta(days=1)
    assert code_of(attempts.start, ada, mine, station=KIOSK, lane="face", at=now) == "disabled"
    assert OutgoingMail.objects.filter(kind="lockers.disabled", person=ada).count() == 1
    card = attempts.start(ada, mine, station=KIOSK, lane="card", at=now)
    attempts.succeed(card, at=now)
    assert code_of(attempts.start, ada, mine, station=KIOSK, lane="face", at=now) == "disabled"
    assert code_of(attempts.lift, ada, by=ada, reason="me") == "not_officer"
    assert code_of(attempts.lift, ada, by=officer, reason=" ") == "no_reason"
    attempts.lift(ada, by=officer, reason="New glasses; seen in person")
    assert attempts.start(ada, mine, station=KIOSK, lane="face", at=now).state == "started"


def test_an_attempt_ends_once_and_not_after_its_time(ada):
    mine, now = given(ada), NOW()
    attempt = attempts.start(ada, mine, station=KIOSK, lane="face", at=now)
    assert code_of(attempts.succeed, attempt, at=now + timedelta(minutes=6)) == "attempt_over"
    attempts.fail(attempt, "spoof", at=now)
    assert code_of(attempts.succeed, attempt, at=now) == "attempt_over"
    forgotten = attempts.start(ada, mine, station=KIOSK, lane="face", at=now)
    assert len(attempts.give_up(now + timedelta(minutes=6))) == 1
    forgotten.refresh_from_db()
    assert forgotten.state == "abandoned" and Lockout.objects.get().failures == 1


def test_naming_oneself_by_card_number_or_locker(ada, grace):
    ada.card_barcode = "C-ADA"
    ada.save()
    mine = given(ada, joint=[grace])
    locker("2")
    for said in ("C-ADA", "s-ada", "S-ADA "):
        assert claimed_lockers.claims(said, station=KIOSK) == [claimed_lockers.Claim(ada.pk, mine.pk)]
    assert {claim.person for claim in claimed_lockers.claims("1", station=KIOSK)} == {ada.pk, grace.pk}
    assert claimed_lockers.claims("2", station=KIOSK) == claimed_lockers.claims("", station=KIOSK) == []
    assert code_of(claimed_lockers.claims, "1", station="nowhere") == "unknown_station"


# --- without a face


def test_card_pin_and_an_officer_give_the_same_key(ada, officer, really):
    mine = given(ada)
    ada.card_barcode = "C-ADA"
    ada.save()
    set_pin(ada, "4711", by=None)
    attempt = card_and_pin.begin("C-ADA", "4711", mine, station=KIOSK)
    assert attempt.state == "confirming"
    assert code_of(keys.issue, attempt) == "no_success"
    attempt = card_and_pin.confirm(attempt, by=officer)
    assert really(keys.redeem, keys.issue(attempt).code, mine, station=KIOSK).state == "opened"
    assert attempt.confirmed_by == officer


def test_a_wrong_pin_and_an_unknown_card_sound_the_same(ada):
    mine = given(ada)
    set_pin(ada, "4711", by=None)
    assert code_of(card_and_pin.begin, "s-ada", "0000", mine, station=KIOSK) == "wrong_pin"
    assert code_of(card_and_pin.begin, "s-nobody", "0000", mine, station=KIOSK) == "wrong_pin"
    assert kinds()[-1] == "pin.refused"


def test_at_a_vault_the_officer_who_gave_it_to_somebody_does_not_confirm_them_too(ada, grace, officer, second):
    mine = given(ada, kind="vault")
    registration.share(mine.assignments.get(), grace, by=officer)
    set_pin(grace, "4711", by=None)
    attempt = card_and_pin.begin("s-grace", "4711", mine, station=KIOSK)
    assert code_of(card_and_pin.confirm, attempt, by=officer) == "own_request"
    assert card_and_pin.confirm(attempt, by=second).state == "succeeded"


def test_an_officer_confirms_others_and_once(ada, grace, officer, second):
    mine = given(officer)
    set_pin(officer, "4711", by=None)
    attempt = card_and_pin.begin("o-edsger", "4711", mine, station=KIOSK)
    assert code_of(card_and_pin.confirm, attempt, by=officer) == "not_yourself"
    assert code_of(card_and_pin.confirm, attempt, by=grace) == "not_officer"
    card_and_pin.decline(attempt, by=second)
    assert code_of(card_and_pin.confirm, attempt, by=second) == "attempt_over"
    assert not Lockout.objects.exclude(failures=0).exists()


# --- overrides


def test_an_officer_opens_with_a_reason_and_the_holders_are_told(ada, grace, officer, really):
    mine = given(ada, joint=[grace])
    assert code_of(openings.override, mine, by=officer, reason="  ") == "no_reason"
    opening = really(openings.override, mine, by=officer, reason="Card lost, seen in person")
    assert (opening.state, opening.route, opening.person) == ("opened", "override", officer)
    told = OutgoingMail.objects.filter(kind="lockers.overridden")
    assert set(told.values_list("to", flat=True)) == {"ada@example.org", "grace@example.org"}
    assert "Card lost" in told.first().body


def test_a_vault_waits_for_another_officer(ada, officer, second, really):
    vault = given(ada, kind="vault")
    opening = really(openings.override, vault, by=officer, reason="Court order")
    assert (opening.state, door_of(vault)) == ("requested", "unknown")
    assert code_of(openings.approve, opening, by=officer) == "own_request"
    assert code_of(openings.approve, opening, by=ada) == "not_officer"
    opening = really(openings.approve, opening, by=second)
    assert (opening.state, door_of(vault)) == ("opened", "open")
    assert code_of(openings.approve, opening, by=second) == "not_waiting"


def test_an_approval_that_nobody_gives_in_time_comes_to_nothing(ada, officer, second):
    vault, now = given(ada, kind="vault"), NOW()
    opening = openings.override(vault, by=officer, reason="Court order", at=now)
    late = now + timedelta(seconds=601)
    assert code_of(openings.approve, opening, by=second, at=late) == "not_waiting"
    assert openings.expire(late) == 1
    opening.refresh_from_db()
    assert (opening.state, opening.failure) == ("failed", "not_approved")
    other = openings.override(vault, by=officer, reason="Court order")
    assert openings.withdraw(other, by=second).failure == "withdrawn"


def test_nobody_opens_or_approves_for_their_own_locker_as_an_officer(officer, second):
    mine = given(officer, kind="vault")
    assert code_of(openings.override, mine, by=officer, reason="mine") == "own_locker"
    opening = openings.override(mine, by=second, reason="asked to")
    assert code_of(openings.approve, opening, by=officer) == "own_locker"


@pytest.mark.parametrize("role", [Role.MEMBER, Role.TEACHER, Role.LIBRARIAN])
def test_no_other_role_opens_assigns_or_confirms(ada, role):
    mine, other = given(ada), person("x-1", "Somebody", role)
    assert code_of(openings.override, mine, by=other, reason="please") == "not_officer"
    assert code_of(registration.assign, locker("2"), other, by=other) == "not_officer"
    assert code_of(registration.release, mine.assignments.get(), by=other, checklist=CHECKED) == "not_officer"


# --- having a locker


def test_a_locker_has_one_customer_at_a_time_and_a_history(ada, grace, officer):
    box = locker()
    first = registration.assign(box, ada, by=officer)
    assert code_of(registration.assign, box, grace, by=officer) == "locker_taken"
    assert code_of(registration.release, first, by=officer, checklist={"emptied": True}) == "checklist_incomplete"
    registration.release(first, by=officer, checklist=CHECKED)
    assert code_of(registration.release, first, by=officer, checklist=CHECKED) == "released_already"
    registration.assign(box, grace, by=officer)
    assert [row.customer for row in box.assignments.order_by("pk")] == [ada, grace]


def test_an_officer_registers_others_and_only_those_with_a_valid_membership(ada, officer):
    ada.valid_until = timezone.localdate() - timedelta(days=1)
    ada.save()
    assert code_of(registration.assign, locker(), ada, by=officer) == "not_valid"
    assert code_of(registration.assign, locker("2"), officer, by=officer) == "not_yourself"
    ada.valid_until = None
    ada.save()
    yesterday = timezone.localdate() - timedelta(days=1)
    assert code_of(registration.assign, locker("3"), ada, by=officer, ends_on=yesterday) == "bad_dates"


def test_a_locker_with_an_open_door_is_not_given_back(ada, officer, really):
    mine = given(ada)
    really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    mine_now = mine.assignments.get()
    assert code_of(registration.release, mine_now, by=officer, checklist=CHECKED) == "door_not_locked"
    shut(mine)
    issued = key_of(ada, mine)
    registration.release(mine_now, by=officer, checklist=CHECKED)
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK) == "bad_key"


def test_who_waits_first_is_told_first(ada, grace, officer, librarian):
    mine = given(librarian)
    registration.wait(mine.bank, ada, by=officer)
    assert code_of(registration.wait, mine.bank, ada, by=officer) == "waits_already"
    later = registration.wait(mine.bank, grace, by=officer)
    registration.release(mine.assignments.get(), by=officer, checklist=CHECKED)
    assert list(OutgoingMail.objects.values_list("kind", "to")) == [("lockers.free", "ada@example.org")]
    registration.assign(mine, ada, by=officer)
    assert ada.waits_for_lockers.get().state == "served"
    registration.stop_waiting(later, by=officer)
    assert code_of(registration.stop_waiting, later, by=officer) == "not_waiting_list"


def test_sharing_is_recorded_and_ends(ada, grace, officer):
    mine = given(ada).assignments.get()
    registration.share(mine, grace, by=officer)
    assert code_of(registration.share, mine, grace, by=officer) == "joint_already"
    assert code_of(registration.share, mine, ada, by=officer) == "joint_already"
    registration.unshare(mine, grace, by=officer)
    assert code_of(registration.unshare, mine, grace, by=officer) == "not_joint"
    registration.share(mine, grace, by=officer)
    assert mine.joint_holders.count() == 2


def test_a_person_with_a_locker_cannot_be_deleted_and_without_one_leaves_only_a_number(ada, administrator, officer):
    mine = given(ada)
    key_of(ada, mine)
    assert code_of(delete_person, ada, by=administrator) == "has_locker"
    registration.release(mine.assignments.get(), by=officer, checklist=CHECKED)
    delete_person(ada, by=administrator)
    assert mine.assignments.get().customer is None
    assert AccessAttempt.objects.get().person is None
    assert access_log.verify().broken is None


def test_a_withdrawn_consent_ends_attempts_and_keys_and_leaves_the_locker(ada):
    mine = given(ada)
    issued = key_of(ada, mine)
    running = attempts.start(ada, mine, station=KIOSK, lane="face")
    consent.withdraw_consent(ada, Purpose.LOCKERS, by=ada)
    running.refresh_from_db()
    assert (running.state, running.reason) == ("failed", "no_consent")
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK) == "bad_key"
    assert mine.assignments.get().open_slot == 1


# --- doors


def test_a_door_that_opens_by_itself_is_an_alarm_until_somebody_takes_note(ada, officer):
    officer.email = "edsger@example.org"
    officer.save()
    mine = given(ada)
    doors.reported(mine, actuators.simulator().force(mine.lock_address).state)
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.ended_at) == ("forced", None)
    assert OutgoingMail.objects.get().to == "edsger@example.org"
    shut(mine)
    alarm.refresh_from_db()
    assert alarm.ended_at and alarm.open_slot == 1
    assert code_of(doors.acknowledge, alarm, by=ada) == "not_officer"
    doors.acknowledge(alarm, by=officer, note="Hinge repaired")
    assert code_of(doors.acknowledge, alarm, by=officer) == "acknowledged_already"


def test_a_door_that_stands_open_rings_twice_and_not_more(ada, really):
    mine = given(ada)
    really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    since = Locker.objects.get(pk=mine.pk).door_since
    rings = [doors.look(since + timedelta(seconds=after)) for after in (119, 121, 300, 601, 900)]
    assert rings == [0, 1, 0, 1, 0]
    assert set(Alarm.objects.values_list("kind", flat=True)) == {"held_open", "not_closed"}
    shut(mine)
    assert not Alarm.objects.filter(ended_at=None).exists()


def test_the_same_report_twice_changes_nothing(ada):
    mine = given(ada)
    doors.reported(mine, actuators.simulator().state(mine.lock_address))
    count = AccessLog.objects.count()
    doors.reported(mine, actuators.simulator().state(mine.lock_address))
    assert AccessLog.objects.count() == count


def test_a_lock_that_fails_leaves_the_door_shut_and_says_why(ada, settings, really):
    settings.LOCKER_ACTUATORS = {"main": {"kind": "http", "url": "http://127.0.0.1:9/doors"}}
    mine = given(ada)
    opening = really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    assert (opening.state, opening.failure, door_of(mine)) == ("failed", "unavailable", "unknown")
    settings.LOCKER_ACTUATORS = {"main": {"kind": "simulator"}}
    again = really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    assert again.state == "opened", "it can be tried again, for such a lock never says that it is back"


def test_a_lock_of_no_known_kind_opens_nothing(ada, settings, really):
    settings.LOCKER_ACTUATORS = {"*": {"kind": "sesame"}}
    mine = given(ada)
    opening = really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    assert (opening.state, opening.failure) == ("failed", "error")


def test_a_jammed_door_opens_nothing(ada, really):
    mine = given(ada)
    actuators.simulator().jam(mine.lock_address)
    opening = really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    assert (opening.state, opening.failure, door_of(mine)) == ("failed", "door_jammed", "jammed")


def test_a_command_that_waited_or_was_sent_is_never_sent(ada, really):
    """A process died between the commit and the lock; another one starts. Nothing opens by itself."""
    mine, now = given(ada), NOW()
    opening = keys.redeem(key_of(ada, mine, at=now).code, mine, station=KIOSK, at=now)
    assert opening.state == "authorised"
    openings.command(opening.pk, lambda: now + timedelta(seconds=11))
    assert actuators.simulator().state(mine.lock_address) == "locked"
    assert openings.expire(now + timedelta(seconds=31)) == 1
    openings.command(opening.pk, lambda: now)
    opening.refresh_from_db()
    assert (opening.state, opening.failure) == ("failed", "no_answer")
    assert actuators.simulator().state(mine.lock_address) == "locked"


def test_the_lock_is_told_once_however_often_it_is_called(ada, really):
    mine = given(ada)
    opening = really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    shut(mine)
    for _ in range(3):
        openings.command(opening.pk)
    assert door_of(mine) == "locked" == str(actuators.simulator().state(mine.lock_address))


def test_nothing_opens_when_the_transaction_is_rolled_back(ada, officer):
    from django.db import transaction

    mine = given(ada)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        openings.override(mine, by=officer, reason="test")
        raise ZeroDivisionError
    assert actuators.simulator().state(mine.lock_address) == "locked"
    assert not Opening.objects.exists()


# --- what the site is told, and what is forgotten


def test_a_purge_forgets_what_is_old_and_keeps_alarms_that_nobody_saw(ada, really):
    from lockers.wiring import retention

    mine = given(ada)
    really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    shut(mine)
    seen = Alarm.objects.create(locker=mine, kind="forced", open_slot=None)
    unseen = Alarm.objects.create(locker=mine, kind="held_open")
    gone = retention.purge(NOW() + timedelta(days=731))
    assert (gone["locker_keys"], gone["locker_attempts"], gone["locker_openings"]) == (1, 1, 1)
    assert gone["locker_log_entries"] > 5 and access_log.verify().broken is None
    assert not Alarm.objects.filter(pk=seen.pk).exists() and Alarm.objects.filter(pk=unseen.pk).exists()
    assert registration.Assignment.objects.filter(locker=mine).exists()


def test_the_page_about_oneself_says_which_lockers_and_how_many_tries(ada, grace):
    from lockers.wiring.my_data import facts

    mine = given(ada, joint=[grace])
    attempts.start(ada, mine, station=KIOSK, lane="face")
    told = {str(label): value for label, value in facts(ada)}
    assert told["Lockers you have"] == "main/1" and told["Attempts to open a locker"].startswith("1,")
    assert dict(facts(grace))["Lockers you have"] == "main/1"


def test_the_clock_ends_what_nobody_ended_and_opens_nothing(ada, officer):
    from lockers.wiring import job_steps

    mine, now = given(ada, kind="vault"), NOW()
    key_of(ada, mine, at=now)
    attempts.start(ada, mine, station=KIOSK, lane="card", at=now)
    openings.override(mine, by=officer, reason="Court order", at=now)
    job_steps.tidy(now + timedelta(hours=1))
    assert not SecurityKey.objects.filter(live_slot=1).exists()
    assert Opening.objects.get().failure == "not_approved"
    assert AccessAttempt.objects.filter(state="abandoned").count() == 1
    assert actuators.simulator().state(mine.lock_address) == "locked"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ({"*": {"kind": "simulator"}}, []),
        ({"main": {"kind": "mqtt"}}, ["lockers.E001"]),
        ({"main": {"kind": "sesame"}}, ["lockers.E001"]),
        ({"main": {"kind": "http", "url": "https://relay.example.org"}}, []),
    ],
)
def test_the_settings_of_the_locks_are_checked(settings, value, found):
    from lockers.wiring import system_checks

    settings.LOCKER_ACTUATORS = value
    assert [message.id for message in system_checks.every_lock_is_of_a_known_kind(None)] == found


def test_a_deployment_is_told_of_unsigned_doors_and_of_a_log_without_a_key_of_its_own(settings):
    from lockers.wiring import system_checks

    settings.LOCKER_ACTUATORS = {"main": {"kind": "mqtt", "url": "mqtt://broker"}}
    assert [message.id for message in system_checks.doors_obey_nobody_else(None)] == ["lockers.W002"]
    assert [message.id for message in system_checks.the_log_has_a_key_of_its_own(None)] == ["lockers.W001"]
    settings.LOCKER_ACTUATORS["main"]["secret"], settings.LOCKER_LOG_KEYS = "s", {"k1": b"k" * 32}
    assert system_checks.doors_obey_nobody_else(None) == system_checks.the_log_has_a_key_of_its_own(None) == []


# --- a sensor that is wrong, and an officer's key


def says_open(mine):
    """A broken cable: the sensor says open, though nobody opened the door."""
    mine.refresh_from_db()
    Locker.objects.filter(pk=mine.pk).update(door="open")
    mine.refresh_from_db()
    return mine


def test_broken_sensor_does_not_shut_its_owner_out(ada, officer, really):
    type(officer).objects.filter(pk=officer.pk).update(email="edsger@example.org")
    mine = says_open(given(ada))
    opening = really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    assert (opening.state, door_of(mine)) == ("opened", "open")
    alarm = Alarm.objects.get(kind="sensor")
    assert (alarm.locker, alarm.acknowledged_at) == (mine, None)
    assert AccessLog.objects.filter(kind="alarm.raised", details__contains='"alarm_kind":"sensor"').exists()
    assert OutgoingMail.objects.filter(kind="lockers.officer_alarm").exists()


def test_door_that_works_tells_no_officer(ada, really):
    mine = given(ada)
    really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)
    assert not Alarm.objects.exists()


def test_officer_overrides_a_door_whose_sensor_says_open(ada, officer, really):
    mine = says_open(given(ada))
    assert really(openings.override, mine, by=officer, reason="the cable is torn").state == "opened"


def test_door_that_is_being_unlocked_waits(ada, really):
    mine = given(ada)
    issued = key_of(ada, mine)
    Locker.objects.filter(pk=mine.pk).update(door="unlocking")
    assert code_of(keys.redeem, issued.code, mine, station=KIOSK) == "door_unlocking"


@pytest.fixture
def guarded(ada):
    """A vault whose bank wants an officer's yes beside the customer's key."""
    vault = given(ada, kind="vault")
    Bank.objects.filter(pk=vault.bank_id).update(officer_for_vaults=True)
    return Locker.objects.select_related("bank").get(pk=vault.pk)


def test_customer_and_officer_open_a_vault_together(ada, officer, guarded, really):
    opening = really(keys.redeem, key_of(ada, guarded).code, guarded, station=KIOSK)
    assert (opening.state, door_of(guarded)) == ("requested", "unknown")
    assert code_of(openings.approve, opening, by=officer) == "officer_key_needed"
    opening = really(vaults.approve, opening, by=officer, method="password")
    assert (opening.state, door_of(guarded)) == ("opened", "open")
    assert opening.approvals.get().officer == officer
    assert not OutgoingMail.objects.filter(kind="lockers.overridden").exists()


def test_nobody_opens_a_guarded_vault_alone(ada, officer, guarded, really):
    """Neither the customer twice, nor a customer who is an officer too, nor time."""
    issued = key_of(ada, guarded)
    opening = really(keys.redeem, issued.code, guarded, station=KIOSK)
    assert code_of(keys.redeem, issued.code, guarded, station=KIOSK) == "bad_key"
    ada.role = Role.LOCKER_OFFICER
    ada.save()
    assert code_of(vaults.approve, opening, by=ada, method="password") == "own_locker"
    assert openings.expire(NOW() + timedelta(seconds=601)) == 1
    opening.refresh_from_db()
    assert (opening.state, opening.failure, door_of(guarded)) == ("failed", "not_approved", "unknown")
    assert code_of(vaults.approve, opening, by=officer, method="password") == "not_waiting"


def test_other_lockers_of_that_bank_open_by_key_alone(ada, grace, guarded, really):
    plain = given(grace, "2", of=guarded.bank)
    assert really(keys.redeem, key_of(grace, plain).code, plain, station=KIOSK).state == "opened"
