"""Assignments that run out: told in time, once for each end; and what has ended opens nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from accounts.credentials.pins import set_pin
from accounts.mail.kinds import all_kinds
from accounts.models import OutgoingMail
from config.ops.jobs import registry
from lockers.access import attempts, card_and_pin, keys
from lockers.assignments import registration
from lockers.models import AccessLog, Assignment
from lockers.wiring import job_steps
from tests.lockers.test_access import CHECKED, really
from tests.lockers.test_pages import as_, page_of, said
from tests.support.lockers import KIOSK, code_of, given, key_of, the_board

__all__ = ["really"]  # a fixture
pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
ENDING, TO_OFFICERS = "lockers.ending", "lockers.officer_ending"


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def edsger(officer):
    officer.email = "edsger@example.org"
    officer.save()
    return officer


def ends(which, days):
    """Its last day lies so many days ahead."""
    mine = which.assignments.get(open_slot=1)
    return registration.set_end(mine, TODAY() + timedelta(days=days), by=None)


def on_day(days):
    """The clock comes by at noon, so many days from now."""
    noon = datetime.combine(TODAY() + timedelta(days=days), datetime.min.time()).replace(hour=12)
    job_steps.remind(timezone.make_aware(noon))


def told():
    return sorted(OutgoingMail.objects.values_list("kind", "to"))


# --- told -----------------------------------------------------------------------------------------


def test_holders_and_officers_are_told_a_fortnight_before_and_once(ada, grace, edsger):
    ends(given(ada, joint=[grace]), 15)
    on_day(0)
    assert told() == []
    on_day(1)
    on_day(2)
    assert told() == [(ENDING, "ada@example.org"), (ENDING, "grace@example.org"), (TO_OFFICERS, "edsger@example.org")]
    assert "main/1 · Ada Lovelace" in OutgoingMail.objects.get(kind=TO_OFFICERS).body


def test_with_more_time_they_are_told_again_before_the_new_end(ada, edsger):
    mine = given(ada)
    ends(mine, 3)
    on_day(0)
    ends(mine, 60)
    on_day(0)
    assert told() == [(ENDING, "ada@example.org"), (TO_OFFICERS, "edsger@example.org")]
    on_day(50)
    assert OutgoingMail.objects.filter(kind=ENDING, to="ada@example.org").count() == 2


def test_the_days_are_a_setting_and_none_is_off(ada, edsger, settings):
    ends(given(ada), 3)
    settings.LOCKER_ENDS_NOTICE_DAYS = 0
    on_day(0)
    on_day(3)
    assert told() == []
    settings.LOCKER_ENDS_NOTICE_DAYS = 2
    on_day(0)
    assert told() == []
    on_day(1)
    assert len(told()) == 2


def test_an_assignment_without_an_end_is_never_written_about(ada, edsger):
    given(ada)
    on_day(0)
    on_day(4000)
    assert told() == []


def test_after_the_last_day_the_officers_are_told_once_of_all_that_are_due(ada, grace, edsger, settings):
    settings.LOCKER_ENDS_NOTICE_DAYS = 0
    ends(given(ada), 0)
    ends(given(grace, "2"), 0)
    on_day(0)  # the last day is theirs
    assert told() == []
    on_day(1)
    on_day(2)
    letter = OutgoingMail.objects.get()
    assert (letter.kind, letter.to) == ("lockers.officer_ended", "edsger@example.org")
    assert "main/1 · Ada Lovelace" in letter.body and "main/2 · Grace Hopper" in letter.body
    assert letter.subject == "Lockers due for release: 2"


def test_a_locker_that_comes_later_to_the_same_days_has_a_letter_of_its_own(ada, grace, edsger):
    ends(given(ada), 3)
    on_day(0)
    ends(given(grace, "2"), 5)
    on_day(0)
    bodies = OutgoingMail.objects.filter(kind=TO_OFFICERS).values_list("body", flat=True)
    assert sorted(("Ada" in body, "Grace" in body) for body in bodies) == [(False, True), (True, False)]


def test_what_was_released_or_moved_meanwhile_is_not_written_about(ada, grace, edsger):
    one, two = given(ada), given(grace, "2", joint=[ada])
    ends(one, 3)
    ends(two, 3)
    on_day(0)
    letters = {(row.kind, row.person_id, tuple(row.facts["ends"])): row for row in OutgoingMail.objects.all()}
    registration.release(one.assignments.get(), by=edsger, checklist=CHECKED)
    registration.unshare(two.assignments.get(), ada, by=edsger)
    now = {key: all_kinds()[row.kind].compose(row.facts) for key, row in letters.items()}
    a, b = str(one.assignments.get().pk), str(two.assignments.get().pk)
    assert now[ENDING, ada.pk, (a,)] is None and now[ENDING, ada.pk, (b,)] is None
    assert now[ENDING, grace.pk, (b,)]["locker"] == "main/2"
    assert now[TO_OFFICERS, edsger.pk, (a, b)]["number"] == "1"
    ends(two, 5)
    assert all_kinds()[TO_OFFICERS].compose(letters[TO_OFFICERS, edsger.pk, (a, b)].facts) is None


def test_it_is_a_timed_job():
    assert registry.find("lockers.reminders").every == 3600


# --- what has ended opens nothing -----------------------------------------------------------------


@pytest.fixture
def over(ada):
    """Ada's locker, whose last day was yesterday."""
    mine = given(ada)
    ends(mine, -1)
    return mine


def test_by_face_nothing_begins(ada, over):
    assert code_of(attempts.start, ada, over, station=KIOSK, lane="face") == "not_now"


def test_by_card_and_pin_nothing_begins(ada, over, really):
    set_pin(ada, "2718", by=ada)
    assert code_of(really, card_and_pin.begin, "s-ada", "2718", over, station=KIOSK) == "not_now"


def test_a_key_from_before_midnight_opens_nothing_after_it(ada, really):
    mine = given(ada)
    issued = key_of(ada, mine)
    ends(mine, -1)
    assert code_of(really, keys.redeem, issued.code, mine, station=KIOSK) == "not_now"
    assert AccessLog.objects.filter(kind="key.refused", details__contains="not_now").exists()
    ends(mine, 0)  # its last day is still theirs
    really(keys.redeem, key_of(ada, mine).code, mine, station=KIOSK)


def test_a_joint_holder_does_not_outlast_the_assignment(grace, ada):
    mine = given(ada, joint=[grace])
    ends(mine, -1)
    assert code_of(attempts.start, grace, mine, station=KIOSK, lane="face") == "not_now"


# --- the officers' pages --------------------------------------------------------------------------


def test_the_pages_say_what_ends_and_what_has_ended(client, officer, ada, grace, over):
    soon, later = given(grace, "2"), given(grace, "3")
    ends(soon, 4)
    ends(later, 15)
    page = page_of(as_(client, officer), "/lockers/endings/")
    assert page.index("due for release") < page.index("Ada Lovelace") < page.index("Grace Hopper")
    assert "The main bank · 2" in page and "The main bank · 3" not in page
    assert [tile["use"] for tile in the_board()["banks"][0]["doors"]] == ["ended", "ending", "assigned"]
    assert "1 locker is past its last day." in page_of(client, "/lockers/")
    assert "due for release" in page_of(client, f"/lockers/doors/{over.pk}/")
    assert "no longer opens for you" in page_of(as_(client, ada), "/lockers/mine/")


def test_an_officer_moves_the_last_day(client, officer, ada, over):
    at = f"/lockers/doors/{over.pk}/"
    wanted = TODAY() + timedelta(days=90)
    as_(client, officer)
    assert said(client.post(f"{at}end/", {"ends_on": "tomorrow"}, follow=True)) == [
        "“tomorrow” is not a date. Choose a date."
    ]
    client.post(f"{at}end/", {"ends_on": wanted.isoformat()})
    assert Assignment.objects.get().ends_on == wanted
    assert attempts.start(ada, over, station=KIOSK, lane="face").state == "started"
    assert said(client.post(f"{at}end/", {"ends_on": ""}, follow=True))[-1] == "The assignment now has no end."
    assert Assignment.objects.get().ends_on is None
    moved = AccessLog.objects.filter(kind="locker.end_moved").order_by("-seq")[0].facts
    assert (moved["by"], moved["before"]) == (officer.pk, wanted.isoformat())


def test_the_last_day_is_not_moved_before_the_first_nor_by_the_customer_nor_after_the_release(ada, officer, over):
    mine = over.assignments.get()
    first = mine.starts_on
    assert code_of(registration.set_end, mine, first - timedelta(days=1), by=officer) == "bad_dates"
    assert code_of(registration.set_end, mine, None, by=ada) == "not_officer"
    ada.role = "locker_officer"
    ada.save()
    assert code_of(registration.set_end, mine, None, by=ada) == "not_yourself"
    registration.release(mine, by=officer, checklist=CHECKED)
    assert code_of(registration.set_end, mine, None, by=officer) == "released_already"
