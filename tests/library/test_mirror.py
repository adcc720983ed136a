"""The college's own desk: what happens there is known here, and nothing that was not said whole is believed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import make_password
from django.core.cache import cache
from django.utils import timezone

from accounts.credentials.pins import set_pin
from library.circulation import holds, loans
from library.circulation.ledger import in_flight, ledger
from library.kiosk import basket as baskets
from library.models import Basket, Branch, CirculationEvent, Copy, Fine, Hold, Loan, LoanPolicy, Transit
from library.sip2 import mirror
from library.sip2.client import accounts, from_settings
from library.sip2.client import client as client_module
from library.sip2.client.accounts import Unclear
from tests.conftest import person
from tests.support.library import book, inside, station
from tests.support.races import at_once
from tests.support.sip2 import LibrarySystem, client_to, damaged, hang_up, our_server, told

CHANGES = {"01", "09", "11", "15", "19", "25", "29", "37", "65"}  # questions that change something over there
AN_HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(client_module, "time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def there(settings, db):
    """The ledger is over there, on a real socket; nobody there has asked about anybody yet."""
    system = LibrarySystem()
    from_settings.forget()
    settings.LIBRARY_BACKEND, settings.SIP2_HOST, settings.SIP2_PORT = "sip2", "127.0.0.1", system.port
    settings.SIP2_USER, settings.SIP2_PASSWORD, settings.SIP2_TIMEOUT = "ostiary", "terminal password", 1
    settings.TIME_ZONE = "UTC"
    yield system
    system.close()
    from_settings.client().close()
    from_settings.forget()


def lent(system, who, barcode="B-1", title="Emma", **fields):
    """On loan here and there, for an hour."""
    loan = loans.check_out(book(barcode, title, **fields), to=who, at=timezone.now() - AN_HOUR)
    system.books[barcode] = who.id_number
    return loan


def look():
    """A round of the clock, in which everybody is due; nothing was asked that changes anything over there."""
    cache.delete(mirror.PAUSED)
    Loan.objects.filter(open_slot=1).update(asked_at=None)
    mirror.refresh(timezone.now())


def on_loan(who):
    return {loan.copy.barcode for loan in loans.open_loans(who)}


def events(kind):
    return list(CirculationEvent.objects.filter(kind=kind, station="library-system"))


# --- branches -------------------------------------------------------------------------------------


@pytest.fixture
def strange_return(db):
    """A book of the north at the south's return station."""
    north, south = (Branch.objects.create(code=code, name=code.title()) for code in ("NORTH", "SOUTH"))
    station("return", "south-return", branch=south)
    return north, south


def test_the_library_system_sends_its_books_home_itself(there, ada, strange_return):
    loan = lent(there, ada, branch=strange_return[0])
    ledger().give_back(loan.copy, at=timezone.now(), station="south-return")
    assert Copy.objects.get().status == "available"
    assert not Transit.objects.exists()
    assert "09" in there.codes()


def test_what_was_in_transit_before_is_received_without_a_question_there(there, strange_return):
    north, south = strange_return
    copy = book("B-1", "Emma", branch=north, status="in_transit")
    Transit.objects.create(copy=copy, origin=south)
    assert ledger().give_back(copy, at=timezone.now(), here=north) is None
    assert Copy.objects.get().status == "available"
    assert not Transit.objects.exists()
    assert "09" not in there.codes()


# --- what happened there --------------------------------------------------------------------------


def test_a_book_that_came_back_at_their_desk_is_back_here(there, ada):
    lent(there, ada)
    lent(there, ada, "B-2", "Persuasion")
    del there.books["B-1"]
    look()
    assert on_loan(ada) == {"B-2"}
    assert Copy.objects.get(barcode="B-1").status == "available"
    [event] = events("returned")
    assert (event.person, event.copy.barcode) == (ada, "B-1")
    assert not CHANGES & set(there.codes())


def test_it_goes_to_the_hold_shelf_where_somebody_waits_and_is_not_fined(there, ada, grace):
    LoanPolicy.objects.create(days=1, fine_per_day=1)
    loan = loans.check_out(book("B-1", "Emma"), to=ada, at=timezone.now() - timedelta(days=9))
    holds.place(loan.copy.title, grace)
    look()
    assert Copy.objects.get().status == "hold_shelf" and Hold.objects.get().state == "ready"
    assert not Fine.objects.exists(), "when it came back is not known here"


def test_a_date_that_has_changed_there_is_taken_over_and_one_that_has_lost_its_seconds_is_not(there, ada):
    loan = lent(there, ada)
    there.dues["B-1"] = f"{loan.due_at:%Y%m%d    %H%M}00"
    look()
    assert Loan.objects.get().due_at == loan.due_at and not events("renewed")
    there.dues["B-1"] = "20300401    120000"
    look()
    assert Loan.objects.get().due_at == datetime(2030, 4, 1, 12, tzinfo=UTC)
    look()
    [event] = events("renewed")
    assert event.loan == loan and event.detail["was_due"]


def test_a_book_that_was_lent_there_is_on_loan_here_too(there, ada):
    lent(there, ada)
    copy = book("B-2", "Persuasion")
    there.books |= {"B-2": "s-ada", "X-UNKNOWN": "s-ada"}
    there.dues["B-2"] = "20300401    120000"
    look()
    assert on_loan(ada) == {"B-1", "B-2"} and "Warning" not in from_settings.is_there()
    copy.refresh_from_db()
    assert copy.status == "on_loan" and Loan.objects.get(copy=copy).due_at.year == 2030
    assert [event.copy.barcode for event in events("loaned")] == ["B-2"]
    look()
    assert len(events("loaned")) == 1


def test_a_book_that_was_lent_there_without_a_date_is_said(there, ada):
    lent(there, ada)
    book("B-2", "Persuasion")
    there.books["B-2"] = "s-ada"
    look()
    assert on_loan(ada) == {"B-1", "B-2"} and "no due dates" in from_settings.is_there()


def test_a_book_that_was_held_for_somebody_else_and_went_out_there_lets_them_wait_on(there, ada, grace):
    lent(there, ada)
    loan = loans.check_out(book("B-2", "Persuasion"), to=ada)
    hold = holds.place(loan.copy.title, grace)
    loans.give_back(loan.copy)
    there.books["B-2"] = "s-ada"
    look()
    hold.refresh_from_db()
    assert (hold.state, hold.copy) == ("waiting", None) and on_loan(ada) == {"B-1", "B-2"}


def test_a_book_that_went_on_to_another_reader_there_is_on_their_account_here(there, ada, grace):
    lent(there, ada)
    lent(there, grace, "B-2", "Persuasion")
    there.books["B-1"] = "s-grace"
    look()
    assert (on_loan(ada), on_loan(grace)) == (set(), {"B-1", "B-2"})


def test_a_book_that_somebody_unknown_here_has_there_leaves_the_account_when_the_lists_are_in_barcodes(there, ada):
    lent(there, ada)
    lent(there, ada, "B-2", "Persuasion")
    there.books["B-1"] = "stranger"
    look()
    assert on_loan(ada) == {"B-2"}


def test_a_long_list_is_read_to_its_end(there, ada, monkeypatch):
    monkeypatch.setattr(accounts, "PAGE", 3)
    for number in range(8):
        lent(there, ada, f"B-{number}", f"Book {number}")
    del there.books["B-7"]
    look()
    assert on_loan(ada) == {f"B-{number}" for number in range(7)}
    assert there.codes().count("63") == 3


# --- what is not believed -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "trick",
    [
        told(CQ="N"),
        told(BL="N"),
        told(drop=("BL",)),
        told({"charged": "    "}),
        told({"charged": "0003"}),
        told(AA="s-somebody-else"),
        told({"charged": "0000"}, AU="B-1"),
        hang_up,
        lambda line: b"",
        lambda line: line[:40] + b"\r",
        lambda line: b"9" * 20_000 + b"\r",
    ],
    ids=[
        "a PIN is missed",
        "unknown account",
        "no word about the account",
        "no number",
        "fewer than there are",
        "another's account",
        "more than there are",
        "hung up",
        "silence",
        "cut",
        "noise",
    ],
)
def test_what_proves_nothing_ends_nothing(there, ada, trick):
    lent(there, ada)
    del there.books["B-1"]  # the book itself says that it is back; the account does not
    there.tricks["63"] = [trick] * 6
    look()
    assert on_loan(ada) == {"B-1"} and not events("returned") and not events("loaned")


def test_a_list_with_a_wrong_checksum_is_never_read(there, ada):
    lent(there, ada)
    del there.books["B-1"]
    there.tricks |= {"63": [damaged] * 9, "97": [damaged] * 9}
    look()
    assert on_loan(ada) == {"B-1"} and "97" in there.codes()


def test_lists_that_name_titles_say_nothing_of_who_has_a_book(there, ada):
    lent(there, ada)
    there.tricks["63"] = [told(AU="Emma, by Jane Austen")] * 2
    look()
    assert on_loan(ada) == {"B-1"}


def test_an_account_that_is_empty_while_the_book_is_charged_ends_nothing(there, ada):
    """A system that shows no lists without a PIN says nought of everybody."""
    lent(there, ada)
    there.tricks["63"] = [told({"charged": "0000"}, drop=("AU",))] * 3
    look()
    assert on_loan(ada) == {"B-1"}


def test_a_list_that_leaves_out_what_is_overdue_ends_nothing(there, ada):
    lent(there, ada)
    lent(there, ada, "B-2", "Persuasion")
    there.late.add("B-1")
    there.tricks["63"] = [told({"charged": "0001"}, AU="B-2")]
    look()
    assert on_loan(ada) == {"B-1", "B-2"}


@pytest.mark.parametrize("place", ["01", "02", "11", "12", "13", "  "])
def test_a_book_that_is_neither_back_nor_charged_stays_where_it_is(there, ada, place):
    lent(there, ada)
    lent(there, ada, "B-2", "Persuasion")
    del there.books["B-1"]
    there.places["B-1"] = place
    look()
    assert on_loan(ada) == {"B-1", "B-2"}


def test_an_answer_about_another_book_ends_nothing(there, ada):
    lent(there, ada)
    del there.books["B-1"]
    there.tricks["17"] = [told(AB="B-9")]
    look()
    assert on_loan(ada) == {"B-1"}


def test_pages_that_repeat_themselves_are_no_list(there, ada, monkeypatch):
    monkeypatch.setattr(accounts, "PAGE", 1)
    lent(there, ada)
    lent(there, ada, "B-2", "Persuasion")
    there.tricks["63"] = [told(AU="B-2")] * 2
    with pytest.raises(Unclear, match="twice"):
        accounts.items(from_settings.client(), "s-ada")


def test_a_number_that_moves_between_two_pages_is_no_list(there, ada, monkeypatch):
    monkeypatch.setattr(accounts, "PAGE", 1)
    lent(there, ada)
    lent(there, ada, "B-2", "Persuasion")
    there.tricks["63"] = [told({"charged": "0003"})]
    with pytest.raises(Unclear, match="changed"):
        accounts.items(from_settings.client(), "s-ada")


def test_one_odd_account_does_not_stop_the_others(there, ada, grace):
    lent(there, ada)
    lent(there, grace, "B-2", "Persuasion")
    there.books.clear()
    there.tricks["63"] = [hang_up] * 2
    look()
    assert (on_loan(ada), on_loan(grace)) == ({"B-1"}, set())


def test_a_system_that_is_down_is_said_once_left_alone_and_asked_again_next_time(there, ada, caplog, settings):
    lent(there, ada)
    there.books.clear()
    settings.SIP2_HOST, settings.SIP2_PORT = "127.0.0.1", 9
    for _round in range(3):
        look()
    assert [line.levelname for line in caplog.records if "cannot be asked" in line.getMessage()] == ["WARNING"]
    assert len([line for line in caplog.records if line.levelname == "WARNING"]) == 1
    settings.SIP2_PORT = there.port
    Loan.objects.update(asked_at=None)
    mirror.refresh(timezone.now())
    assert there.heard == [] and on_loan(ada) == {"B-1"}, "left alone until the next round"
    look()
    assert on_loan(ada) == set()


# --- at the same time -----------------------------------------------------------------------------


def test_a_loan_that_is_made_while_the_question_is_out_is_not_ended(there, ada, monkeypatch):
    lent(there, ada)
    copy = book("B-2", "Persuasion")
    whole = accounts.items

    def slow(client, patron, *rest):
        said = whole(client, patron, *rest)
        loans.check_out(copy, to=ada)  # borrowed there too, but after that answer
        return said

    monkeypatch.setattr(accounts, "items", slow)
    look()
    assert on_loan(ada) == {"B-1", "B-2"}


def test_a_loan_that_ended_and_began_again_since_is_another_loan(ada):
    old = loans.check_out(book("B-1"), to=ada)
    loans.give_back(old.copy)
    loans.check_out(old.copy, to=ada)
    assert mirror.end(old) is False and on_loan(ada) == {"B-1"}


def test_what_is_scanned_at_the_exit_or_just_being_borrowed_is_left_alone(there, ada, grace):
    lent(there, ada)
    inside(ada)
    book("B-2", "Persuasion"), book("B-3", "Sanditon")
    basket = baskets.open_for(ada)
    baskets.add(basket, loans.by_barcode("B-2"))
    there.books |= {"B-2": "s-ada"}
    look()
    assert on_loan(ada) == {"B-1"}
    baskets.abandon(basket)
    ledger().check_out(Copy.objects.get(barcode="B-3"), to=ada, at=timezone.now())
    Loan.objects.filter(copy__barcode="B-3").delete()  # between their yes and our own transaction
    look()
    assert on_loan(ada) == {"B-1", "B-2"}


def test_books_of_an_exit_that_was_killed_after_they_were_lent_there_are_on_loan_here(there, ada):
    """Borrowed over there, and the process died before our transaction: nothing on loan here, the basket still open."""
    basket = baskets.open_for(inside(ada))
    for barcode in ("B-1", "B-2"):
        baskets.add(basket, book(barcode, barcode))
    there.books["B-1"] = "s-ada"
    mirror.refresh(timezone.now())
    assert on_loan(ada) == set(), "perhaps they are being borrowed at this moment"
    Basket.objects.update(touched_at=timezone.now() - AN_HOUR)
    for _round in range(2):
        mirror.refresh(timezone.now())
    assert on_loan(ada) == {"B-1"}
    assert [line.copy.barcode for line in baskets.lines(basket)] == ["B-2"], "only scanned: still in the basket"
    assert not CHANGES & set(there.codes())


def test_a_book_that_is_just_coming_back_or_being_renewed_here_is_left_alone(there, ada):
    loan, other = lent(there, ada), lent(there, ada, "B-2", "Persuasion")
    in_flight.mark(loan.copy)
    in_flight.mark(other.copy)
    del there.books["B-1"]
    there.dues["B-2"] = "20300401    120000"
    look()
    assert on_loan(ada) == {"B-1", "B-2"} and not events("renewed")


@pytest.mark.django_db(transaction=True)
def test_what_is_learnt_and_what_is_done_here_at_the_same_instant_is_written_once():
    ada, long_ago = person("s-ada", "Ada"), timezone.now() - AN_HOUR
    copy = book("B-1", "Emma")
    for round_number in range(1, 16):
        at_once(
            lambda: loans.check_out(copy, to=ada),
            lambda: mirror.lend(copy, to=ada, due=None, asked=timezone.now()),
            lambda: mirror.lend(copy, to=ada, due=None, asked=timezone.now()),
        )
        loan = Loan.objects.get(open_slot=1)
        at_once(*[lambda loan=loan: mirror.end(loan)] * 2, lambda: loans.give_back(copy))
        assert not Loan.objects.filter(open_slot=1).exists()
        assert [CirculationEvent.objects.filter(kind=kind).count() for kind in ("loaned", "returned")] == [
            round_number
        ] * 2
        Loan.objects.update(taken_at=long_ago, returned_at=long_ago)


def test_a_loan_that_was_returned_here_after_the_question_is_not_made_again(there, ada, grace):
    lent(there, ada)
    asked = timezone.now()
    loan = loans.check_out(book("B-2", "Persuasion"), to=ada, at=asked - AN_HOUR)
    loans.give_back(loan.copy)
    assert mirror.lend(loan.copy, to=ada, due=None, asked=asked) is None
    loans.check_out(loan.copy, to=grace)
    assert mirror.lend(loan.copy, to=ada, due=None, asked=asked) is None


def test_what_was_renewed_here_since_it_was_read_keeps_its_date(ada):
    loan = loans.check_out(book("B-1"), to=ada, at=timezone.now() - AN_HOUR * 24 * 5)
    renewed = loans.renew(Loan.objects.get())
    assert mirror.put_off(loan, loan.due_at + AN_HOUR * 24) is False
    assert Loan.objects.get().due_at == renewed.due_at


# --- whom, and how often --------------------------------------------------------------------------


def test_everybody_is_asked_about_once_in_a_while_those_who_waited_longest_first(there, ada, grace, settings):
    settings.LIBRARY_SIP2_REFRESH = 30
    now = timezone.now()
    lent(there, ada)
    lent(there, grace, "B-2", "Persuasion")
    Loan.objects.filter(person=grace).update(asked_at=now - AN_HOUR * 2)
    mirror.refresh(now)
    asked = [line for line in there.heard if line.startswith(b"63")]
    assert [b"s-grace" in line for line in asked] == [True, False]
    mirror.refresh(now + timedelta(minutes=29))
    assert there.codes().count("63") == 2
    mirror.refresh(now + timedelta(minutes=31))
    assert there.codes().count("63") == 4


def test_a_run_is_short_and_the_next_goes_on(there, monkeypatch):
    monkeypatch.setattr(mirror, "PEOPLE", 2)
    for number in range(5):
        lent(there, person(f"s-{number}", "R"), f"B-{number}", f"Book {number}")
    there.books.clear()
    now = timezone.now()
    for left in (3, 1, 0, 0):
        mirror.refresh(now)
        assert Loan.objects.filter(open_slot=1).count() == left


def test_of_two_clocks_one_asks(there, ada):
    lent(there, ada)
    now = timezone.now()
    before = now - timedelta(minutes=30)
    assert mirror._claim(ada, before, now) and not mirror._claim(ada, before, now)


@pytest.mark.parametrize(("name", "value"), [("LIBRARY_BACKEND", "local"), ("LIBRARY_SIP2_REFRESH", 0)])
def test_it_can_be_turned_off(there, ada, settings, name, value):
    lent(there, ada)
    setattr(settings, name, value)
    look()
    assert there.heard == []


# --- against our own server -----------------------------------------------------------------------


@pytest.fixture
def machine(settings, transactional_db):
    settings.SIP2_TERMINALS = {"selfcheck": make_password("terminal password")}
    settings.SIP2_INSTITUTION = "college"
    with our_server() as port:
        made = client_to(port)
        yield made
        made.close()


def test_our_own_server_tells_a_long_list_whole_and_where_a_book_is(machine, settings):
    settings.SIP2_ASK_PIN = False
    ada = person("s-ada", "Ada")
    copies = [book(f"B-{number}", f"Book {number}") for number in range(120)]
    loans.check_out_all(copies, to=ada)
    assert accounts.items(machine, "s-ada") == {copy.barcode for copy in copies}
    assert accounts.items(machine, "s-ada", accounts.OVERDUE) == frozenset()
    item = machine.look_at("B-1")
    assert item.circulation == "04" and item.due is not None
    loans.give_back(copies[1])
    assert machine.look_at("B-1").circulation == "03" and len(accounts.items(machine, "s-ada")) == 119


def test_our_own_server_that_asks_for_a_pin_proves_nothing_without(machine):
    ada = person("s-ada", "Ada")
    set_pin(ada, "2468", by=ada)
    loans.check_out(book("B-1"), to=ada)
    with pytest.raises(Unclear, match="PIN"):
        accounts.items(machine, "s-ada")
