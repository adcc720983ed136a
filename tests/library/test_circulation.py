"""In by the door, out with books: visits, baskets, loans, holds and the gate's permission."""

from __future__ import annotations

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models import OutgoingMail
from config.errors import Refused
from library.circulation import holds, loans, notices, retention
from library.desk import desk
from library.kiosk import at_exit
from library.kiosk import basket as baskets
from library.models import (
    Basket,
    CirculationEvent,
    Copy,
    ExitPass,
    Fine,
    Hold,
    Loan,
    LoanPolicy,
    PatronBlock,
    Turnstile,
    Visit,
)
from library.visits import exit_passes, visits
from library.visits.gates import SimulatedGate
from tests.conftest import person
from tests.support.library import book, inside
from tests.support.races import at_once

NOW = timezone.now


def refusal(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value.code


@pytest.fixture(autouse=True)
def empty_gate():
    SimulatedGate.opened.clear()


def scanned(person, *barcodes):
    basket = baskets.open_for(person, station="exit")
    for barcode in barcodes:
        baskets.add(basket, loans.by_barcode(barcode))
    return basket


def test_three_books_and_out(ada):
    inside(ada)
    for number in range(3):
        book(f"B-{number}", f"Book {number}")
    scanned(ada, "B-0", "B-1", "B-2")
    done = baskets.finish(ada, station="exit")
    assert [loan.copy.barcode for loan in done.loans] == ["B-0", "B-1", "B-2"]
    assert done.permission.allowed and done.permission.loans == 3
    assert SimulatedGate.opened == [done.permission.number] or list(SimulatedGate.opened) == [done.permission.number]
    assert not Visit.objects.filter(open_slot=1).exists()
    assert {loan.copy.title.title for loan in loans.open_loans(ada)} == {"Book 0", "Book 1", "Book 2"}
    kinds = list(CirculationEvent.objects.values_list("kind", flat=True))
    assert kinds == ["entered", "loaned", "loaned", "loaned", "left"]


def test_leaving_without_books_is_one_step(ada):
    inside(ada)
    done = baskets.finish(ada, station="exit")
    assert done.permission.allowed and done.loans == []


def test_scanning_twice_is_one_line_and_taking_back_frees_the_book(ada, grace):
    inside(ada), inside(grace)
    copy = book()
    basket = baskets.open_for(ada)
    line, new = baskets.add(basket, copy)
    assert new and baskets.add(basket, copy) == (line, False)
    assert refusal(baskets.add, baskets.open_for(grace), copy) == "in_another_basket"
    assert baskets.take_back(basket, line.pk) and not baskets.take_back(basket, line.pk)
    assert baskets.add(baskets.open_for(grace), copy)[1]


def test_a_barcode_that_the_catalogue_does_not_know_is_no_book(db):
    assert refusal(loans.by_barcode, "4006381333931") == "unknown_barcode"


def test_whoever_did_not_come_in_has_no_basket_and_no_way_out(ada):
    assert refusal(baskets.open_for, ada) == "not_inside"
    done = baskets.finish(ada, station="exit")
    assert (done.permission.allowed, done.permission.reason) == (False, "not_inside")
    assert not SimulatedGate.opened


def test_a_basket_is_parked_and_found_again_at_another_station(ada):
    inside(ada)
    book()
    scanned(ada, "B-1")
    again = baskets.open_for(ada, station="exit-2")
    assert [line.copy.barcode for line in baskets.lines(again)] == ["B-1"]


def test_the_tags_of_the_library_keep_the_gate_shut(ada):
    inside(ada)
    done = baskets.finish(ada, station="exit", alarm=True)
    assert (done.permission.allowed, done.permission.reason) == (False, "alarm")
    assert Visit.objects.filter(open_slot=1, person=ada).exists()


def test_all_books_or_none(ada, grace):
    inside(ada)
    first, second = book("B-1"), book("B-2", "Emma")
    scanned(ada, "B-1", "B-2")
    loans.check_out(second, to=grace)  # the desk was faster
    assert refusal(baskets.finish, ada, station="exit") == "on_loan"
    assert not Loan.objects.filter(copy=first).exists()
    assert len(baskets.lines(baskets.open_for(ada))) == 2
    assert not ExitPass.objects.exists()


def test_a_receipt_that_fails_keeps_nobody_in(ada, monkeypatch):
    def broken(taken):
        raise RuntimeError("no paper")

    monkeypatch.setattr("library.circulation.notices.receipt", broken)
    inside(ada)
    book()
    scanned(ada, "B-1")
    assert baskets.finish(ada, station="exit").permission.allowed


def test_a_gate_that_breaks_opens_nothing_and_is_written_down(ada, monkeypatch, settings):
    settings.LIBRARY_GATES = {"*": {"kind": "http", "url": "http://127.0.0.1:9/door"}}
    inside(ada)
    done = baskets.finish(ada, station="exit")
    assert done.permission.gate_answer.startswith("failed")


def test_a_pass_opens_once_and_not_for_long(ada):
    inside(ada)
    done = baskets.finish(ada, station="exit")
    assert not exit_passes.use(done.permission.number)  # the gate has used it
    fresh = ExitPass.objects.create(number="FRESH", person=ada, allowed=True, expires_at=NOW() + timedelta(seconds=60))
    assert not exit_passes.use(fresh.number, NOW() + timedelta(seconds=61))
    assert exit_passes.use(fresh.number) and not exit_passes.use(fresh.number)
    assert refusal(exit_passes.check, "NONSENSE") == "bad_pass"


def test_coming_in_twice_is_one_visit(ada):
    assert visits.enter(ada)[1] and not visits.enter(ada)[1]
    assert Visit.objects.count() == 1


def test_a_full_library_and_a_lapsed_membership_say_so(ada, grace, settings):
    settings.LIBRARY_CAPACITY = 1
    inside(ada)
    assert refusal(visits.enter, grace) == "full"
    grace.valid_until = timezone.localdate() - timedelta(days=1)
    assert refusal(visits.enter, grace) == "not_valid"


def test_a_visit_that_nobody_ended_ends_overnight(ada):
    visits.enter(ada, at=NOW() - timedelta(hours=20))
    assert visits.close_forgotten(NOW()) == 1
    assert Visit.objects.get().how_ended == "overnight"


# --- returns, renewals, holds ---------------------------------------------------------------------


def test_a_book_comes_back_and_is_free(ada):
    copy = book()
    loans.check_out(copy, to=ada)
    loan = loans.give_back(copy)
    assert loan.person == ada and loans.open_loans(ada) == []
    assert Copy.objects.get().status == "available"
    assert loans.give_back(copy) is None


def test_a_late_book_costs_only_what_the_policy_asks(ada):
    LoanPolicy.objects.create(days=1, fine_per_day=Decimal("0.50"))
    copy = book()
    loans.check_out(copy, to=ada, at=NOW() - timedelta(days=11))
    loans.give_back(copy)
    assert Fine.objects.get().amount == Decimal("5.00")


def test_who_waits_gets_the_next_copy_and_nobody_else(ada, grace):
    copy = book()
    loans.check_out(copy, to=ada)
    hold = holds.place(copy.title, grace)
    assert refusal(holds.place, copy.title, grace) == "held_already"
    assert refusal(loans.renew, Loan.objects.get()) == "on_hold"
    loans.give_back(copy)
    hold.refresh_from_db()
    copy.refresh_from_db()
    assert (hold.state, copy.status) == ("ready", "hold_shelf")
    assert refusal(loans.check_out, copy, to=ada) == "on_hold"
    loans.check_out(copy, to=grace)
    hold.refresh_from_db()
    assert hold.state == "fulfilled"


def test_nobody_waits_for_what_stands_on_the_shelf(ada, grace, settings):
    copy, second = book(), book("B-2")
    assert refusal(holds.place, copy.title, grace) == "on_shelf"
    loans.check_out(copy, to=ada)
    assert refusal(holds.place, copy.title, grace) == "on_shelf", "another copy stands there"
    LoanPolicy.objects.create(item_type="atlas", loanable=False)
    Copy.objects.filter(pk=second.pk).update(item_type="atlas")
    assert holds.place(copy.title, grace).state == "waiting", "one that nobody may borrow is no help"
    settings.LIBRARY_HOLD_FROM_SHELF = True
    assert holds.place(book("B-3", "Emma").title, grace).state == "waiting"


def test_a_book_that_nobody_picks_up_goes_to_the_next(ada, grace, librarian):
    copy = book()
    loans.check_out(copy, to=ada)
    first, second = holds.place(copy.title, grace), holds.place(copy.title, librarian)
    loans.give_back(copy)
    assert holds.expire(NOW() + timedelta(days=8)) == 1
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == ("expired", "ready")


def test_a_renewed_book_is_due_later_and_not_for_ever(ada):
    LoanPolicy.objects.create(days=10, renewals=1)
    loan = loans.check_out(book(), to=ada, at=NOW() - timedelta(days=8))
    due = loan.due_at
    assert loans.renew(loan).due_at > due
    assert refusal(loans.renew, loan) == "renewed_enough"


def test_the_most_particular_policy_counts(ada):
    LoanPolicy.objects.create(days=28)
    LoanPolicy.objects.create(days=7, item_type="film")
    LoanPolicy.objects.create(days=90, affiliation="student")
    now = NOW()
    assert (loans.check_out(book(), to=ada, at=now).due_at - now).days in (89, 90)
    film = book("F-1", "Metropolis", item_type="film")
    assert (loans.check_out(film, to=ada, at=now).due_at - now).days in (6, 7)


def test_a_block_by_a_librarian_holds(ada, librarian):
    PatronBlock.objects.create(person=ada, reason="Card stolen", by=librarian)
    assert refusal(loans.check_out, book(), to=ada) == "blocked"


def test_history_loses_its_names_but_what_is_owed_keeps_them(ada, settings):
    settings.LIBRARY_HISTORY_DAYS = 30
    LoanPolicy.objects.create(days=1, fine_per_day=1)
    paid, owed = book("B-1"), book("B-2", "Emma")
    for copy in (paid, owed):
        loans.check_out(copy, to=ada, at=NOW() - timedelta(days=60))
        loans.give_back(copy, at=NOW() - timedelta(days=40))
    Fine.objects.filter(loan__copy=paid).update(settled_at=NOW())
    assert retention.forget(NOW()) == 1
    assert Loan.objects.get(copy=owed).person == ada and Loan.objects.get(copy=paid).person is None


def test_after_its_days_nothing_in_the_library_says_who_was_there_and_read_what(ada, settings):
    settings.LIBRARY_HISTORY_DAYS = 30
    inside(ada)
    copy = book()
    scanned(ada, "B-1")
    baskets.finish(ada, station="exit")
    loans.give_back(copy)
    retention.forget(NOW() + timedelta(days=29))
    assert Loan.objects.get().person == ada, "not before"
    retention.forget(NOW() + timedelta(days=31))
    loan = Loan.objects.get()
    named = [
        *CirculationEvent.objects.exclude(person=None),
        *ExitPass.objects.exclude(person=None),
        *Visit.objects.exclude(person=None),
        *Basket.objects.all(),
    ]
    assert (loan.person, loan.visit.person, named) == (None, None, [])
    assert Visit.objects.count() == 1, "the hours at which people come are still known"


def test_who_is_inside_or_has_a_book_is_known_however_long_ago_it_began(ada, settings):
    settings.LIBRARY_HISTORY_DAYS = 30
    inside(ada)
    loans.check_out(book(), to=ada)
    retention.forget(NOW() + timedelta(days=400))
    assert visits.inside_ids() == {ada.pk} and loans.open_loans(ada)


def test_lost_and_found(ada):
    copy = book()
    loans.mark_lost(copy, by=None)
    assert refusal(loans.check_out, copy, to=ada) == "lost"
    loans.give_back(copy)
    assert Copy.objects.get().status == "available"


# --- at the same time -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_many_who_want_the_same_copies_at_once_get_each_of_them_once(db):
    people = [person(f"s-{number}", f"P{number}") for number in range(6)]
    copies = [book(f"B-{number}", f"Book {number}") for number in range(12)]
    codes: list[str] = []

    def take_all(who):
        try:
            for copy in copies:
                try:
                    loans.check_out(copy, to=who)
                except Refused as refused:
                    codes.append(refused.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=take_all, args=(who,)) for who in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Loan.objects.filter(open_slot=1).count() == 12
    assert set(codes) <= {"on_loan", "yours_already"}
    assert len(codes) == 6 * 12 - 12


@pytest.fixture
def one_place(transactional_db, settings):
    """Migrations make the turnstile; tests run without them."""
    Turnstile.objects.get_or_create(pk=visits.THE_ONE)
    settings.LIBRARY_CAPACITY = 1


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_taken_once_however_many_come_in_at_the_same_instant(one_place):
    people = [person(f"s-{number}", f"Reader {number}") for number in range(6)]
    for _round in range(25):
        answers = at_once(*[lambda who=who: visits.enter(who)[1] for who in people])
        assert sorted(map(str, answers)) == ["True", *["full"] * 5]
        Visit.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_who_takes_the_last_place_at_two_doors_at_once_is_welcome_at_both(one_place):
    ada = person("s-ada", "Ada")
    for _round in range(25):
        assert sorted(at_once(*[lambda: visits.enter(ada)[1]] * 3)) == [False, False, True]
        Visit.objects.all().delete()


def test_every_hold_of_a_queue_is_in_order(ada, grace):
    copy = book()
    loans.check_out(copy, to=ada)
    holds.place(copy.title, grace)
    assert [hold.person for hold in holds.queue_of(copy.title)] == [grace]
    assert Hold.objects.get().state == "waiting"


# --- lost books, and gates that fail --------------------------------------------------------------


def test_a_lost_book_is_settled_leaves_the_account_and_is_neither_renewed_nor_asked_for(ada, librarian):
    copy = book()
    loan = loans.check_out(copy, to=ada, at=NOW() - timedelta(days=60))
    assert refusal(loans.settle_lost, loan, by=librarian) == "not_lost"
    loans.mark_lost(copy, by=librarian)
    assert refusal(loans.renew, loan) == "lost"
    notices.remind(NOW())
    assert not OutgoingMail.objects.filter(kind="library.overdue").exists()
    loans.settle_lost(loan, by=librarian)
    assert loans.open_loans(ada) == [] and Copy.objects.get().status == "withdrawn"
    assert refusal(loans.settle_lost, loan, by=librarian) == "not_lost"


def test_a_gate_that_has_failed_is_opened_again_by_a_librarian_with_a_new_pass_once(ada, settings):
    settings.LIBRARY_GATES = {"*": {"kind": "http", "url": "http://127.0.0.1:9/door"}}
    inside(ada)
    failed = baskets.finish(ada, station="exit").permission
    settings.LIBRARY_GATES = {"*": {"kind": "simulator"}}
    said = desk.open_again(failed)
    fresh = ExitPass.objects.exclude(pk=failed.pk).get()
    assert fresh.gate_answer == "opened" and fresh.number in said
    assert refusal(exit_passes.again, failed) == "no_failed_gate"
    assert refusal(exit_passes.again, fresh) == "no_failed_gate"


def test_a_gate_is_not_opened_again_for_a_refusal_or_long_after(ada, settings):
    settings.LIBRARY_GATES = {"*": {"kind": "http", "url": "http://127.0.0.1:9/door"}}
    refused = exit_passes.refused(ada, "on_loan", station="exit")
    inside(ada)
    failed = baskets.finish(ada, station="exit").permission
    assert refusal(exit_passes.again, refused) == "no_failed_gate"
    assert refusal(exit_passes.again, failed, at=NOW() + timedelta(minutes=16)) == "no_failed_gate"


def test_at_the_desk_somebody_is_let_in_without_a_camera(ada):
    desk.let_in(ada)
    assert visits.inside_ids() == {ada.pk}


# --- limits, affiliations and days ------------------------------------------------------------------


def test_a_limit_counts_the_books_of_one_basket_too(ada):
    LoanPolicy.objects.create(days=28, most_loans=2)
    copies = [book(f"B-{number}", f"Book {number}") for number in range(3)]
    assert refusal(loans.check_out_all, copies, to=ada) == "too_many"
    assert not Loan.objects.exists()
    assert len(loans.check_out_all(copies[:2], to=ada)) == 2


def test_what_somebody_is_counts_more_than_their_role(ada):
    LoanPolicy.objects.create(days=90, affiliation=ada.affiliation)
    LoanPolicy.objects.create(days=7, role=ada.role)
    now = NOW()
    assert (loans.check_out(book(), to=ada, at=now).due_at - now).days in (89, 90)


def test_nothing_falls_due_on_a_weekday_on_which_the_library_is_shut(ada, settings):
    settings.LIBRARY_SHUT_WEEKDAYS = [5, 6]
    LoanPolicy.objects.create(days=5, renewals=9)
    monday = NOW() - timedelta(days=NOW().weekday())
    for later in (0, 1):  # five days after a Monday, and a Tuesday
        loan = loans.check_out(book(f"B-{later}", f"Book {later}"), to=ada, at=monday + timedelta(days=later))
        assert loan.due_at.weekday() == 0
        assert loans.renew(loan, at=monday + timedelta(days=7 + later)).due_at.weekday() == 0


def test_an_older_moment_does_not_make_somebody_at_the_exit_older():
    now = NOW()
    at_exit.arrive("exit", 1, now)
    at_exit.touch("exit", now - timedelta(seconds=20))
    assert at_exit.present("exit").seen_at == now
