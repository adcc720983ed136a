"""The client against a library system that misbehaves, and the ledger that is kept there."""

from __future__ import annotations

import socket
import threading
from types import SimpleNamespace

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from config.errors import Refused
from library.circulation import loans
from library.circulation.ledger import ledger
from library.kiosk import basket as baskets
from library.models import CirculationEvent, ExitPass, Loan, LoanPolicy, PatronBlock
from library.sip2.client import client as client_module
from library.sip2.client import from_settings
from library.sip2.codec.messages import Message, encode
from tests.support.library import book, inside
from tests.support.sip2 import LibrarySystem, client_to, cut, damaged, hang_up, told

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = pytest.mark.same_on_every_database


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch):
    monkeypatch.setattr(client_module, "time", SimpleNamespace(sleep=lambda seconds: None))


@pytest.fixture
def there():
    system = LibrarySystem()
    yield system
    system.close()


@pytest.fixture
def us(there):
    made = client_to(there.port, timeout=1.0)
    yield made
    made.close()


@pytest.fixture
def remote(there, settings):
    """This site keeps its loans over there."""
    from_settings.forget()
    settings.LIBRARY_BACKEND, settings.SIP2_HOST, settings.SIP2_PORT = "sip2", "127.0.0.1", there.port
    settings.SIP2_USER, settings.SIP2_PASSWORD, settings.SIP2_TIMEOUT = "ostiary", "terminal password", 1
    yield there
    if settings.SIP2_HOST:
        from_settings.client().close()
    from_settings.forget()


def refusal(act, *args, **how):
    with pytest.raises(Refused) as caught:
        act(*args, **how)
    return caught.value.code


def test_it_signs_in_looks_and_borrows(us, there):
    lent = us.check_out("s-ada", "B-1")
    assert there.codes() == ["93", "99", "11"]
    assert there.books == {"B-1": "s-ada"}
    assert (lent.due.year, lent.title) == (2030, "A book")
    assert us.has("s-ada", "B-1") and not us.has("s-ada", "B-2")
    us.check_in("B-1")
    assert there.books == {}


def test_a_wrong_login_and_a_system_that_is_closed_are_said(there):
    assert refusal(client_to(there.port, password="wrong").status) == "library_system_login"
    there.online = False
    assert refusal(client_to(there.port).status) == "library_system_offline"


def test_a_damaged_answer_is_asked_for_again(us, there):
    there.tricks["11"] = [damaged]
    assert us.check_out("s-ada", "B-1").title == "A book"
    assert there.codes() == ["93", "99", "11", "97"]


def test_a_damaged_question_is_sent_again(us, there):
    us.status()
    there.tricks["63"] = [lambda line: encode(Message("96"), None)]
    us.patron("s-ada")
    asked = [line for line in there.heard if line.startswith(b"63")]
    assert len(asked) == 2 and asked[0] == asked[1]


def test_an_answer_to_an_older_question_is_not_taken_for_this_one(us, there):
    other = encode(Message("12", {"ok": "1", "at": " " * 18}, (("AB", "B-1"),)), 7)
    there.tricks["11"] = [lambda line: other + line]
    there.refuses.add("B-1")
    assert refusal(us.check_out, "s-ada", "B-1") == "library_system_refused"


def test_an_answer_about_another_book_is_none(us, there):
    there.tricks["11"] = [lambda line: line.replace(b"ABB-1|", b"ABB-9|").partition(b"AY")[0] + b"\r"]
    assert refusal(us.check_out, "s-ada", "B-1") == "library_system_silent"


def test_a_line_that_breaks_before_the_answer_lends_once(us, there):
    """The first question was heard; the second is refused there, and the account says that it is lent."""
    there.tricks["11"] = [hang_up]
    us.check_out("s-ada", "B-1")
    asked = [line for line in there.heard if line.startswith(b"11")]
    assert len(asked) == 2 and asked[0] == asked[1]  # the same number, the same line
    assert there.books == {"B-1": "s-ada"}


def test_a_refusal_need_not_name_the_book_or_the_person(us, there):
    there.refuses.add("B-1")
    there.tricks["11"] = [told(AB="")]
    assert refusal(us.check_out, "s-ada", "B-1") == "library_system_refused"
    there.tricks["63"] = [told(AA="", BL="N"), told(AA="")]
    assert refusal(us.patron, "s-ada") == "patron_unknown"
    assert refusal(us.patron, "s-ada") == "library_system_silent", "an account without a name is nobody's"


def already_lent(there):
    """A system that does a question again instead of saying its answer again."""
    there.repeats = True
    there.tricks["11"] = [damaged]


def test_a_damaged_answer_that_ends_in_already_on_loan_asks_the_account(us, there):
    already_lent(there)
    assert us.check_out("s-ada", "B-1").due is None
    assert there.books == {"B-1": "s-ada"} and there.codes()[-2:] == ["63", "17"]


def test_a_refusal_after_damage_is_a_refusal_where_the_account_has_no_such_book(us, there):
    there.books["B-1"] = "s-grace"
    already_lent(there)
    assert refusal(us.check_out, "s-ada", "B-1") == "library_system_refused"


def test_half_an_answer_is_no_answer(us, there):
    there.tricks["11"] = [cut]
    us.check_out("s-ada", "B-1")
    assert there.codes().count("93") == 2  # it connected again


def test_silence_is_said_after_three_tries(there):
    there.tricks["63"] = [hang_up] * 3
    assert refusal(client_to(there.port).patron, "s-ada") == "library_system_silent"
    assert there.codes().count("63") == 3


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert refusal(client_to(port).status) == "library_system_silent"


def test_an_account_that_is_not_valid_or_a_wrong_password_is_refused(us, there):
    assert us.patron("s-ada", "1234").get("AE") == "Ada"
    there.password_is_right = False
    assert refusal(us.patron, "s-ada", "1234") == "patron_password"
    us.patron("s-ada")  # none was sent, so none is judged
    there.unknown.add("s-ada")
    assert refusal(us.patron, "s-ada") == "patron_unknown"


def test_what_cannot_be_written_on_a_line_is_not_sent(us, there):
    assert refusal(us.check_out, "s-ada|BIY", "B-1") == "not_for_sip2"
    assert "11" not in there.codes()


def test_many_threads_speak_one_after_the_other(us, there):
    threads = [threading.Thread(target=us.check_out, args=("s-ada", f"B-{n}")) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(there.books) == 12 and there.codes().count("93") == 1


# --- the ledger over there ------------------------------------------------------------------------


def scanned(person, *barcodes):
    inside(person)
    basket = baskets.open_for(person)
    for number, barcode in enumerate(barcodes):
        baskets.add(basket, book(barcode, f"Book {number}"))


def test_a_basket_is_borrowed_there_and_written_here(ada, remote):
    scanned(ada, "B-1", "B-2")
    done = baskets.finish(ada, station="exit")
    assert remote.books == {"B-1": "s-ada", "B-2": "s-ada"}
    assert {loan.due_at.year for loan in Loan.objects.all()} == {2030}  # their date counts
    assert done.permission.allowed and len(done.loans) == 2
    assert remote.codes().count("63") == 1  # the account is looked at once


def test_one_refusal_there_gives_everything_back(ada, remote):
    remote.refuses.add("B-3")
    scanned(ada, "B-1", "B-2", "B-3")
    assert refusal(baskets.finish, ada, station="exit") == "library_system_refused"
    assert remote.books == {} and not Loan.objects.exists() and not ExitPass.objects.exists()
    assert remote.codes().count("09") == 2


def test_what_cannot_be_given_back_is_said_loudly_and_remembered(ada, remote, caplog):
    remote.refuses.add("B-2")
    remote.tricks["09"] = [hang_up] * 3
    scanned(ada, "B-1", "B-2")
    assert refusal(baskets.finish, ada, station="exit") == "library_system_refused"
    assert any(line.levelname == "CRITICAL" and "B-1" in line.getMessage() for line in caplog.records)
    event = CirculationEvent.objects.get(kind="refused")
    assert (event.copy.barcode, event.detail["code"]) == ("B-1", "unsettled_in_the_library_system")


def critical(caplog):
    return [line.getMessage() for line in caplog.records if line.levelname == "CRITICAL"]


def test_a_loan_that_was_never_asked_for_is_no_alarm(ada, remote, caplog, monkeypatch):
    """The system goes away between the account and the book: nothing was sent, so nothing can have been lent."""
    monkeypatch.setattr("library.circulation.ledger.in_flight.mark", lambda copy: remote.gone.wait(10))
    remote.tricks["63"] = [lambda line: remote.go_away() or line]
    scanned(ada, "B-1")
    assert refusal(baskets.finish, ada, station="exit") == "library_system_silent"
    assert remote.codes() == ["93", "99", "63"]
    assert not critical(caplog) and not CirculationEvent.objects.filter(kind="refused").exists()


def test_a_loan_that_nobody_answered_and_nobody_made_is_no_alarm(ada, remote, caplog):
    remote.deaf.add("11")
    remote.tricks["11"] = [hang_up] * 3
    scanned(ada, "B-1")
    assert refusal(baskets.finish, ada, station="exit") == "library_system_silent"
    assert not critical(caplog) and "09" not in remote.codes()


def test_a_loan_that_nobody_answered_and_that_was_made_is_given_back(ada, remote, caplog):
    remote.tricks["11"] = [hang_up] * 3
    scanned(ada, "B-1")
    assert refusal(baskets.finish, ada, station="exit") == "library_system_silent"
    assert remote.books == {} and remote.codes()[-2:] == ["63", "09"]
    assert not critical(caplog) and not Loan.objects.exists()


def test_a_loan_that_nobody_made_is_no_alarm_where_the_account_is_unclear(ada, remote, caplog):
    """The account is not whole, the book cannot be asked about, and its return is refused: nobody has it."""
    remote.deaf.add("11")
    remote.tricks["11"] = [hang_up] * 3
    remote.tricks["63"] = [lambda line: line, told({"charged": "0002"}), told({"charged": "0002"})]
    remote.tricks["17"] = [hang_up] * 2
    scanned(ada, "B-1")
    assert refusal(baskets.finish, ada, station="exit") == "library_system_silent"
    assert not critical(caplog) and remote.codes()[-1] == "09"


def test_a_loan_that_nobody_answers_about_is_said_loudly(ada, remote, caplog):
    remote.tricks["11"] = [hang_up] * 3
    remote.tricks["63"] = [lambda line: line, hang_up, hang_up]
    scanned(ada, "B-1")
    assert refusal(baskets.finish, ada, station="exit") == "library_system_silent"
    assert any("B-1" in line for line in critical(caplog))


def test_a_system_that_closes_after_it_has_heard_of_a_loan_is_asked_about_it(ada, remote, caplog):
    """The second try meets `not online`, which says nothing of the first."""

    def lend_and_close(line):
        remote.online = False

    remote.tricks["11"] = [lend_and_close]
    scanned(ada, "B-1")
    assert refusal(baskets.finish, ada, station="exit") == "library_system_silent"
    assert any("B-1" in line for line in critical(caplog))


def test_a_failure_of_our_own_gives_everything_back(ada, remote, monkeypatch):
    def broken(*args, **how):
        raise RuntimeError("disk full")

    scanned(ada, "B-1", "B-2")
    monkeypatch.setattr("library.visits.exit_passes.decide", broken)
    with pytest.raises(RuntimeError):
        baskets.finish(ada, station="exit")
    assert remote.books == {} and not Loan.objects.exists()


def test_what_our_own_rules_refuse_is_never_asked_for(ada, remote):
    copy = book()
    PatronBlock.objects.create(person=ada, reason="Card stolen")
    assert refusal(ledger().check_out, copy, to=ada, at=timezone.now()) == "blocked"
    assert remote.heard == []


def test_one_loan_comes_back_and_is_renewed_there(ada, remote):
    LoanPolicy.objects.create(days=5, renewals=3)
    copy = book()
    loan = ledger().check_out(copy, to=ada, at=timezone.now())
    assert ledger().renew(loan, at=timezone.now()).due_at.year == 2030
    remote.refuses.add("B-1")
    assert refusal(ledger().renew, loan, at=timezone.now()) == "library_system_refused"
    assert Loan.objects.get().renewals == 1  # the refused one left no trace
    ledger().give_back(copy, at=timezone.now())
    assert remote.books == {} and loans.open_loans(ada) == []


def test_monitors_and_checks_hear_of_it(client, db, remote, settings):
    assert client.get("/readyz").json()["parts"]["library_system"]["ok"]
    remote.online = False
    from_settings.client().close()
    assert not client.get("/readyz").json()["parts"]["library_system"]["ok"]
    settings.SIP2_HOST = ""
    assert "library.E001" in {problem.id for problem in run_checks()}


def test_a_local_library_has_no_such_part(client, db):
    assert "library_system" not in client.get("/readyz").json()["parts"]
