"""Joint holders with days of their own: checked at every step, shown, told, and over by themselves."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as st

from accounts.consent.consent import give_consent
from accounts.models import OutgoingMail
from accounts.roles import Purpose
from lockers.access import attempts, keys, vaults
from lockers.assignments import registration, sharing
from lockers.kiosk import claimed_lockers
from lockers.models import AccessLog, JointHolder, Opening, SecurityKey
from lockers.rules.shares import fault, within
from lockers.rules.visibility import assignments_for, lockers_for, openings_for
from lockers.wiring import job_steps
from tests.lockers.test_access import really
from tests.lockers.test_pages import as_, page_of, said
from tests.support.api import V1, client_of
from tests.support.lockers import KIOSK, code_of, given, key_of

__all__ = ["really"]  # a fixture
pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def day(ahead):
    return TODAY() + timedelta(days=ahead)


def shared(ada, grace, first=None, last=None, **fields):
    """Ada's locker, which Grace opens too on these days from now."""
    mine = given(ada, **fields)
    give_consent(grace, Purpose.LOCKERS, by=None)
    first, last = first if first is None else day(first), last if last is None else day(last)
    registration.share(mine.assignments.get(), grace, by=None, starts_on=first, ends_on=last)
    return mine


def noon(ahead):
    return timezone.make_aware(datetime.combine(day(ahead), datetime.min.time()).replace(hour=12))


def start(person, locker):
    return attempts.start(person, locker, station=KIOSK, lane="face")


# --- the rule -------------------------------------------------------------------------------------


@for_all(first=st.none() | DAYS, last=st.none() | DAYS, when=DAYS)
def test_a_share_holds_from_its_first_to_its_last_day(first, last, when):
    assert within((first, last), when) == ((first or when) <= when <= (last or when))
    assert within(None, when)


@for_all(first=st.none() | DAYS, last=st.none() | DAYS, begins=DAYS, ends=st.none() | DAYS)
def test_days_without_a_fault_hold_at_some_time(first, last, begins, ends):
    if ends is not None and ends < begins:
        return
    meets = max(first or begins, begins) <= min(last or date.max, ends or date.max)
    assert (fault((first, last), (begins, ends)) == "") == meets


# --- every step -----------------------------------------------------------------------------------


@pytest.mark.parametrize("first, last", [(1, None), (None, -1), (1, 5), (-5, -1)])
def test_outside_their_days_a_joint_holder_gets_nowhere(ada, grace, first, last):
    mine = shared(ada, grace, first, last)
    assert claimed_lockers.claims(grace.id_number, station=KIOSK) == []
    assert [one.person for one in claimed_lockers.claims("1", station=KIOSK)] == [ada.pk], (
        "the number means its customer alone"
    )
    assert code_of(start, grace, mine) == "share_not_now"
    assert not lockers_for(grace).exists() and not openings_for(grace).exists()


@pytest.mark.parametrize("first, last", [(None, None), (0, 0), (-1, None), (None, 1)])
def test_within_their_days_they_open_it_like_its_customer(ada, grace, first, last):
    mine = shared(ada, grace, first, last)
    assert [one.locker for one in claimed_lockers.claims(grace.id_number, station=KIOSK)] == [mine.pk]
    opening = keys.redeem(key_of(grace, mine).code, mine, station=KIOSK)
    assert opening.state == Opening.State.AUTHORISED or opening.authorised_at
    assert lockers_for(grace).get() == mine


def test_the_assignment_still_ends_for_all(ada, grace):
    mine = shared(ada, grace, None, 9)
    registration.set_end(mine.assignments.get(), day(-1), by=None)
    assert code_of(start, grace, mine) == "not_now"


def test_no_key_is_shown_once_the_share_is_over(ada, grace):
    mine = shared(ada, grace)
    attempt = attempts.succeed(start(grace, mine))
    JointHolder.objects.update(ends_on=day(-1))
    assert code_of(keys.issue, attempt) == "share_not_now" and not SecurityKey.objects.exists()


def test_a_key_from_before_midnight_opens_nothing_after_it(ada, grace, really):
    mine = shared(ada, grace)
    code = key_of(grace, mine).code
    JointHolder.objects.update(ends_on=day(-1))
    assert code_of(keys.redeem, code, mine, station=KIOSK) == "share_not_now"
    assert not Opening.objects.exists()


def test_moving_the_days_away_from_today_voids_their_key_and_nobody_elses(ada, grace, really):
    mine = shared(ada, grace)
    code = key_of(grace, mine).code
    sharing.set_dates(mine.assignments.get(), grace, starts_on=day(2), ends_on=None, by=None)
    assert code_of(keys.redeem, code, mine, station=KIOSK) == "bad_key"
    mine_too = key_of(ada, mine).code
    sharing.set_dates(mine.assignments.get(), grace, starts_on=day(3), ends_on=None, by=None)
    assert keys.redeem(mine_too, mine, station=KIOSK).person == ada


def test_no_officer_approves_the_key_of_a_share_that_ended_while_it_waited(ada, grace, officer, really):
    mine = shared(ada, grace, kind="vault")
    mine.bank.officer_for_vaults = True
    mine.bank.save()
    waiting = keys.redeem(key_of(grace, mine).code, mine, station=KIOSK)
    assert waiting.state == Opening.State.REQUESTED
    JointHolder.objects.update(ends_on=day(-1))
    assert code_of(vaults.approve, waiting, by=officer, method="pin") == "share_not_now"


# --- officers -------------------------------------------------------------------------------------


@pytest.mark.parametrize("first, last, code", [(5, 4, "bad_dates"), (None, -20, "share_outside")])
def test_days_that_make_no_sense_are_refused(ada, grace, first, last, code):
    mine = given(ada).assignments.get()
    first, last = first and day(first), last and day(last)
    assert code_of(registration.share, mine, grace, by=None, starts_on=first, ends_on=last) == code
    registration.share(mine, grace, by=None)
    assert code_of(sharing.set_dates, mine, grace, starts_on=first, ends_on=last, by=None) == code
    assert JointHolder.objects.get().ends_on is None


def test_who_does_not_share_has_no_days_and_officers_move_none_of_their_own(ada, grace, officer):
    mine = given(ada, joint=[officer]).assignments.get()
    assert code_of(sharing.set_dates, mine, grace, starts_on=None, ends_on=None, by=None) == "not_joint"
    assert code_of(sharing.set_dates, mine, officer, starts_on=None, ends_on=None, by=officer) == "not_yourself"
    assert code_of(sharing.set_dates, mine, officer, starts_on=None, ends_on=None, by=ada) == "not_officer"


def test_the_log_knows_who_moved_which_days(ada, grace, officer):
    mine = shared(ada, grace, None, 3).assignments.get()
    sharing.set_dates(mine, grace, starts_on=day(1), ends_on=day(9), by=officer)
    facts = AccessLog.objects.get(kind="joint.dates_moved").facts
    assert (facts["before"], facts["ends_on"], facts["by"]) == (str(day(3)), str(day(9)), officer.pk)


# --- told, and over -------------------------------------------------------------------------------


def told():
    return sorted(OutgoingMail.objects.values_list("kind", "to"))


def test_holder_customer_and_officers_are_told_before_the_last_day_and_once(ada, grace, officer):
    officer.email = "edsger@example.org"
    officer.save()
    shared(ada, grace, None, 15)
    job_steps.remind(noon(0))
    assert told() == []
    job_steps.remind(noon(1))
    job_steps.remind(noon(2))
    assert told() == [
        ("lockers.officer_share_ending", "edsger@example.org"),
        ("lockers.share_ending", "grace@example.org"),
        ("lockers.share_ending_owner", "ada@example.org"),
    ]
    assert "main/1 · Grace Hopper" in OutgoingMail.objects.get(to="edsger@example.org").body


def test_with_other_days_the_old_letter_says_nothing_any_more(ada, grace):
    mine = shared(ada, grace, None, 5).assignments.get()
    job_steps.remind(noon(0))
    letter = OutgoingMail.objects.get(to="grace@example.org")
    sharing.set_dates(mine, grace, starts_on=None, ends_on=day(40), by=None)
    from lockers.assignments.sharing import words_for_holder, words_for_owner

    assert words_for_holder(letter.facts) is None
    assert words_for_owner(OutgoingMail.objects.get(to="ada@example.org").facts) is None


def test_one_whose_share_ends_before_the_locker_hears_of_the_share_alone(ada, grace):
    mine = shared(ada, grace, None, 3)
    registration.set_end(mine.assignments.get(), day(5), by=None)
    job_steps.remind(noon(0))
    kinds = set(OutgoingMail.objects.filter(to="grace@example.org").values_list("kind", flat=True))
    assert kinds == {"lockers.share_ending"}


def test_the_clock_ends_a_share_after_its_last_day(ada, grace):
    shared(ada, grace, None, 2)
    job_steps.remind(noon(2))
    assert JointHolder.objects.get().open_slot == 1
    job_steps.remind(noon(3))
    job_steps.remind(noon(3))
    assert JointHolder.objects.get().open_slot is None
    assert AccessLog.objects.filter(kind="joint.ended").count() == 1


# --- pages and API --------------------------------------------------------------------------------


def test_the_officers_page_takes_and_shows_the_days(client, ada, grace, officer):
    mine = given(ada)
    form = {"person": grace.id_number, "starts_on": str(day(3)), "ends_on": str(day(9))}
    as_(client, officer)
    assert (
        "Grace Hopper can open it too from"
        in said(client.post(f"/lockers/doors/{mine.pk}/share/", form, follow=True))[0]
    )
    assert "not started" in page_of(client, f"/lockers/doors/{mine.pk}/")
    form = {"starts_on": "", "ends_on": str(day(4))}
    client.post(f"/lockers/doors/{mine.pk}/share/{grace.pk}/dates/", form)
    assert JointHolder.objects.get().starts_on is None
    assert "not yet" not in page_of(client, f"/lockers/doors/{mine.pk}/")
    assert "Shares expiring soon" in page_of(client, "/lockers/endings/")
    assert "shared" in page_of(client, f"/lockers/customers/{grace.pk}/")


def test_the_holders_page_says_when_and_hides_what_was_before(client, ada, grace, really):
    mine = shared(ada, grace, 1, 9)
    keys.redeem(key_of(ada, mine).code, mine, station=KIOSK)
    page = page_of(as_(client, grace), "/lockers/mine/")
    assert "It opens for you from" in page and "No openings yet" in page, "not her business before"
    assert "until" in page_of(as_(client, ada), "/lockers/mine/")
    JointHolder.objects.update(starts_on=TODAY())
    assert openings_for(grace).count() == 1, "from her first day on"
    Opening.objects.update(requested_at=noon(-1))
    mine.assignments.update(assigned_at=noon(-5))
    assert openings_for(grace).count() == 0 and openings_for(ada).count() == 1


def test_a_share_that_is_over_is_neither_on_the_page_nor_in_the_api(client, ada, grace):
    shared(ada, grace, None, -1)
    assert "You have no locker" in page_of(as_(client, grace), "/lockers/mine/")
    assert not assignments_for(grace).exists()


def test_the_api_shares_moves_the_days_and_ends_it(ada, grace, officer):
    mine = given(ada).assignments.get()
    api, url = client_of(officer), f"{V1}/lockers/assignments/{mine.pk}"
    asked = {"person": grace.id_number, "ends_on": str(day(3))}
    [joint] = api.post(f"{url}/share/", asked, format="json").json()["joint_holders"]
    assert joint == {"id_number": "s-grace", "name": "Grace Hopper", "starts_on": None, "ends_on": str(day(3))}
    [joint] = api.post(f"{url}/share/", {"person": grace.id_number}, format="json").json()["joint_holders"]
    assert joint["ends_on"] is None
    wrong = {"person": grace.id_number, "starts_on": str(day(3)), "ends_on": str(day(2))}
    assert api.post(f"{url}/share/", wrong, format="json").json()["code"] == "bad_dates"
    assert client_of(grace).post(f"{url}/share/", asked, format="json").status_code == 403
    assert api.post(f"{url}/unshare/", {"person": grace.id_number}, format="json").json()["joint_holders"] == []
