"""A laptop for three hours, and books until the end of the term, at every door: desk, kiosk, API, SIP2, e-mail."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError

from accounts.models import OutgoingMail
from config.errors import Refused
from library.circulation import fines, loans, notices, renewals
from library.kiosk import basket, events
from library.models import (
    Fine,
    FixedDueDate,
    LibraryClosedDay,
    LibraryOpeningHours,
    Loan,
    LoanPolicy,
)
from library.sip2.server import item_answers
from tests.support.api import client_of, results
from tests.support.library import book, inside

ZONE = ZoneInfo("Europe/Rome")
TUESDAY = date(2026, 3, 3)


def at(hour, minute=0, day=TUESDAY):
    return datetime.combine(day, time(hour, minute), tzinfo=ZONE)


@pytest.fixture(autouse=True)
def in_rome(settings):
    settings.TIME_ZONE = "Europe/Rome"


@pytest.fixture
def laptops(db):
    """Three hours, until closing at six; half a euro for each hour."""
    for weekday in range(5):
        LibraryOpeningHours.objects.create(weekday=weekday, opens=time(9), closes=time(18))
    return LoanPolicy.objects.create(
        item_type="laptop", period="hours", hours=3, renewals=1, fine_per_hour=Decimal("0.50")
    )


@pytest.fixture
def laptop(laptops):
    return book("L-1", "Laptop 1", item_type="laptop")


def as_(client, someone):
    client.force_login(someone, backend="accounts.backends.RoleBackend")
    return client


def test_a_laptop_is_due_in_three_hours_and_a_book_in_days(ada, laptop):
    lent = loans.check_out_all([laptop, book()], to=ada, at=at(10))
    by_type = {loan.copy.item_type: loan for loan in lent}
    assert (by_type["laptop"].due_at, by_type["laptop"].by_hour) == (at(13), True)
    assert not by_type["book"].by_hour and by_type["book"].due_at.astimezone(ZONE).hour == 23
    assert loans.judge(laptop, ada).code == "yours_already"


def test_in_the_afternoon_it_is_due_at_closing(ada, laptop):
    assert loans.check_out(laptop, to=ada, at=at(16)).due_at == at(18)


def test_it_is_renewed_from_now_and_not_when_that_gains_nothing(ada, laptop):
    loan = loans.check_out(laptop, to=ada, at=at(14))
    assert loans.renew(loan, at=at(14, 30)).due_at == at(17, 30)
    Loan.objects.update(renewals=0, due_at=at(18))
    with pytest.raises(Refused) as no:
        loans.renew(loan, at=at(16))
    assert no.value.code == "not_longer" and Loan.objects.get().renewals == 0


def test_each_hour_begun_costs_and_nights_do_not(ada, laptop):
    loans.check_out(laptop, to=ada, at=at(16))
    loans.give_back(laptop, at=at(10, 30, TUESDAY + timedelta(days=1)))
    assert Fine.objects.get().amount == Decimal("1.00"), "from nine to half past ten: two hours begun"
    assert fines.owed_by(ada) == Decimal("1.00")


def test_a_policy_that_changes_to_days_leaves_the_loan_as_it_was_lent(ada, laptop, laptops):
    loans.check_out(laptop, to=ada, at=at(10))
    LoanPolicy.objects.update(period="days", fine_per_day=5)
    loans.give_back(laptop, at=at(14, 30))
    assert Fine.objects.get().amount == Decimal("1.00")


def test_it_is_never_renewed_by_itself_and_the_form_says_so(ada, laptop, laptops):
    LoanPolicy.objects.update(auto_renew=True)
    loans.check_out(laptop, to=ada, at=at(10))
    renewals.renew_due(at(12))
    assert Loan.objects.get().renewals == 0
    laptops.auto_renew = True
    with pytest.raises(ValidationError, match="not renewed automatically"):
        laptops.full_clean()


# --- words --------------------------------------------------------------------------------------


def test_every_door_names_the_time(client, ada, librarian, laptop):
    now = datetime.now(ZONE)
    loan = loans.check_out(laptop, to=ada, at=now)
    Loan.objects.update(due_at=at(13, day=now.date() + timedelta(days=1)), by_hour=True)
    as_(client, ada)
    for page in ("/library/mine/", f"/library/titles/{laptop.title_id}/", "/home/"):
        assert "13:00" in client.get(page).content.decode(), page
    assert "13:00" in as_(client, librarian).get(f"/library/desk/people/{ada.pk}/").content.decode()
    row = client_of(ada).get("/api/v1/library/patrons/me/").json()["loans"][0]
    assert row["by_hour"] and row["due_at"].startswith(str(now.date() + timedelta(days=1)))
    loan.refresh_from_db()
    assert renewals.Renewal(loan).sentence.endswith("13:00.")
    day_file = client_of(librarian).get(f"/api/v1/library/circulation.csv?day={now.date()}")
    assert b"T13:00+0" in b"".join(day_file.streaming_content)


def test_a_machine_is_told_the_time(ada, laptop):
    loan = loans.check_out(laptop, to=ada, at=at(10))
    assert ("AH", "20260303    130000") in item_answers._loan_fields(loan)


def test_the_kiosk_shows_the_time_before_and_after(ada, laptop, monkeypatch):
    monkeypatch.setattr(events.timezone, "now", lambda: at(10))
    line, _new = basket.add(basket.open_for(inside(ada), station="x", at=at(10)), laptop, at=at(10))
    assert events.basket_now(line.basket)["lines"][0]["due"].endswith("13:00")


def test_the_return_screen_counts_hours(client, ada, librarian, laptop):
    now = datetime.now(ZONE)
    LibraryOpeningHours.objects.all().delete()
    loans.check_out(laptop, to=ada, at=now)
    Loan.objects.update(due_at=now - timedelta(minutes=90))
    as_(client, librarian).post("/library/desk/return/", {"barcode": "L-1"})
    assert "2 hours late" in client.get("/library/desk/return/").content.decode()


# --- e-mails ------------------------------------------------------------------------------------


def test_a_reminder_comes_half_an_hour_before_and_one_when_it_is_late(ada, laptop, settings):
    loans.check_out(laptop, to=ada, at=at(10))
    for minute in (0, 29, 30, 45):
        notices.remind_by_hour(at(12, minute))
    assert OutgoingMail.objects.filter(kind="library.due_soon").count() == 1
    facts = OutgoingMail.objects.get(kind="library.due_soon").facts
    assert notices.words_of_loans(facts)["date"].endswith("13:00")
    for hour in (13, 14, 15):
        notices.remind_by_hour(at(hour, 1))
    assert OutgoingMail.objects.filter(kind="library.overdue").count() == 1
    notices.remind(at(15))
    assert OutgoingMail.objects.count() == 2, "what is by hours is not reminded by days before it is a day late"


def test_no_reminder_with_the_receipt_and_none_after_the_return(ada, laptop):
    loans.check_out(laptop, to=ada, at=at(17, 40))
    notices.remind_by_hour(at(17, 41))
    loans.give_back(laptop, at=at(17, 50))
    notices.remind_by_hour(at(18, 1))
    assert not OutgoingMail.objects.exists()


# --- until the end of the term ------------------------------------------------------------------


@pytest.fixture
def term(db):
    row = LoanPolicy.objects.create(role="member", period="fixed", days=14, least_days=7, fine_per_day=1)
    for day in (date(2026, 7, 15), date(2027, 2, 12)):
        FixedDueDate.objects.create(policy=row, day=day)
    return row


def due_day(loan):
    return loan.due_at.astimezone(ZONE).date()


def test_everything_is_due_at_the_end_of_the_term(ada, term):
    LibraryClosedDay.objects.create(day=date(2026, 7, 15))
    lent = loans.check_out_all([book("B-1"), book("B-2")], to=ada, at=at(12))
    assert {due_day(loan) for loan in lent} == {date(2026, 7, 16)}
    late = loans.check_out(book("B-3"), to=ada, at=at(12, day=date(2026, 7, 10)))
    assert due_day(late) == date(2027, 2, 12), "five days before the end it is lent for the next term"


def test_renewing_waits_for_the_next_date_and_then_gives_it(ada, term):
    loan = loans.check_out(book(), to=ada, at=at(12))
    with pytest.raises(Refused) as no:
        loans.renew(loan, at=at(12, day=date(2026, 5, 1)))
    assert no.value.code == "not_longer"
    assert due_day(loans.renew(loan, at=at(12, day=date(2026, 7, 12)))) == date(2027, 2, 12)


# --- where it is set up and read ----------------------------------------------------------------


def test_a_librarian_sets_up_dates_and_hours_and_reads_the_rules(client, librarian, term, laptops):
    as_(client, librarian)
    form = {"role": "", "affiliation": "", "item_type": "reserve", "period": "fixed", "days": "7", "hours": "3"}
    form |= {"when_closed": "earlier", "at_closing": "shorten", "least_days": "0", "renewals": "0", "fine_per_day": "0"}
    form |= {"fine_per_hour": "0", "loanable": "on", "fixed_dates-TOTAL_FORMS": "1", "fixed_dates-INITIAL_FORMS": "0"}
    form |= {"fixed_dates-0-day": "2030-06-28"}
    assert client.post("/admin/library/loanpolicy/add/", form).status_code == 302
    assert LoanPolicy.objects.get(item_type="reserve").terms.fixed == (date(2030, 6, 28),)
    page = client.get("/library/rules/").content.decode()
    assert "3 hours, until closing time at the latest" in page and "until 28 Jun 2030" in page
    assert "0.50 for each hour" in page


@pytest.mark.parametrize(
    ("opens", "closes", "code"), [((18, 0), (9, 0), "closes"), ((10, 0), (12, 0), "__all__"), ((18, 0), (20, 0), "")]
)
def test_opening_hours_are_in_order_and_do_not_overlap(laptops, opens, closes, code):
    row = LibraryOpeningHours(weekday=1, opens=time(*opens), closes=time(*closes))
    if not code:
        row.full_clean()
        return
    with pytest.raises(ValidationError) as no:
        row.full_clean()
    assert code in no.value.message_dict


def test_everyone_reads_the_opening_hours(client, laptops):
    LibraryClosedDay.objects.create(day=date(2099, 12, 25), name="Christmas")
    page = client.get("/library/hours/").content.decode()
    assert "09:00–18:00" in page and "Closed" in page and "Christmas" in page


def test_programs_read_policies_and_hours(librarian, ada, term, laptops):
    rows = results(client_of(librarian).get("/api/v1/library/loan-policies/"))
    assert [row["period"] for row in rows] in (["fixed", "hours"], ["hours", "fixed"])
    assert next(row for row in rows if row["period"] == "fixed")["fixed_dates"] == ["2026-07-15", "2027-02-12"]
    hours = client_of(ada).get("/api/v1/library/opening-hours/").json()
    assert hours["hours"][0] == {"weekday": 0, "opens": "09:00:00", "closes": "18:00:00"}
    assert client_of(ada).get("/api/v1/library/loan-policies/").status_code == 403
