"""A door that opens only at its hours: at the tap, at the keypad and when two keys meet; and who may set them."""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.roles import Role
from config.errors import Refused
from lockers.access import attempts, keys, vaults
from lockers.bank import access_times
from lockers.bank.log import access_log
from lockers.doors import openings
from lockers.models import AccessAttempt, AccessLog, Bank, ClosedDay, Locker, SecurityKey
from tests.support.lockers import KIOSK, code_of, given, key_of

pytestmark = pytest.mark.django_db(transaction=True)

ZONE = ZoneInfo("Europe/Berlin")
WORKDAYS = {day: ["08:00-18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
FRIDAY = datetime(2026, 12, 4, 17, 58, tzinfo=ZONE)


@pytest.fixture(autouse=True)
def own_doors(settings, tmp_path):
    settings.VAR_DIR, settings.TIME_ZONE = tmp_path, "Europe/Berlin"
    timezone.get_default_timezone.cache_clear()
    yield
    timezone.get_default_timezone.cache_clear()


@pytest.fixture
def mine(ada):
    made = given(ada, at=FRIDAY - timedelta(days=30))
    made.assignments.update(starts_on=date(2026, 1, 1))
    access_times.set_bank_hours(made.bank, WORKDAYS, by=None)
    return fresh(made)


def fresh(row):
    return Locker.objects.select_related("bank").get(pk=row.pk)


def refused(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value


# --- at the door ----------------------------------------------------------------------------------


def test_within_the_hours_it_opens(ada, mine):
    assert keys.redeem(key_of(ada, mine, at=FRIDAY).code, mine, station=KIOSK, at=FRIDAY).state != "failed"


def test_outside_it_is_refused_in_words_that_say_when_it_opens_again(ada, mine):
    no = refused(attempts.start, ada, mine, station=KIOSK, lane="face", at=FRIDAY + timedelta(minutes=2))
    assert no.code == "closed_now"
    assert no.message == (
        "This locker cannot be opened at this hour. It opens again on Monday, 7 December 2026 at 08:00."
    )
    assert no.details["opens_at"].startswith("2026-12-07T08:00")
    assert AccessAttempt.objects.get().reason == "closed_now", "what was refused is remembered"


def test_key_from_just_before_the_end_is_judged_when_it_is_typed(ada, mine):
    issued = key_of(ada, mine, at=FRIDAY)
    typed = {"station": KIOSK, "at": FRIDAY + timedelta(minutes=2)}
    assert issued.key.expires_at > typed["at"]
    assert refused(keys.redeem, issued.code, mine, **typed).details["opens_at"].startswith("2026-12-07T08:00")
    assert SecurityKey.objects.get().used_at is None
    assert AccessLog.objects.get(kind="key.refused").facts["reason"] == "closed_now"


def test_two_keys_of_a_vault_are_judged_when_they_meet(ada, officer):
    vault = given(ada, kind="vault", at=FRIDAY - timedelta(days=30))
    vault.assignments.update(starts_on=date(2026, 1, 1))
    access_times.set_bank_hours(vault.bank, WORKDAYS, by=None)
    vault = fresh(vault)
    opening = keys.redeem(key_of(ada, vault, at=FRIDAY).code, vault, station=KIOSK, at=FRIDAY)
    late = FRIDAY + timedelta(minutes=2)
    assert code_of(vaults.approve, opening, by=officer, method="pin", at=late) == "closed_now"
    assert refused(vaults.turn, vault, by=officer, method="pin", at=late).details["opens_at"]
    assert vaults.approve(opening, by=officer, method="pin", at=late - timedelta(seconds=1)).state != "requested"


def test_closed_days_and_narrower_hours_of_an_assignment(ada, mine):
    assignment = mine.assignments.get()
    access_times.set_hours(assignment, {"mon": ["07:00-09:00"]}, by=None)
    assert access_times.against(mine, FRIDAY) == "closed_now"
    assert "Monday, 7 December 2026 at 08:00" in access_times.refused(mine, FRIDAY).message, "within the bank's"
    access_times.close(mine.bank, date(2026, 12, 7), date(2026, 12, 13), note="Audit", by=None)
    assert "Monday, 14 December 2026 at 08:00" in access_times.refused(fresh(mine), FRIDAY).message


def test_a_locker_that_never_opens_says_so(ada, mine):
    access_times.set_hours(mine.assignments.get(), {"sun": ["08:00-09:00"]}, by=None)
    assert "no opening hours in the coming year" in access_times.refused(mine, FRIDAY).message


def test_an_officer_opens_outside_the_hours_with_a_reason_that_is_logged_as_such(ada, officer, mine):
    openings.override(mine, by=officer, reason="The customer's medicine", at=FRIDAY + timedelta(hours=3))
    facts = AccessLog.objects.get(kind="opening.requested").facts
    assert facts["outside_hours"] is True and facts["reason"] == "The customer's medicine"
    openings.override(mine, by=officer, reason="Inventory", at=FRIDAY)
    assert "outside_hours" not in AccessLog.objects.filter(kind="opening.requested").order_by("-seq")[0].facts


def test_half_past_two_in_the_night_of_a_clock_change(ada, mine):
    access_times.set_bank_hours(mine.bank, {"sun": ["02:30-04:00"]}, by=None)
    row = fresh(mine)
    march = datetime(2026, 3, 29, 1, 59, tzinfo=ZONE)
    assert access_times.against(row, march) == "closed_now"
    assert "29 March 2026 at 03:00" in access_times.refused(row, march).message
    assert access_times.against(row, datetime(2026, 3, 29, 3, 0, tzinfo=ZONE)) == ""
    october = datetime(2026, 10, 25, 2, 30, tzinfo=ZONE)
    assert access_times.against(row, october) == access_times.against(row, october.replace(fold=1)) == ""


def test_hours_that_cannot_be_read_keep_the_door_shut(mine, caplog):
    Bank.objects.filter(pk=mine.bank_id).update(hours={"mon": "always"})
    with caplog.at_level(logging.ERROR):
        assert access_times.against(fresh(mine), FRIDAY) == "closed_now"
    assert "cannot be read" in caplog.text


# --- who sets them --------------------------------------------------------------------------------


def test_only_administrators_set_the_hours_of_a_bank(officer, administrator, mine):
    for act in (
        lambda by: access_times.set_bank_hours(mine.bank, {}, by=by),
        lambda by: access_times.close(mine.bank, date(2026, 1, 1), date(2026, 1, 1), by=by),
        lambda by: access_times.reopen(ClosedDay(pk=1, bank=mine.bank), by=by),
    ):
        assert code_of(act, officer) == "not_allowed"
        act(administrator)


def test_holder_who_is_an_officer_sets_not_their_own_hours(ada, grace, officer, mine):
    ada.role = Role.LOCKER_OFFICER
    ada.save()
    assert code_of(access_times.set_hours, mine.assignments.get(), {}, by=ada) == "not_yourself"
    assert code_of(access_times.set_hours, mine.assignments.get(), {}, by=grace) == "not_officer"
    access_times.set_hours(mine.assignments.get(), {"mon": ["09:00-10:00"]}, by=officer)
    facts = AccessLog.objects.get(kind="locker.hours").facts
    assert (facts["by"], facts["after"]) == (
        officer.pk,
        {"mon": ["09:00-10:00"], **{d: [] for d in facts["after"] if d != "mon"}},
    )
    assert access_log.verify().broken is None


def test_bad_hours_are_told_with_what_was_not_understood(administrator, mine):
    no = refused(access_times.set_bank_hours, mine.bank, {"mon": ["8 to 6"]}, by=administrator)
    assert no.code == "bad_hours" and "8 to 6" in no.message
    assert code_of(access_times.read_form, {"tue": "25:00-26:00"}) == "bad_hours"
    assert access_times.read_form({}) == {}


def test_pages_show_and_set_hours(client, administrator, officer, ada, mine):
    client.force_login(administrator, backend="accounts.backends.RoleBackend")
    client.post(f"/lockers/hours/{mine.bank_id}/", {"mon": "08:00-12:00,13:00-18:00", "sat": "9:00-12:00"})
    client.post(f"/lockers/hours/{mine.bank_id}/close/", {"first": "2099-12-24", "note": "Christmas"})
    page = client.get("/lockers/hours/").content.decode()
    assert 'value="08:00-12:00, 13:00-18:00"' in page and 'value="09:00-12:00"' in page and "Christmas" in page
    client.force_login(officer, backend="accounts.backends.RoleBackend")
    client.post(f"/lockers/hours/{mine.bank_id}/", {"mon": ""})
    assert fresh(mine).bank.hours["sat"] == ["09:00-12:00"], "not an officer's"
    client.post(f"/lockers/doors/{mine.pk}/hours/", {"mon": "10:00-11:00"})
    assert mine.assignments.get().hours["mon"] == ["10:00-11:00"]
    assert client.get(f"/lockers/doors/{mine.pk}/").status_code == client.get("/lockers/log/").status_code == 200
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    assert "10:00-11:00" in client.get("/lockers/mine/").content.decode()
