"""A reader decides that finished loans are forgotten: everywhere, after debts, and never by the desk."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail, WebhookDelivery, WebhookEndpoint
from config.errors import Refused
from library.circulation import fines, history, holds, inventory, loans, notices, policy, retention
from library.kiosk import actions
from library.models import BasketLine, CirculationEvent, Fine, HistoryChoice, Hold, Loan
from tests.library.test_stations import arrive
from tests.support.api import V1, client_of
from tests.support.library import book, inside, station

pytestmark = pytest.mark.django_db(transaction=True)


def tomorrow():
    return timezone.now() + timedelta(days=1)


def borrowed_and_returned(person, barcode="B-1", title="Emma", days_ago=1):
    at = timezone.now() - timedelta(days=days_ago)
    loans.check_out(book(barcode, title), to=person, at=at - timedelta(days=1))
    return loans.give_back(loans.by_barcode(barcode), at=at)


def names():
    return [loan.person.id_number if loan.person else None for loan in Loan.objects.order_by("pk")]


def test_who_chooses_nothing_keeps_the_usual_history(ada):
    borrowed_and_returned(ada)
    assert history.forget_all(timezone.now()) == 0 and names() == ["s-ada"]


def test_the_night_after_a_loan_is_forgotten_and_what_is_on_loan_stays(ada, grace):
    history.choose(ada, 0)
    borrowed_and_returned(ada, days_ago=0)
    assert history.forget_all(timezone.now()) == 0, "the day's file and receipts still name her"
    loans.check_out(book("B-2"), to=ada)
    borrowed_and_returned(grace, "B-3", "Persuasion")
    assert history.forget_all(tomorrow()) == 1
    assert names() == [None, "s-ada", "s-grace"]


def test_after_some_days(ada):
    history.choose(ada, 7)
    borrowed_and_returned(ada, days_ago=6)
    assert history.forget_all(tomorrow()) == 0
    assert history.forget_all(tomorrow() + timedelta(days=1)) == 1


def test_a_debt_is_settled_first(ada, librarian):
    history.choose(ada, 0)
    loan = borrowed_and_returned(ada)
    fine = fines.charge(loan, Fine.Kind.LATE, Decimal(2))
    assert history.forget_all(timezone.now()) == 0
    fines.pay(fine, Decimal(2), by=librarian)
    assert history.forget_all(timezone.now()) == 0, "what was paid today can still be printed"
    assert history.forget_all(tomorrow()) == 1 and names() == [None]


def test_a_lost_book_that_was_paid_for_keeps_its_name_as_long_as_it_may_be_refunded(ada, librarian, settings):
    settings.LIBRARY_LOST_PRICE = Decimal(20)
    history.choose(ada, 0)
    loan = loans.check_out(book("B-1"), to=ada)
    inventory.mark_lost(loan.copy, by=librarian)
    fine = Fine.objects.get()
    fines.pay(fine, fine.balance, by=librarian)
    loans.settle_lost(loan, by=librarian)
    assert history.forget_all(tomorrow()) == 0 and retention.forget(tomorrow() + timedelta(days=100)) == 0
    fines.cancel_lost(loan.copy, at=tomorrow())
    assert [one.balance for one in policy.unpaid(ada)] == [-fine.entries.first().amount]
    fines.refund(Fine.objects.get(), by=librarian)
    assert history.forget_all(tomorrow() + timedelta(days=1)) == 1 and names() == [None]


def test_a_reminder_of_two_books_is_not_sent_again_because_one_of_them_is_forgotten(ada, settings):
    due = timezone.now() - timedelta(days=max(settings.LIBRARY_OVERDUE_DAYS))
    for barcode, title in (("B-1", "Emma"), ("B-2", "It")):
        loan = loans.check_out(book(barcode, title), to=ada, at=due - timedelta(days=14))
        Loan.objects.filter(pk=loan.pk).update(due_at=due)
    notices.remind(timezone.now())
    OutgoingMail.objects.update(state="sent", body="Emma and It")
    loans.give_back(loans.by_barcode("B-1"))
    history.choose(ada, 0)
    history.forget_all(tomorrow())
    notices.remind(timezone.now())
    kept = OutgoingMail.objects.get(kind="library.overdue")
    assert kept.state == "sent" and "Emma" not in kept.subject + kept.body


def test_a_shorter_choice_applies_at_once_to_older_loans_and_cannot_be_undone(ada):
    borrowed_and_returned(ada)
    history.choose(ada, 0)
    assert names() == [None]
    history.choose(ada, None)
    assert names() == [None] and not HistoryChoice.objects.exists()


@pytest.mark.parametrize("days", [-1, 90, 4000])
def test_only_fewer_days_than_usual_can_be_chosen(ada, days):
    with pytest.raises(Refused, match="bad_days"):
        history.choose(ada, days)


def test_nothing_else_says_any_more_who_had_the_book(ada):
    """From the exit, with a hold, an e-mail and a webhook: then no row with the title or copy names Ada."""
    endpoint = WebhookEndpoint.objects.create(name="College", url="https://college.example.org/hook")
    copy = book("B-1", "Zqunique Title")
    Hold.objects.create(title=copy.title, person=ada, state="fulfilled", open_slot=None)
    place = station("exit")
    arrive(place, inside(ada))
    actions.scan(place.slug, copy)
    actions.finish(place.slug)
    OutgoingMail.objects.update(state="sent")
    loans.give_back(copy)
    WebhookDelivery.objects.filter(endpoint=endpoint).update(state="delivered")
    assert OutgoingMail.objects.filter(body__contains="Zqunique").exists()
    assert BasketLine.objects.filter(copy=copy).exists()
    history.choose(ada, 0)
    history.forget_all(tomorrow())
    assert not OutgoingMail.objects.filter(body__contains="Zqunique").exists()
    assert not BasketLine.objects.filter(copy=copy).exists() and not Hold.objects.exists()
    assert not CirculationEvent.objects.filter(copy=copy).exclude(person=None).exists()
    assert not WebhookDelivery.objects.filter(account=ada.pk, body__barcode="B-1").exists()
    assert Loan.objects.get().visit is None, "the visit would name her"
    assert CirculationEvent.objects.filter(kind="loaned").count() == 1, "statistics stay"


def test_what_still_waits_is_told_to_other_systems_first(ada):
    WebhookEndpoint.objects.create(name="College", url="https://college.example.org/hook")
    borrowed_and_returned(ada)
    before = WebhookDelivery.objects.filter(account=ada.pk).count()
    history.choose(ada, 0)
    assert before and WebhookDelivery.objects.filter(account=ada.pk).count() == before


def test_a_hold_that_is_open_and_a_second_loan_of_the_same_book_stay(ada, grace):
    history.choose(ada, 0)
    borrowed_and_returned(ada)
    copy = loans.by_barcode("B-1")
    loans.check_out(copy, to=grace)
    hold = holds.place(copy.title, ada)
    history.forget_all(timezone.now())
    assert Hold.objects.get() == hold and names() == [None, "s-grace"]


def test_a_reader_chooses_on_their_own_page(client, ada):
    borrowed_and_returned(ada)
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    assert "As the library does it: 90 days" in client.get("/library/mine/history/").content.decode()
    client.post("/library/mine/history/choice/", {"keep": "days", "days": "7"})
    assert history.chosen(ada) == 7
    assert "forgotten 7 days after" in client.get("/library/mine/history/").content.decode()
    bad = client.post("/library/mine/history/choice/", {"keep": "days", "days": "x"}, follow=True).content.decode()
    assert "enter a number of days" in bad and history.chosen(ada) == 7
    client.post("/library/mine/history/choice/", {"keep": "none"})
    assert names() == [None] and "in the night after" in client.get("/library/mine/history/").content.decode()
    client.post("/library/mine/history/choice/", {"keep": "usual"})
    assert history.chosen(ada) is None


def test_programs_choose_for_their_own_person_alone(ada, grace):
    api, address = client_of(ada), f"{V1}/library/history-choice/"
    assert api.put(address, {"days": 0}).json() == {"days": 0} and api.get(address).json() == {"days": 0}
    assert api.put(address, {"days": 90}).status_code == 409
    assert api.put(address, {"days": None}).json() == {"days": None}
    assert history.chosen(grace) is None
