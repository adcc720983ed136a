"""Two keys for a vault: the customer's and an officer's, in either order, within minutes, never of one person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import given as cases
from hypothesis import strategies as st

from accounts.credentials.pins import set_pin
from accounts.roles import Role
from lockers.access import attempts, card_and_pin, keys, vaults
from lockers.assignments import registration
from lockers.bank.log import access_log
from lockers.doors import officer_keys, openings
from lockers.kiosk import actions
from lockers.kiosk.actions import At
from lockers.models import AccessLog, Bank, BankOfficer, Locker, OfficerKey, Opening
from lockers.rules.dual_control import Half, against_pair, against_typing, in_time, stands_turned
from tests.conftest import person
from tests.support.lockers import KIOSK, bank, code_of, given, key_of, locker
from tests.support.races import at_once

NOW = timezone.now
HERE = At(0, KIOSK)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def vault(ada):
    return given(ada, kind="vault")


@pytest.fixture
def second(db):
    return person("o-tony", "Tony", Role.LOCKER_OFFICER, last_name="Hoare")


def kinds():
    return list(AccessLog.objects.order_by("seq").values_list("kind", flat=True))


def reasons(kind="officer_key.refused"):
    return [entry.facts["reason"] for entry in AccessLog.objects.filter(kind=kind).order_by("seq")]


def turned(vault, officer, **how):
    return vaults.turn(vault, by=officer, method="password", **how)


def customer_types(ada, vault, **how):
    return keys.redeem(key_of(ada, vault, **how).code, vault, station=KIOSK, **how)


# --- either order ---------------------------------------------------------------------------------


def test_customer_first_then_the_officers_key(ada, officer, vault):
    opening = customer_types(ada, vault)
    assert opening.state == "requested"
    opening = turned(vault, officer).opening
    assert (opening.state, opening.approvals.get().officer) == ("opened", officer)
    assert OfficerKey.objects.get().opening == opening
    assert [kind for kind in kinds() if kind.startswith(("officer_key", "opening"))] == [
        "opening.requested",
        "officer_key.turned",
        "officer_key.used",
        "opening.approved",
        "opening.authorised",
        "opening.commanded",
        "opening.opened",
    ]
    assert access_log.verify().broken is None


def test_officer_first_then_the_customers_key(ada, officer, vault):
    assert turned(vault, officer).opening is None
    opening = customer_types(ada, vault)
    assert (opening.state, opening.approvals.get().officer) == ("opened", officer)


def test_officers_key_alone_opens_nothing(officer, vault):
    turned(vault, officer)
    turned(vault, officer)
    assert not Opening.objects.exists()


def test_officers_half_opens_once(ada, officer, vault):
    turned(vault, officer)
    customer_types(ada, vault)
    assert customer_types(ada, vault).state == "requested"


def test_one_time_key_of_the_officer_is_typed_on_the_same_keypad(ada, officer, vault):
    issued = vaults.show(vault, by=officer)
    assert issued.code not in OfficerKey.objects.get().digest
    said = actions.type_key(HERE, "1", issued.code.lower())
    assert (said["turned"], said["locker"]["number"]) == (True, "1")
    assert customer_types(ada, vault).state == "opened"


def test_one_time_key_after_the_customers(ada, officer, vault):
    opening = customer_types(ada, vault)
    said = actions.type_key(HERE, "1", vaults.show(vault, by=officer).code)
    assert (said["opening"], said["state"]) == (opening.pk, "opened")


def test_officer_turns_at_the_kiosk_by_number_and_pin(ada, officer, vault):
    set_pin(officer, "2718", by=officer)
    assert actions.officer_turns(HERE, "1", officer.id_number, "2718")["turned"]
    assert customer_types(ada, vault).state == "opened"
    assert OfficerKey.objects.get().method == "pin"


def test_wrong_pin_at_the_kiosk_turns_nothing(officer, vault):
    set_pin(officer, "2718", by=officer)
    assert code_of(actions.officer_turns, HERE, "1", officer.id_number, "2719") == "wrong_pin"
    assert code_of(actions.officer_turns, HERE, "1", "nobody", "2718") == "wrong_pin"
    assert not OfficerKey.objects.exists()


# --- never one person -----------------------------------------------------------------------------


def test_customer_who_is_an_officer_too_turns_no_key_for_their_own_vault(ada, vault):
    ada.role = Role.LOCKER_OFFICER
    ada.save()
    customer_types(ada, vault)
    assert code_of(turned, vault, ada) == "own_locker"
    assert code_of(vaults.show, vault, by=ada) == "own_locker"


def test_officer_who_becomes_a_joint_holder_meanwhile_opens_nothing(ada, officer, vault):
    turned(vault, officer)
    registration.share(vault.assignments.get(), officer, by=None)
    assert customer_types(ada, vault).state == "requested"


def test_officer_who_vouched_for_the_customer_is_not_the_other_key(ada, officer, second, vault):
    """Otherwise one officer with a customer's card and PIN opens the vault alone."""
    set_pin(ada, "2718", by=ada)
    attempt = card_and_pin.confirm(card_and_pin.begin(ada.id_number, "2718", vault, station=KIOSK), by=officer)
    turned(vault, officer)
    opening = keys.redeem(keys.issue(attempt).code, vault, station=KIOSK)
    assert opening.state == "requested"
    assert code_of(turned, vault, officer) == "own_request"
    assert code_of(vaults.approve, opening, by=officer, method="pin") == "own_request"
    assert turned(vault, second).opening.state == "opened"


def test_members_have_no_officers_key(ada, grace, vault):
    assert code_of(turned, vault, grace) == "not_officer"


def test_officer_of_another_bank_opens_nothing_here(ada, officer, second, vault):
    Bank.objects.filter(pk=vault.bank_id).update(own_officers=True)
    BankOfficer.objects.create(bank=vault.bank, person=second)
    BankOfficer.objects.create(bank=bank("other", "other-kiosk"), person=officer)
    row = Locker.objects.select_related("bank").get(pk=vault.pk)
    opening = customer_types(ada, row)
    assert code_of(turned, row, officer) == "other_bank"
    assert code_of(vaults.approve, opening, by=officer, method="password") == "other_bank"
    assert code_of(openings.override, row, by=officer, reason="Fire") == "other_bank"
    assert turned(row, second).opening.state == "opened"


def test_bank_with_own_officers_and_an_empty_list_has_none(officer, vault):
    Bank.objects.filter(pk=vault.bank_id).update(own_officers=True)
    row = Locker.objects.select_related("bank").get(pk=vault.pk)
    assert code_of(turned, row, officer) == "other_bank"


def test_officer_who_left_after_turning_opens_nothing(ada, officer, vault):
    turned(vault, officer)
    officer.role = Role.MEMBER
    officer.save()
    assert customer_types(ada, vault).state == "requested"


def test_officer_who_left_after_being_shown_a_key_types_a_wrong_one(officer, vault):
    issued = vaults.show(vault, by=officer)
    officer.is_active = False
    officer.save()
    assert code_of(actions.type_key, HERE, "1", issued.code) == "bad_key"
    assert reasons() == ["other_bank"]


# --- time -----------------------------------------------------------------------------------------


def test_officers_half_expires(ada, officer, vault, settings):
    settings.LOCKER_OFFICER_KEY_TTL = 60
    begin = NOW()
    turned(vault, officer, at=begin)
    assert customer_types(ada, vault, at=begin + timedelta(seconds=60)).state == "requested"


def test_customers_half_expires(ada, officer, vault, settings):
    settings.LOCKER_APPROVE_WITHIN = 60
    begin = NOW()
    opening = customer_types(ada, vault, at=begin)
    late = begin + timedelta(seconds=61)
    assert turned(vault, officer, at=late).opening is None, "it waits for another key"
    assert code_of(vaults.approve, opening, by=officer, method="pin", at=late) == "not_waiting"


def test_clock_that_jumps_back_revives_neither_half(ada, officer, vault):
    begin = NOW()
    turned(vault, officer, at=begin)
    before = begin - timedelta(seconds=30)
    opening = customer_types(ada, vault, at=before)
    assert opening.state == "requested"
    assert code_of(vaults.approve, opening, by=officer, method="pin", at=before - timedelta(seconds=6)) == "not_waiting"


def test_one_time_key_is_too_late_and_then_spent(ada, officer, vault, settings):
    settings.LOCKER_OFFICER_KEY_TTL = 60
    begin = NOW()
    issued = vaults.show(vault, by=officer, at=begin)
    late = begin + timedelta(seconds=60)
    assert code_of(actions.type_key, HERE, "1", issued.code, now=late) == "bad_key"
    again = vaults.show(vault, by=officer, at=late)
    actions.type_key(HERE, "1", again.code, now=late)
    assert code_of(actions.type_key, HERE, "1", again.code, now=late) == "bad_key", "a replay"
    assert reasons() == ["expired", "used"]
    assert vault.keypads.get().wrong == 2, "counted like any wrong key"


def test_newer_key_of_an_officer_ends_the_one_before(officer, second, vault):
    first = vaults.show(vault, by=officer)
    vaults.show(vault, by=second)
    assert code_of(actions.type_key, HERE, "1", first.code) == "bad_key"


def test_officers_key_is_for_one_vault(ada, officer, vault):
    other = locker("2", kind="vault")
    issued = vaults.show(other, by=officer)
    assert code_of(actions.type_key, HERE, "1", issued.code) == "bad_key"
    assert reasons() == ["other_locker"]


def test_clock_ends_halves_that_nobody_met(officer, vault):
    turned(vault, officer)
    assert officer_keys.expire(NOW() + timedelta(hours=1)) == 1
    assert OfficerKey.objects.get().live_slot is None


# --- what changes while one half waits ------------------------------------------------------------


def test_customer_who_lost_the_vault_while_their_key_waited_gets_in_no_more(ada, grace, officer, vault):
    registration.share(vault.assignments.get(), grace, by=None)
    opening = keys.redeem(
        keys.issue(attempts.succeed(attempts.start(grace, vault, station=KIOSK, lane="card"))).code,
        vault,
        station=KIOSK,
    )
    registration.unshare(vault.assignments.get(), grace, by=None)
    assert code_of(turned, vault, officer) == "not_yours"
    assert code_of(vaults.approve, opening, by=officer, method="pin") == "not_yours"


def test_customer_who_was_shut_out_while_their_key_waited(ada, officer, vault):
    customer_types(ada, vault)
    ada.is_active = False
    ada.save()
    assert code_of(turned, vault, officer) == "not_yours"


def test_locker_without_dual_control_takes_no_officers_key(ada, officer):
    assert code_of(turned, given(ada), officer) == "no_vault"


def test_new_banks_ask_for_both_keys():
    assert Bank.objects.create(code="new", name="New").officer_for_vaults


# --- at the same instant --------------------------------------------------------------------------


def test_two_officers_at_once_open_once_and_leave_no_second_half(ada, officer, second, vault):
    opening = customer_types(ada, vault)
    acts = [lambda by=by: vaults.approve(opening, by=by, method="pin") for by in (officer, second)] * 2
    answers = at_once(*acts)
    assert len([one for one in answers if isinstance(one, Opening)]) == 1
    assert answers.count("not_waiting") == 3
    assert opening.approvals.count() == 1 and OfficerKey.objects.filter(live_slot=1).count() == 0


def test_both_keys_at_the_same_instant_open_once(ada, officer, vault):
    code = key_of(ada, vault).code
    at_once(lambda: turned(vault, officer), lambda: keys.redeem(code, vault, station=KIOSK))
    opening = Opening.objects.get()
    assert opening.state == "opened" and opening.approvals.count() == 1
    assert OfficerKey.objects.get().opening == opening


def test_one_officers_key_and_two_customers_keys_open_once(ada, grace, officer, vault):
    registration.share(vault.assignments.get(), grace, by=None)
    issued = vaults.show(vault, by=officer)
    at_once(*[lambda: actions.type_key(HERE, "1", issued.code)] * 3)
    assert OfficerKey.objects.get().turned_at is not None
    first, other = customer_types(ada, vault), None
    Locker.objects.filter(pk=vault.pk).update(door="locked")
    other = keys.redeem(
        keys.issue(attempts.succeed(attempts.start(grace, vault, station=KIOSK, lane="card"))).code,
        vault,
        station=KIOSK,
    )
    assert (first.state, other.state) == ("opened", "requested")


# --- the rules ------------------------------------------------------------------------------------

T = NOW()


@cases(st.integers(1, 4), st.integers(1, 4), st.sets(st.integers(1, 4)), st.none() | st.integers(1, 4))
def test_pair_is_always_of_two_people(officer, customer, holders, vouched):
    if against_pair(officer, customer=customer, holders=holders, vouched=vouched) == "":
        assert officer not in {customer, vouched, *holders}


@cases(st.integers(-900, 900), st.integers(0, 600))
def test_half_stands_from_its_turn_with_a_little_slack_until_just_before_its_end(seconds, lives):
    half = Half(1, 1, T, T, T + timedelta(seconds=lives))
    assert stands_turned(half, T + timedelta(seconds=seconds)) == (-5 <= seconds < lives)
    assert in_time(T, T + timedelta(seconds=seconds), lives) == (-5 <= seconds <= lives)


def test_half_that_was_only_shown_does_not_stand_and_one_from_the_future_is_not_typed():
    half = Half(1, 1, T, None, T + timedelta(minutes=5))
    assert not stands_turned(half, T)
    assert against_typing(half, 1, T - timedelta(seconds=1)) == "not_yet"
