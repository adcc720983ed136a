"""The terms of a bank: published in versions, answered by each person, and what follows when nobody says yes."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import given as for_all
from hypothesis import strategies as st

from accounts.credentials.pins import set_pin
from accounts.models import OutgoingMail
from accounts.people.lifecycle import delete_person
from lockers.access import attempts, card_and_pin, keys
from lockers.assignments import customers, registration
from lockers.bank.log import access_log
from lockers.bank.terms import terms
from lockers.bank.terms.mail import words_of_terms
from lockers.doors import openings
from lockers.kiosk import actions
from lockers.kiosk import terms as kiosk_terms
from lockers.kiosk.actions import At
from lockers.models import AccessLog, Assignment, BankTerms, JointHolder, Opening, SecurityKey, TermsAnswer
from lockers.rules.terms_versions import Version, current, due, keeps_out
from lockers.wiring import job_steps
from lockers.wiring.retention import purge
from tests.conftest import person
from tests.lockers.test_access import really
from tests.lockers.test_pages import as_, page_of, said
from tests.support.api import V1, client_of
from tests.support.lockers import KIOSK, bank, code_of, given, key_of, locker
from tests.support.traces import in_database

__all__ = ["really"]  # a fixture
pytestmark = pytest.mark.django_db

TODAY = timezone.localdate
TEXT = "Keep it tidy.\nNo food."
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@pytest.fixture(autouse=True)
def doors_of_its_own(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def day(ahead):
    return TODAY() + timedelta(days=ahead)


def noon(ahead):
    return timezone.make_aware(datetime.combine(day(ahead), datetime.min.time()).replace(hour=12))


def published(ahead=0, grace=30, text=TEXT, at=None):
    return terms.publish(bank(), text, in_force_from=day(ahead), grace_days=grace, by=None, at=at or noon(ahead))


def old(customer, **fields):
    """Somebody who has had a locker for a long time."""
    mine = given(customer, **fields)
    Assignment.objects.update(assigned_at=noon(-400))
    return mine


def over(customer, **fields):
    """The same, and their days of grace are over."""
    mine = old(customer, **fields)
    published(-40)
    return mine


# --- the rules ------------------------------------------------------------------------------------


@for_all(starts=st.lists(DAYS, max_size=5), when=DAYS)
def test_in_force_is_the_newest_that_has_begun(starts, when):
    versions = [Version(place, start, 9) for place, start in enumerate(sorted(starts))]
    found = current(versions, when)
    begun = [version for version in versions if version.in_force_from <= when]
    assert found == (begun[-1] if begun else None)


@for_all(start=DAYS, since=DAYS, grace=st.integers(0, 99), when=DAYS)
def test_nobody_is_kept_out_before_their_days_of_grace_are_over(start, since, grace, when):
    last = due(Version(1, start, grace), since)
    assert last >= max(start, since) and not keeps_out("accepted", when, last)
    assert keeps_out("asked", when, last) == keeps_out("refused", when, last) == (when > last)


# --- publishing -----------------------------------------------------------------------------------


def test_versions_are_numbered_and_only_go_forward(administrator, officer, ada):
    one = published()
    two = terms.publish(bank(), "Other", in_force_from=day(9), grace_days=5, by=administrator)
    assert (one.version, two.version) == (1, 2)
    new = {"in_force_from": day(3), "grace_days": 5}
    assert code_of(terms.publish, bank(), "Third", by=None, **new) == "bad_dates"
    assert code_of(terms.publish, bank("annex", "k2"), "x", in_force_from=day(-1), grace_days=1, by=None) == "bad_dates"
    assert code_of(terms.publish, bank(), " ", by=None, **new) == "empty_terms"
    for who in (officer, ada):
        assert code_of(terms.publish, bank(), "x", by=who, **new) == "not_administrator"


def test_everybody_with_a_locker_there_is_told_once(ada, grace):
    given(ada, joint=[grace])
    made = published()
    job_steps.remind(noon(0))
    job_steps.remind(noon(0))
    rows = OutgoingMail.objects.filter(kind="lockers.terms")
    assert sorted(rows.values_list("to", flat=True)) == ["ada@example.org", "grace@example.org"]
    terms.answer(made, ada, accepted=True, how="page")
    assert words_of_terms(rows.get(to="ada@example.org").facts) is None, "not after she has answered"


# --- what follows ---------------------------------------------------------------------------------


def test_a_bank_without_terms_asks_nothing(ada):
    assert key_of(ada, given(ada)) and terms.standing(ada, bank(), TODAY()) is None


def test_within_the_days_of_grace_keys_are_given_also_after_a_no(ada):
    mine = old(ada)
    made = published(-30)
    assert key_of(ada, mine)
    terms.answer(made, ada, accepted=False, how="page")
    assert key_of(ada, mine)


def test_afterwards_there_is_no_key_without_a_yes(ada):
    mine = over(ada)
    assert code_of(key_of, ada, mine) == "terms_due"
    made = BankTerms.objects.get()
    terms.answer(made, ada, accepted=False, how="page")
    assert code_of(key_of, ada, mine) == "terms_refused"
    assert not SecurityKey.objects.exists()
    terms.answer(made, ada, accepted=True, how="page")
    assert key_of(ada, mine)


def test_joint_holders_answer_for_themselves(ada, grace):
    mine = over(ada, joint=[grace])
    TermsAnswer.objects.all().delete()
    terms.answer(BankTerms.objects.get(), ada, accepted=True, how="page")
    JointHolder.objects.update(since=noon(-400))
    assert key_of(ada, mine) and code_of(key_of, grace, mine) == "terms_due"


def test_who_gets_a_locker_has_all_the_days_from_then(ada):
    published(-300)
    assert key_of(ada, given(ada))
    assert terms.standing(ada, bank(), TODAY()).last == day(30)


def test_a_new_version_asks_again_from_its_day_on(ada):
    mine = old(ada)
    first = published(-100, grace=5)
    terms.answer(first, ada, accepted=True, how="page")
    second = terms.publish(bank(), "New", in_force_from=day(4), grace_days=3, by=None)
    assert terms.standing(ada, bank(), TODAY()).state == "accepted", "not before it is in force"
    assert terms.standing(ada, bank(), day(4)).state == "asked"
    assert not terms.standing(ada, bank(), day(7)).kept_out and terms.standing(ada, bank(), day(8)).kept_out
    terms.answer(second, ada, accepted=True, how="page")
    assert terms.standing(ada, bank(), day(8)).state == "accepted", "also ahead of its day"
    assert key_of(ada, mine)


def test_an_old_version_is_answered_no_more(ada):
    old(ada)
    first = published(-10)
    published(-1)
    assert code_of(terms.answer, first, ada, accepted=True, how="page") == "terms_replaced"


def test_other_banks_are_none_of_it(ada):
    mine = old(ada)
    terms.publish(bank("annex", "k2"), TEXT, in_force_from=day(-90), grace_days=1, by=None, at=noon(-90))
    assert key_of(ada, mine)


def test_a_key_that_was_given_before_the_refusal_still_opens(ada):
    mine = old(ada)
    made = published(-30)
    code = key_of(ada, mine).code
    terms.answer(made, ada, accepted=False, how="page")
    assert keys.redeem(code, mine, station=KIOSK).person == ada


# --- the officer's way ----------------------------------------------------------------------------


def test_on_paper_another_officer_takes_it_down(ada, officer, grace):
    mine = over(ada)
    made = BankTerms.objects.get()
    on_paper = {"accepted": True, "how": "paper"}
    assert code_of(terms.answer, made, ada, by=grace, **on_paper) == "not_officer"
    assert code_of(terms.answer, made, officer, by=officer, **on_paper) == "not_yourself"
    row = terms.answer(made, ada, by=officer, **on_paper)
    assert (row.by, row.text_sha256) == (officer, terms.digest(TEXT)) and key_of(ada, mine)


def test_more_time_lets_somebody_in_until_its_last_day(ada, officer):
    mine = over(ada)
    made = BankTerms.objects.get()
    for until in (day(-1), day(91)):
        assert code_of(terms.postpone, made, ada, until, by=officer) == "bad_dates"
    terms.postpone(made, ada, day(5), by=officer)
    assert key_of(ada, mine)
    assert terms.standing(ada, bank(), day(5)).kept_out is False and terms.standing(ada, bank(), day(6)).kept_out


def test_an_officer_still_opens_with_a_reason(ada, officer):
    mine = over(ada)
    assert openings.override(mine, by=officer, reason="To empty it").route == Opening.Route.OVERRIDE


def test_who_has_refused_gets_no_further_locker_here(ada, grace):
    made = published()
    terms.answer(made, ada, accepted=False, how="page")
    assert code_of(registration.assign, locker("1"), ada, by=None) == "terms_refused_before"
    registration.assign(locker("2"), grace, by=None)


def test_at_registration_they_are_signed_refused_or_asked_later(officer):
    published()
    new = customers.NewPerson("n-1", "New")
    refused = customers.RegistrationWish(locker=locker("1"), terms="refused")
    assert code_of(customers.register, new, refused, by=officer) == "terms_refused_before"
    signed = customers.register(
        customers.NewPerson("n-2", "New"), customers.RegistrationWish(locker("2"), terms="accepted"), by=officer
    )
    later = customers.register(customers.NewPerson("n-3", "New"), customers.RegistrationWish(locker("3")), by=officer)
    assert terms.standing(signed, bank(), TODAY()).answer.how == "paper"
    assert terms.standing(later, bank(), TODAY()).state == "asked"


# --- the same twice, the log, gone ----------------------------------------------------------------


def test_the_same_answer_twice_is_one(ada):
    old(ada)
    made = published()
    for _time in range(2):
        terms.answer(made, ada, accepted=True, how="page")
    assert TermsAnswer.objects.count() == AccessLog.objects.filter(kind="terms.accepted").count() == 1
    assert access_log.verify().broken is None


def test_of_somebody_who_was_deleted_the_answer_stays_without_them_for_its_time(settings):
    who = person("zq-99", "Zqfirst", last_name="Zqlast")
    terms.answer(published(), who, accepted=True, how="page")
    delete_person(who, by=None)
    assert TermsAnswer.objects.get().person is None and in_database(["zq-99", "Zqfirst", "Zqlast"]) == []
    now = timezone.now()
    assert purge(now + timedelta(days=settings.LOCKER_LOG_DAYS - 2))["locker_terms_answers"] == 0
    assert purge(now + timedelta(days=settings.LOCKER_LOG_DAYS + 2))["locker_terms_answers"] == 1


# --- at the kiosk ---------------------------------------------------------------------------------


def at_the_kiosk(who, mine, officer):
    """They have said who they are, typed their PIN, and an officer has confirmed them: the key is next."""
    set_pin(who, "4711", by=who)
    at = At(7, KIOSK)
    actions.shown_pin(KIOSK, 7, who, now=timezone.now())
    found = actions.visitor(at, timezone.now())
    attempt = actions.call_officer(at, found, mine.pk)
    card_and_pin.confirm(attempt, by=officer)
    return at


def refused_key(at, **how):
    with pytest.raises(actions.Refused) as caught:
        actions.show_key(at, **how)
    return caught.value


def test_the_kiosk_asks_before_the_key_and_a_yes_gives_it(ada, officer):
    mine = over(ada)
    at = at_the_kiosk(ada, mine, officer)
    asked = refused_key(at)
    assert (asked.code, asked.details["terms"]["text"], asked.details["terms"]["may_wait"]) == (
        "terms_asked",
        TEXT,
        False,
    )
    assert refused_key(at, later=True).code == "terms_asked", "there is no later any more"
    actions.answer_terms(at, accepted=True)
    assert actions.show_key(at)["code"]
    row = TermsAnswer.objects.get()
    assert (row.person, row.answer, row.how) == (ada, "accepted", "kiosk")


def test_reading_may_take_minutes_and_not_for_ever(ada, officer):
    at = at_the_kiosk(ada, over(ada), officer)
    refused_key(at)
    slow = timezone.now() + timedelta(minutes=4)
    actions.answer_terms(at, accepted=True, now=slow)
    late = timezone.now() + timedelta(minutes=6)
    assert code_of(actions.show_key, at, now=late) == "no_success"
    assert actions.show_key(at, now=slow)["code"]


def test_within_the_grace_later_gives_the_key_and_writes_nothing_down(ada, officer):
    mine = old(ada)
    published(-3)
    at = at_the_kiosk(ada, mine, officer)
    assert refused_key(at).details["terms"]["may_wait"] is True
    assert actions.show_key(at, later=True)["code"] and not TermsAnswer.objects.exists()


def test_a_no_at_the_kiosk_is_written_down_and_gives_no_key_after_the_grace(ada, officer):
    at = at_the_kiosk(ada, over(ada), officer)
    refused_key(at)
    assert code_of(actions.answer_terms, at, accepted=False) == "terms_refused"
    assert TermsAnswer.objects.get().answer == "refused" and not SecurityKey.objects.exists()
    assert refused_key(at).code == "terms_asked", "they may still change their mind"


def test_nobody_answers_for_a_number_that_they_only_said(ada):
    over(ada)
    at = At(7, KIOSK)
    actions.say_who(at, ada.id_number)
    assert code_of(actions.answer_terms, at, accepted=True) == "nobody_here"
    assert not TermsAnswer.objects.exists()


def test_nobody_answers_before_they_were_shown_the_text(ada, officer):
    at = at_the_kiosk(ada, over(ada), officer)
    assert code_of(actions.answer_terms, at, accepted=True) == "nobody_here"
    assert not TermsAnswer.objects.exists()


def test_an_attempt_that_failed_answers_nothing(ada, officer):
    mine = over(ada)
    row = attempts.start(ada, mine, station=KIOSK, lane="card")
    assert code_of(kiosk_terms.answer, row, accepted=True, now=timezone.now()) == "no_success"


# --- pages, administration, API -------------------------------------------------------------------


def test_the_page_shows_the_text_and_takes_the_answer(client, ada):
    old(ada)
    made = published(-3)
    url = f"/lockers/terms/{made.pk}/"
    as_(client, ada)
    assert "not answered yet" in page_of(client, "/lockers/mine/")
    assert "Keep it tidy." in page_of(client, url)
    client.post(f"{url}answer/", {"answer": "perhaps"})
    assert not TermsAnswer.objects.exists()
    told = said(client.post(f"{url}answer/", {"answer": "accepted"}, follow=True))
    assert told == ["Choose whether to accept or refuse the terms.", "You have accepted the terms."]
    assert "accepted" in page_of(client, "/lockers/mine/")
    assert "version 1: Accepted" in page_of(client, "/me/")


def test_who_has_no_locker_there_neither_reads_nor_answers(client, grace, officer):
    made = published()
    assert as_(client, grace).get(f"/lockers/terms/{made.pk}/").status_code == 404
    assert client.post(f"/lockers/terms/{made.pk}/answer/", {"answer": "accepted"}).status_code == 404
    as_(client, officer).post(f"/lockers/terms/{made.pk}/answer/", {"answer": "accepted"})
    assert not TermsAnswer.objects.exists()


def test_officers_take_it_down_print_it_and_give_more_time(client, ada, officer):
    over(ada)
    made = BankTerms.objects.get()
    as_(client, officer)
    assert "No keys are issued." in page_of(client, f"/lockers/customers/{ada.pk}/")
    assert "Signature" in page_of(client, f"/lockers/terms/{made.pk}/?person={ada.pk}")
    url = f"/lockers/customers/{ada.pk}/terms/"
    client.post(url, {"terms": made.pk, "answer": "postponed", "until": str(day(9))})
    client.post(url, {"terms": made.pk, "answer": "accepted"})
    assert list(TermsAnswer.objects.order_by("pk").values_list("answer", flat=True)) == ["postponed", "accepted"]
    assert "1 accepted, 0 refused" in page_of(client, "/lockers/terms/")


def test_no_name_is_printed_for_somebody_who_is_no_officer(client, ada, grace):
    old(ada)
    made = published()
    assert "Hopper" not in page_of(as_(client, ada), f"/lockers/terms/{made.pk}/?person={grace.pk}")


def test_the_administration_publishes_and_changes_nothing(client, administrator):
    form = {"bank": bank().pk, "text": TEXT, "in_force_from": str(TODAY()), "grace_days": "9"}
    client.force_login(administrator, backend="accounts.backends.RoleBackend")
    assert client.post("/admin/lockers/bankterms/add/", form).status_code == 302
    made = BankTerms.objects.get()
    assert (made.version, made.published_by) == (1, administrator)
    assert AccessLog.objects.filter(kind="terms.published").count() == 1
    assert client.post(f"/admin/lockers/bankterms/{made.pk}/change/", form | {"text": "x"}).status_code == 403
    late = client.post("/admin/lockers/bankterms/add/", form | {"in_force_from": str(day(-1))})
    assert late.status_code == 200 and BankTerms.objects.count() == 1


def test_the_api_publishes_answers_and_takes_down(ada, officer, administrator):
    old(ada)
    body = {"bank": "main", "text": TEXT, "in_force_from": str(TODAY())}
    url = f"{V1}/lockers/terms/"
    assert client_of(officer).post(url, body, format="json").status_code == 403
    made = client_of(administrator).post(url, body, format="json").json()
    mine = client_of(ada).post(f"{url}{made['id']}/answer/", {"accepted": False}, format="json").json()
    assert (mine["answer"], mine["how"], mine["version"]) == ("refused", "page", 1)
    paper = client_of(officer).post(
        f"{url}{made['id']}/on_paper/", {"person": "s-ada", "accepted": True}, format="json"
    )
    assert paper.json()["by"]["id_number"] == officer.id_number
    assert client_of(officer).post(f"{url}{made['id']}/on_paper/", {"person": "s-ada"}).json()["code"] == "no_answer"
    assert len(client_of(ada).get(f"{V1}/lockers/terms-answers/").json()["results"]) == 2
