"""What a late or lost book costs: to the cent, never twice, and back again when the book is found."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from itertools import count

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.errors import Refused
from library.circulation import fines, inventory, loans, retention
from library.models import Fine, FineEntry, Loan, LoanPolicy
from library.rules.due_times import days_late
from library.rules.due_times import fine as price_of_delay
from tests.conftest import person
from tests.support.api import client_of, results
from tests.support.library import book

NOW = timezone.now
NUMBERS = count()


def as_(client, someone):
    client.force_login(someone, backend="accounts.backends.RoleBackend")
    return client


def refusal(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value.code


def late(reader, days=11, barcode="B-1"):
    """A book that comes back so many days late."""
    copy = book(barcode, barcode)
    loans.check_out(copy, to=reader, at=NOW() - timedelta(days=days + 1))
    return loans.give_back(copy)


def owed(reader):
    return fines.owed_by(reader)


@pytest.fixture
def daily(db):
    return LoanPolicy.objects.create(days=1, fine_per_day=Decimal("0.50"))


def test_a_fine_stops_at_the_policys_cap(ada, daily):
    daily.most_fine = Decimal("3.20")
    daily.save()
    late(ada)
    assert owed(ada) == Decimal("3.20")


def test_late_fines_of_one_person_stop_at_the_sites_cap(ada, daily, settings):
    settings.LIBRARY_FINE_CAP = Decimal("7.00")
    late(ada, barcode="B-1"), late(ada, barcode="B-2"), late(ada, barcode="B-3")
    assert owed(ada) == Decimal("7.00") and Fine.objects.count() == 2


def test_a_part_is_paid_and_the_rest_stays(ada, daily, librarian):
    late(ada)
    fine = fines.pay(Fine.objects.get(), Decimal("1.50"), by=librarian)
    assert (fine.balance, fine.settled_at) == (Decimal("4.00"), None)
    assert refusal(fines.pay, fine, Decimal("4.01"), by=librarian) == "too_much"
    assert refusal(fines.pay, fine, Decimal(0), by=librarian) == "bad_amount"
    assert fines.pay(fine, fine.balance, by=librarian).settled_at
    assert refusal(fines.pay, fine, Decimal(1), by=librarian) == "settled_already"


def test_the_oldest_fine_is_paid_first(ada, daily, librarian):
    late(ada, days=4, barcode="B-1"), late(ada, days=6, barcode="B-2")
    fines.pay_account(ada, Decimal("2.50"), of=Decimal("5.00"), by=librarian)
    assert [fine.balance for fine in Fine.objects.order_by("pk")] == [0, Decimal("2.50")]
    assert refusal(fines.pay_account, ada, Decimal("2.50"), of=Decimal("5.00"), by=librarian) == "balance_changed"


def test_waiving_needs_a_reason(ada, daily, librarian):
    late(ada)
    fine = Fine.objects.get()
    assert refusal(fines.waive, fine, by=librarian, reason="") == "no_reason"
    assert refusal(fines.waive, fine, by=librarian, reason="other", note=" ") == "no_reason"
    fines.waive(fine, by=librarian, reason="other", note="Flood")
    entry = FineEntry.objects.get(kind="waiver")
    assert (entry.reason, entry.note, entry.by, owed(ada)) == ("other", "Flood", librarian, 0)


def test_a_lost_book_costs_its_own_price_or_the_usual_one(ada, settings):
    settings.LIBRARY_LOST_PRICE = Decimal("30.00")
    for copy in (book("B-1", "Emma", price=Decimal("12.99")), book("B-2", "Persuasion")):
        loans.check_out(copy, to=ada)
        inventory.mark_lost(copy, by=None)
    assert owed(ada) == Decimal("42.99")


def test_a_found_book_costs_nothing_and_what_was_paid_comes_back(ada, librarian):
    copy = book(price=Decimal("20.00"))
    loans.check_out(copy, to=ada)
    inventory.mark_lost(copy, by=None)
    fines.pay(Fine.objects.get(), Decimal("5.00"), by=librarian)
    copy.refresh_from_db()
    inventory.found(copy, by=librarian)
    assert owed(ada) == Decimal("-5.00"), "to be given back"
    fines.refund(Fine.objects.get(), by=librarian)
    assert owed(ada) == 0 and refusal(fines.refund, Fine.objects.get(), by=librarian) == "nothing_to_refund"


def test_after_its_days_a_found_book_gives_no_money_back(ada, librarian, settings):
    settings.LIBRARY_REFUND_DAYS = 0
    copy = book(price=Decimal("20.00"))
    loan = loans.check_out(copy, to=ada)
    inventory.mark_lost(copy, by=None)
    fines.pay(Fine.objects.get(), Decimal("5.00"), by=librarian)
    loans.settle_lost(loan, by=librarian)
    copy.refresh_from_db()
    inventory.restore(copy, by=librarian)
    assert owed(ada) == 0, "the rest is cancelled all the same"


def test_who_owes_more_than_the_limit_borrows_and_renews_nothing(ada, daily, librarian, settings):
    settings.LIBRARY_FINE_LIMIT = Decimal("5.00")
    loan = loans.check_out(book("B-9", "Emma"), to=ada)
    late(ada)
    assert refusal(loans.check_out, book("B-2", "Persuasion"), to=ada) == "owes_too_much"
    assert refusal(loans.renew, loan) == "owes_too_much"
    fines.pay(Fine.objects.get(), Decimal("0.50"), by=librarian)
    assert loans.renew(loan).renewals == 1, "the limit itself is no reason"


def test_history_keeps_the_name_of_who_has_money_to_come(ada, librarian, settings):
    settings.LIBRARY_HISTORY_DAYS = 30
    copy = book(price=Decimal("20.00"))
    loans.check_out(copy, to=ada)
    inventory.mark_lost(copy, by=None)
    fines.pay(Fine.objects.get(), Decimal("20.00"), by=librarian)
    copy.refresh_from_db()
    inventory.found(copy, by=librarian)
    retention.forget(NOW() + timedelta(days=60))
    assert Loan.objects.get().person == ada


CENTS = st.integers(1, 5000).map(lambda cents: Decimal(cents) / 100)
STEP = st.one_of(
    st.tuples(st.just("charge"), CENTS), st.tuples(st.just("pay"), CENTS), st.tuples(st.just("waive"), st.just(0))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=12))
def test_no_cent_is_ever_lost(db, steps):
    """Whatever is charged, paid and waived: what comes in and what is owed are what was charged."""
    reader = person(f"p-{next(NUMBERS)}", "Pat")
    charged = paid = waived = Decimal(0)
    for number, (act, amount) in enumerate(steps):
        owes = owed(reader)
        if act == "charge":
            copy = book(f"{reader.id_number}-{number}", "Emma")
            loan = Loan.objects.create(copy=copy, person=reader, due_at=NOW(), open_slot=None)
            fines.charge(loan, Fine.Kind.LATE, amount)
            charged += amount
        elif act == "pay" and amount <= owes:
            fines.pay_account(reader, amount, of=owes, by=None)
            paid += amount
        elif act == "pay":
            assert refusal(fines.pay_account, reader, amount, of=owes, by=None) == "too_much"
        elif owes:
            first = next(fine for fine in Fine.objects.filter(loan__person=reader) if fine.balance)
            waived += first.balance
            fines.waive(first, by=None, reason="goodwill")
    assert charged == paid + waived + owed(reader)
    lines = fines.statement(reader)
    assert (lines[-1][1] if lines else 0) == owed(reader)
    assert all(bool(fine.settled_at) == (fine.balance == 0) for fine in Fine.objects.filter(loan__person=reader))


@given(st.integers(0, 500), CENTS, st.none() | CENTS)
def test_a_fine_is_never_negative_and_never_above_its_cap(days, per_day, cap):
    due = NOW()
    amount = price_of_delay(
        days_late(due, due + timedelta(days=days), timezone.get_default_timezone()), per_day, (cap, None)
    )
    assert 0 <= amount <= (cap if cap is not None else per_day * days)


# --- at the doors ---------------------------------------------------------------------------------


def test_the_desk_records_a_part_and_shows_the_statement(client, librarian, ada, daily):
    late(ada)
    as_(client, librarian).post(f"/library/desk/people/{ada.pk}/pay/", {"amount": "1,50", "of": "5.50"})
    page = client.get(f"/library/desk/people/{ada.pk}/").content.decode()
    assert "4.00 to pay" in page
    statement = client.get(f"/library/desk/people/{ada.pk}/statement/").content.decode()
    assert "-1.50" in statement and "Still to pay" in statement
    assert "4.00" in as_(client, ada).get("/library/mine/statement/").content.decode()


def test_a_form_that_is_sent_twice_pays_once(client, librarian, ada, daily):
    late(ada)
    for _again in range(2):
        as_(client, librarian).post(f"/library/desk/people/{ada.pk}/pay/", {"amount": "1.50", "of": "5.50"})
    assert owed(ada) == Decimal("4.00")


def test_the_api_pays_and_waives_for_staff_and_shows_readers_their_own(librarian, ada, grace, daily):
    late(ada)
    url, desk = f"/api/v1/library/fines/{Fine.objects.get().pk}/", client_of(librarian)
    assert desk.post(f"{url}pay/", {"amount": "1.50"}, format="json").json()["balance"] == "4.00"
    waived = desk.post(f"{url}waive/", {"reason": "illness"}, format="json").json()
    assert (waived["balance"], waived["entries"][-1]["reason"]) == ("0.00", "illness")
    assert len(results(client_of(ada).get("/api/v1/library/fines/"))) == 1
    assert results(client_of(grace).get("/api/v1/library/fines/")) == []
