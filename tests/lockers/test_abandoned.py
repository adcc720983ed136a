"""Lockers that nobody empties: every step in its order, none before its day, two people at the door."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as st

from accounts.models import OutgoingMail
from accounts.people.lifecycle import delete_person
from accounts.roles import Role
from config.errors import Refused
from config.ops import env
from lockers.assignments import registration
from lockers.assignments.abandoned import notices, witnessed_opening
from lockers.assignments.abandoned.mail import words_of_notice
from lockers.assignments.abandoned.steps import due_on
from lockers.bank.log import access_log
from lockers.models import Abandonment, AccessLog, Assignment, Opening
from lockers.rules import abandonment
from lockers.wiring import job_steps
from tests.conftest import person
from tests.lockers.test_access import really
from tests.lockers.test_pages import as_, page_of, said
from tests.support.api import V1, client_of
from tests.support.lockers import code_of, given, shut
from tests.support.traces import in_database

__all__ = ["really"]  # a fixture
pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
STATE = Abandonment.State
GAPS = (7, 14, 14, 14)


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


@pytest.fixture
def edsger(officer):
    officer.email = "edsger@example.org"
    officer.save()
    return officer


@pytest.fixture
def barbara(librarian):
    return librarian


def noon(ahead):
    day = TODAY() + timedelta(days=ahead)
    return timezone.make_aware(datetime.combine(day, datetime.min.time()).replace(hour=12))


def ended(customer, **fields):
    """A locker whose last day was yesterday."""
    mine = given(customer, **fields)
    registration.set_end(mine.assignments.get(), TODAY() - timedelta(days=1), by=None)
    return mine


def case():
    return Abandonment.objects.select_related("assignment__locker__bank").get()


def last(customer, **fields):
    """A case in which the last notice was given long enough ago."""
    mine = ended(customer, **fields)
    row = notices.begin(mine.assignments.get(), "ended", by=None, at=noon(-60))
    for ahead in (-50, -36, -22):
        row = notices.notify(row, at=noon(ahead))
    return row


def opened(customer, officer, witness, **fields):
    row = witnessed_opening.ask(last(customer, **fields), by=officer, witness=witness)
    return witnessed_opening.confirm(row, by=witness)


def listed(customer, officer, witness, contents="A red umbrella", **fields):
    row = opened(customer, officer, witness, **fields)
    shut(row.assignment.locker)
    keep = TODAY() + timedelta(days=90)
    return witnessed_opening.take_inventory(row, by=officer, contents=contents, place="Lodge", keep_until=keep)


def stored(customer, officer, witness, **fields):
    return witnessed_opening.confirm_list(listed(customer, officer, witness, **fields), by=witness)


# --- the rules ------------------------------------------------------------------------------------


@for_all(st.sampled_from(sorted(abandonment.STEPS)), st.dates(date(2026, 1, 1), date(2027, 1, 1)))
def test_every_way_to_the_opening_passes_all_notices_and_all_days(_state, began):
    state, day, walked = "begun", began, []
    while state in abandonment.NEXT:
        due = abandonment.due_on(state, day, GAPS)
        assert not abandonment.is_due(state, day, due - timedelta(days=1), GAPS)
        assert abandonment.is_due(state, day, due, GAPS)
        assert abandonment.may_step(state, abandonment.NEXT[state])
        state, day = abandonment.NEXT[state], due
        walked.append(state)
    assert walked == ["first", "second", "last", "asked"] and day == began + timedelta(days=sum(GAPS))


def test_no_step_leads_around_another():
    order = ["begun", "first", "second", "last", "asked", "opened", "listed", "stored"]
    for place, state in enumerate(order):
        later = set(order[place + 2 :])
        assert not abandonment.STEPS[state] & later, f"{state} leaves a step out"
    assert {"handed_out", "disposed", "empty", "settled"} == abandonment.OVER


@pytest.mark.parametrize("text", ["7,14", "7,14,14,0", "a,b,c,d", "7,14,14,-1"])
def test_days_that_are_none_stop_the_start(monkeypatch, text):
    monkeypatch.setenv("LOCKER_ABANDONED_DAYS", text)
    with pytest.raises(ImproperlyConfigured):
        env.days("LOCKER_ABANDONED_DAYS", GAPS)


# --- notices --------------------------------------------------------------------------------------


def test_the_clock_gives_three_notices_each_on_its_day(ada, edsger):
    ended(ada)
    for ahead, state in [(0, "begun"), (6, "begun"), (7, "first"), (20, "first"), (21, "second"), (35, "last")]:
        job_steps.remind(noon(ahead))
        job_steps.remind(noon(ahead))
        assert case().state == state, ahead
    job_steps.remind(noon(400))
    assert case().state == "last", "by itself nothing is opened"
    kinds = OutgoingMail.objects.filter(to="ada@example.org", kind__startswith="lockers.abandoned")
    assert sorted(kinds.values_list("kind", flat=True)) == [
        "lockers.abandoned_first",
        "lockers.abandoned_last",
        "lockers.abandoned_second",
    ]
    assert access_log.verify().broken is None


def test_a_clock_that_stood_still_makes_up_for_no_days(ada):
    ended(ada)
    job_steps.remind(noon(0))
    job_steps.remind(noon(100))
    assert case().state == "first", "one notice, not three at once"
    job_steps.remind(noon(101))
    assert case().state == "first" and due_on(case()) == TODAY() + timedelta(days=114)


def test_without_the_setting_no_case_begins_by_itself(ada, settings):
    settings.LOCKER_ABANDONED_DAYS = ()
    ended(ada)
    job_steps.remind(noon(0))
    assert not Abandonment.objects.exists()


def test_an_unused_locker_is_a_case_where_the_site_says_so(ada, settings):
    given(ada, at=noon(-100))
    job_steps.remind(noon(0))
    assert not Abandonment.objects.exists()
    settings.LOCKER_UNUSED_DAYS = 60
    Assignment.objects.update(starts_on=TODAY() - timedelta(days=100))
    job_steps.remind(noon(0))
    assert case().reason == "unused"


def test_with_more_time_the_case_settles_by_itself_and_an_old_letter_is_not_sent(ada):
    mine = ended(ada)
    job_steps.remind(noon(0))
    job_steps.remind(noon(7))
    letter = OutgoingMail.objects.get(kind="lockers.abandoned_first")
    registration.set_end(mine.assignments.get(), TODAY() + timedelta(days=99), by=None)
    job_steps.remind(noon(8))
    assert case().state == "settled"
    assert words_of_notice(letter.facts) is None


def test_without_an_address_nothing_goes_on_until_an_officer_gave_the_notice(grace, officer):
    grace.email = ""
    grace.save()
    ended(grace)
    job_steps.remind(noon(0))
    job_steps.remind(noon(20))
    assert case().state == "begun"
    assert code_of(notices.notify, case(), at=noon(20)) == "no_address"
    notices.notify(case(), by=officer, how="By post", at=noon(20))
    assert case().state == "first" and case().steps.last().note == "By post"


def test_a_notice_that_did_not_go_out_counts_for_nothing(ada, officer):
    ended(ada)
    job_steps.remind(noon(0))
    job_steps.remind(noon(7))
    OutgoingMail.objects.filter(kind="lockers.abandoned_first").update(state="failed")
    job_steps.remind(noon(30))
    assert case().state == "first"
    notices.gave_by_hand(case(), by=officer, how="By hand", at=noon(30))
    job_steps.remind(noon(43))
    assert case().state == "first", "the days are counted from the notice that arrived"
    job_steps.remind(noon(44))
    assert case().state == "second"


@pytest.mark.parametrize("by_hand", [True, False])
def test_no_notice_comes_before_its_day_whoever_wants_it(ada, officer, by_hand):
    row = notices.begin(ended(ada).assignments.get(), "ended", by=officer)
    assert code_of(notices.notify, row, by=officer, how="By post" if by_hand else "") == "too_early"


def test_a_case_needs_a_reason_that_is_so_and_there_is_one_at_a_time(ada, officer):
    mine = given(ada).assignments.get()
    assert code_of(notices.begin, mine, "ended", by=officer) == "not_abandoned"
    notices.begin(mine, "unpaid", by=officer)
    assert code_of(notices.begin, mine, "unused", by=officer) == "case_already"
    assert code_of(notices.begin, mine, "unpaid", by=ada) == "not_officer"


# --- opening before a witness ---------------------------------------------------------------------


def test_before_its_day_nobody_is_asked(ada, officer, barbara):
    row = last(ada)
    at = noon(-9)
    assert code_of(witnessed_opening.ask, row, by=officer, witness=barbara, at=at) == "too_early"


@pytest.mark.parametrize("state", ["begun", "first", "second", "asked", "stored"])
def test_out_of_turn_nobody_is_asked(ada, officer, barbara, state):
    row = last(ada)
    Abandonment.objects.update(state=state)
    assert code_of(witnessed_opening.ask, row, by=officer, witness=barbara) == "not_this_step"


def test_the_witness_is_another_person_on_the_staff_who_does_not_share_it(ada, grace, officer, administrator):
    row = last(ada, joint=[administrator])
    for who in (officer, ada, grace, administrator):
        assert code_of(witnessed_opening.ask, row, by=officer, witness=who) == "bad_witness", who
    assert code_of(witnessed_opening.ask, row, by=administrator, witness=officer) == "own_locker"
    assert code_of(witnessed_opening.ask, row, by=grace, witness=officer) == "not_officer"


def test_the_door_opens_when_the_witness_says_so_and_not_before(ada, officer, barbara, really):
    row = witnessed_opening.ask(last(ada), by=officer, witness=barbara)
    assert not Opening.objects.exists()
    assert code_of(witnessed_opening.confirm, row, by=officer) == "not_the_witness"
    row = really(witnessed_opening.confirm, row, by=barbara)
    row.opening.refresh_from_db()
    assert row.state == STATE.OPENED and row.opening.state == Opening.State.OPENED
    assert row.opening.person == officer


def test_a_witness_who_comes_too_late_opens_nothing(ada, officer, barbara, settings):
    row = witnessed_opening.ask(last(ada), by=officer, witness=barbara)
    late = timezone.now() + timedelta(seconds=settings.LOCKER_APPROVE_WITHIN + 1)
    assert code_of(witnessed_opening.confirm, row, by=barbara, at=late) == "took_too_long"
    job_steps.remind(late)
    assert case().state == "last" and due_on(case()) <= TODAY(), "asked again without waiting once more"


def test_somebody_who_came_to_fetch_their_things_in_the_last_minute(ada, officer, barbara):
    row = witnessed_opening.ask(last(ada), by=officer, witness=barbara)
    registration.set_end(row.assignment, TODAY() + timedelta(days=3), by=None)
    assert code_of(witnessed_opening.confirm, row, by=barbara) == "settled_meanwhile"
    assert not Opening.objects.exists()


def test_an_officer_who_is_none_any_more_opens_nothing_with_a_witness(ada, officer, barbara):
    row = witnessed_opening.ask(last(ada), by=officer, witness=barbara)
    officer.role = Role.MEMBER
    officer.save()
    assert code_of(witnessed_opening.confirm, row, by=barbara) == "not_officer"


def test_a_vault_opens_with_a_second_officer_as_the_witness_or_waits_for_one(ada, officer, barbara, really):
    second = person("o-second", "Second", Role.LOCKER_OFFICER)
    row = really(opened, ada, officer, second, kind="vault")
    assert row.opening.approvals.get().officer == second
    assert Opening.objects.get().state == Opening.State.OPENED


def test_a_librarian_as_the_witness_of_a_vault_is_no_second_officer(ada, officer, barbara):
    row = opened(ada, officer, barbara, kind="vault")
    assert row.opening.state == Opening.State.REQUESTED
    keep = TODAY() + timedelta(days=90)
    listing = {"by": officer, "contents": "x", "place": "y", "keep_until": keep}
    assert code_of(witnessed_opening.take_inventory, row, **listing) == "door_not_opened"


def test_a_door_that_did_not_open_is_asked_for_again(ada, officer, barbara, really):
    row = opened(ada, officer, barbara)
    assert code_of(witnessed_opening.call_off, row, by=officer) == "not_this_step", "it did open"
    Opening.objects.update(state="failed")
    row = witnessed_opening.call_off(row, by=officer)
    assert row.state == STATE.LAST and due_on(row) <= TODAY()


# --- the list, storage, the end -------------------------------------------------------------------


def test_the_witness_confirms_the_list_then_the_locker_is_free_and_the_customer_is_told(ada, officer, barbara, really):
    row = listed(ada, officer, barbara)
    assert code_of(witnessed_opening.confirm_list, row, by=officer) == "not_the_witness"
    row = witnessed_opening.confirm_list(row, by=barbara)
    assert row.state == STATE.STORED and not Assignment.objects.filter(open_slot=1).exists()
    assert "Lodge" in OutgoingMail.objects.get(kind="lockers.abandoned_stored").body
    [one, two] = AccessLog.objects.filter(kind__in=("abandoned.listed", "abandoned.stored"))
    assert one.facts["contents_sha256"] == two.facts["contents_sha256"] == witnessed_opening.digest("A red umbrella")


def test_a_list_that_is_wrong_is_written_again(ada, officer, barbara, really):
    row = witnessed_opening.confirm_list(listed(ada, officer, barbara), by=barbara, right=False)
    assert row.state == STATE.OPENED and row.assignment.open_slot == 1


def test_an_empty_locker_is_the_end_of_it(ada, officer, barbara, really):
    row = witnessed_opening.confirm_list(listed(ada, officer, barbara, contents="  "), by=barbara)
    assert (row.state, row.place, row.open_slot) == (STATE.EMPTY, "", None)


def test_a_door_that_stands_open_keeps_the_locker_from_being_free(ada, officer, barbara, really):
    row = really(opened, ada, officer, barbara)
    keep = TODAY() + timedelta(days=90)
    row = witnessed_opening.take_inventory(row, by=officer, contents="x", place="y", keep_until=keep)
    assert code_of(witnessed_opening.confirm_list, row, by=barbara) == "door_not_locked"
    assert case().state == "listed", "nothing of it was done"


@pytest.mark.parametrize(
    "place, days, code", [("", 90, "no_place"), ("Lodge", 89, "kept_too_short"), ("Lodge", None, "kept_too_short")]
)
def test_contents_have_a_place_and_time_enough(ada, officer, barbara, really, place, days, code):
    row = opened(ada, officer, barbara)
    keep = None if days is None else TODAY() + timedelta(days=days)
    asked = {"by": officer, "contents": "x", "place": place, "keep_until": keep}
    assert code_of(witnessed_opening.take_inventory, row, **asked) == code
    other = person("o-second", "Second", Role.LOCKER_OFFICER)
    assert code_of(witnessed_opening.take_inventory, row, **asked | {"by": other}) == "not_the_officer"


def test_things_are_handed_out_at_any_time_and_disposed_of_only_after_theirs(ada, officer, barbara, really):
    row = stored(ada, officer, barbara)
    assert code_of(witnessed_opening.dispose, row, by=officer, note="Charity", at=noon(90)) == "too_early"
    assert code_of(witnessed_opening.hand_out, row, by=officer, note=" ") == "no_reason"
    gone = witnessed_opening.dispose(row, by=officer, note="Charity", at=noon(91))
    assert (gone.state, gone.open_slot) == (STATE.DISPOSED, None)
    assert code_of(witnessed_opening.hand_out, gone, by=officer, note="To her") == "not_this_step"


# --- erased ---------------------------------------------------------------------------------------


def test_nobody_is_deleted_while_their_things_are_in_storage_and_nothing_stays_afterwards(officer, barbara, really):
    who = person("zq-88", "Zqfirst", last_name="Zqlast", email="zq@zq.example")
    row = stored(who, officer, barbara, contents="Diploma of Zqfirst Zqlast")
    with pytest.raises(Refused) as caught:
        delete_person(who, by=None)
    assert caught.value.code == "has_goods"
    witnessed_opening.hand_out(row, by=officer, note="To Zqfirst Zqlast, passport seen")
    delete_person(who, by=None)
    assert in_database(["zq-88", "Zqfirst", "Zqlast"]) == []
    assert access_log.verify().broken is None


# --- pages and API --------------------------------------------------------------------------------


def test_the_pages_lead_from_the_first_notice_to_the_storage(client, ada, officer, barbara, really):
    row = last(ada)
    url = f"/lockers/abandoned/{row.pk}/"
    as_(client, officer)
    assert "Last notice given" in page_of(client, "/lockers/abandoned/")
    client.post(f"{url}witness/", {"witness": barbara.id_number})
    assert "and confirm this on this page" in page_of(client, url)
    as_(client, barbara)
    assert "is waiting for you as the witness at locker 1" in page_of(client, "/lockers/mine/")
    assert "You are the witness" in page_of(client, url)
    assert client.post(f"{url}settle/", {"note": "x"}).status_code == 403
    assert "Confirmed. The lock has been told to open." in said(client.post(f"{url}confirm/", follow=True))
    shut(row.assignment.locker)
    as_(client, officer)
    form = {"contents": "An\x00 umbrella", "place": "Lodge", "keep_until": str(TODAY() + timedelta(days=100))}
    client.post(f"{url}inventory/", form)
    as_(client, barbara)
    assert "An umbrella" in page_of(client, url)
    client.post(f"{url}confirm/", {"right": "1"})
    assert client.get(url).status_code == 404, "the witness is not told what became of it"
    as_(client, ada)
    assert "is kept here: Lodge" in page_of(client, "/lockers/mine/")
    as_(client, officer)
    assert "Not before" in page_of(client, url)
    client.post(f"{url}close/hand-out/", {"note": "To Ada"})
    assert case().state == "handed_out" and "Contents handed out" in page_of(client, "/lockers/abandoned/?closed=1")


def test_a_case_begins_on_the_lockers_page_and_its_customer_reads_of_it(client, ada, officer):
    mine = ended(ada)
    as_(client, officer)
    client.post(f"/lockers/doors/{mine.pk}/abandoned/", {"reason": "ended"})
    assert "View the case" in page_of(client, f"/lockers/doors/{mine.pk}/")
    assert "Please empty locker 1" in page_of(as_(client, ada), "/lockers/mine/")


def test_others_see_no_case(client, ada, grace, officer, barbara):
    row = last(ada)
    for who in (grace, barbara, ada):
        assert as_(client, who).get(f"/lockers/abandoned/{row.pk}/").status_code == 404
        assert client_of(who).get(f"{V1}/lockers/abandoned/{row.pk}/").status_code == 404


def test_the_api_walks_the_same_steps(ada, officer, barbara, really):
    row = last(ada)
    api, url = client_of(officer), f"{V1}/lockers/abandoned/{row.pk}"
    assert api.get(f"{url}/").json()["next_from"] <= str(TODAY())
    wrong = api.post(f"{url}/witness/", {"witness": officer.id_number}, format="json")
    assert wrong.json()["code"] == "bad_witness"
    assert api.post(f"{url}/witness/", {"witness": barbara.id_number}, format="json").json()["state"] == "asked"
    assert api.post(f"{url}/confirm/").json()["code"] == "not_the_witness"
    assert client_of(barbara).post(f"{url}/confirm/").json()["state"] == "opened"
    shut(row.assignment.locker)
    body = {"contents": "An umbrella", "place": "Lodge", "keep_until": str(TODAY() + timedelta(days=90))}
    assert api.post(f"{url}/inventory/", body, format="json").json()["state"] == "listed"
    assert client_of(barbara).post(f"{url}/confirm/", {"right": True}, format="json").json()["state"] == "stored"
    early = api.post(f"{url}/dispose/", {"note": "Charity"}, format="json")
    assert (early.status_code, early.json()["code"]) == (409, "too_early")
    assert api.post(f"{url}/hand_out/", {"note": "To Ada"}, format="json").json()["state"] == "handed_out"
