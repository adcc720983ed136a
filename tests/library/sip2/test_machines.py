"""Every message of the standard at our server, and machines that have manners of their own."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import make_password
from django.core.checks import run_checks
from django.db import OperationalError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.credentials.pins import set_pin
from accounts.models import WebhookEndpoint
from library.circulation import fines, holds, loans, patrons
from library.models import CirculationEvent, Copy, Fine, Hold, Loan, LoanPolicy, PatronBlock
from library.sip2.codec.layouts import ANSWERS, LAYOUTS, STATUS, SUPPORTED
from library.sip2.codec.messages import Message, decode, encode
from library.sip2.server import item_answers, session
from library.sip2.server.dispatch import Desk
from tests.library.sip2.test_server import Raw
from tests.support.library import book
from tests.support.sip2 import NOW, our_server

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]
PERSON = (("AO", "college"), ("AA", "s-ada"), ("AC", ""))


@pytest.fixture(autouse=True)
def terminals(settings):
    password = make_password("terminal password")
    settings.SIP2_TERMINALS = {
        "selfcheck": password,
        "all": {"password": password, "may": ["fees", "block", "enable", "items"]},
    }
    settings.SIP2_INSTITUTION, settings.TIME_ZONE = "college", "UTC"


@pytest.fixture
def reader(ada):
    set_pin(ada, "2468", by=None)
    return ada


@pytest.fixture
def desk(reader):
    return signed_in("all")


def signed_in(name):
    made = Desk()
    assert made.sign_in(name, "terminal password")
    return made


def question(code, *fields, **fixed):
    blank = {name: NOW if name == "at" else " " * width for name, width in LAYOUTS[code]}
    return Message(code, blank | fixed, fields)


def ask(desk, code, *fields, pin="2468", **fixed):
    sent = () if pin is None else (("AD", pin),)
    answer = desk.answer(question(code, *PERSON, *sent, *fields, **fixed))
    assert answer.code == ANSWERS[code]
    assert decode(encode(answer, 1)).message == answer, "it can be written as it stands"
    return answer


def status(answer):
    return {name for name, flag in zip(STATUS, answer.fixed["status"], strict=True) if flag == "Y"}


def fine(person, barcode="F-1", amount=Decimal("2.50")):
    loan = Loan.objects.create(copy=book(barcode, barcode), person=person, due_at=timezone.now(), open_slot=None)
    return fines.charge(loan, Fine.Kind.LATE, amount)


# --- after the deed -------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp850", "utf-8"])
def test_no_letter_of_a_title_keeps_a_machine_from_its_answer(reader, settings, encoding):
    settings.SIP2_ENCODING, settings.SIP2_ASK_PIN = encoding, False
    settings.SIP2_INSTITUTION = settings.SITE_NAME = "Büchereiő 図書館"
    reader.last_name = "Łőwe\tلوف"
    reader.save()
    book("B-1", "Žižek – “Emma”\r\n| 図書館 Война и мир", location="Regal ő")
    with our_server() as port:
        machine = Raw(port).sign_in()
        for code, fixed in (("99", {}), ("63", {}), ("23", {}), ("11", {}), ("17", {}), ("29", {}), ("09", {})):
            line = encode(question(code, *PERSON, ("AB", "B-1"), **fixed), 1)
            heard = decode(machine.say(line).hear(), encoding=encoding)
            assert heard.message.code == ANSWERS[code] and heard.message.fixed.get("ok", "1") == "1"
    assert "Emma" in heard.message.get("AJ") and Loan.objects.get().returned_at


def test_whatever_fails_after_the_deed_the_machine_hears_yes(desk, reader, monkeypatch):
    def broken(*_args):
        raise RuntimeError("no such shelf")

    book("B-1")
    for name in ("_loan_fields", "_returned", "_standing"):
        monkeypatch.setattr(item_answers, name, broken)
    lent = ask(desk, "11", ("AB", "B-1"))
    assert (lent.fixed["ok"], Loan.objects.count()) == ("1", 1) and lent.get("AH")
    assert ask(desk, "29", ("AB", "B-1")).fixed["ok"] == "1"
    assert ask(desk, "09", ("AB", "B-1")).fixed["ok"] == "1"
    loans.check_out(Copy.objects.get(), to=reader)
    assert ask(desk, "65").fixed["renewed"] == "0001"


def test_a_worker_that_cannot_be_woken_is_no_refusal_of_a_loan_that_is_made(desk, monkeypatch):
    def locked():
        raise OperationalError("database is locked")

    monkeypatch.setattr("accounts.webhooks.tasks.wake", locked)
    WebhookEndpoint.objects.create(name="all", url="https://example.org/")
    book("B-1")
    assert ask(desk, "11", ("AB", "B-1")).fixed["ok"] == "1" and Loan.objects.count() == 1


def test_a_fault_of_our_own_is_a_refusal_and_no_dead_line(desk, monkeypatch):
    def broken(*_args, **_how):
        raise RuntimeError("no rules")

    book("B-1")
    monkeypatch.setattr(loans, "check_out", broken)
    answer = ask(desk, "11", ("AB", "B-1"))
    assert answer.fixed["ok"] == "0" and "desk" in answer.get("AF") and not Loan.objects.exists()


# --- the PIN --------------------------------------------------------------------------------------


def test_an_empty_pin_counts_as_not_sent(desk, settings):
    settings.SIP2_ASK_PIN = False
    for pin in (None, "", "  "):
        answer = ask(desk, "63", pin=pin)
        assert not answer.all("CQ") and answer.get("AE") == "Ada Lovelace"
    assert ask(desk, "63").get("CQ") == "Y"


@pytest.mark.parametrize("asked_for", [True, False])
def test_a_wrong_pin_is_wrong_whether_pins_are_asked_for_or_not(desk, settings, asked_for):
    settings.SIP2_ASK_PIN = asked_for
    book("B-1")
    answer = ask(desk, "63", pin="0000")
    assert (answer.get("CQ"), answer.get("AE")) == ("N", "") and answer.get("AF")
    assert ask(desk, "11", ("AB", "B-1"), pin="0000").fixed["ok"] == "0"
    assert not Loan.objects.exists()


def test_a_right_pin_is_enough_for_a_session_without_another_hash(desk, reader, monkeypatch):
    tries = []
    real = session.check_named
    monkeypatch.setattr(
        session, "check_named", lambda who, said, pin, door: tries.append(pin) or real(who, said, pin, door=door)
    )
    book("B-1")
    ask(desk, "63")
    ask(desk, "11", ("AB", "B-1"))
    assert ask(desk, "63", pin="").get("CQ") == "Y"
    assert tries == ["2468"]
    assert ask(desk, "63", pin="1111").get("CQ") == "N" and tries == ["2468", "1111"]
    assert ask(desk, "63", pin="").get("CQ") == "N", "a wrong one ends what was shown"
    ask(desk, "63")
    set_pin(reader, "1357", by=None)
    assert ask(desk, "63").get("CQ") == "N", "the old PIN is over when there is a new one"
    ask(desk, "63", pin="1357")
    ask(desk, "35", pin=None)
    assert ask(desk, "63", pin=None).get("CQ") == "N", "35 ends the session"


# --- people ---------------------------------------------------------------------------------------


def test_the_places_of_a_status_say_what_stands_in_the_way(desk, reader):
    LoanPolicy.objects.create(days=5, most_loans=1, overdue_blocks=True)
    assert status(ask(desk, "23")) == set()
    loan = loans.check_out(book("B-1"), to=reader)
    assert status(ask(desk, "63")) == {"charge_denied", "too_many_charged"}
    Loan.objects.filter(pk=loan.pk).update(due_at=timezone.now() - timedelta(days=1))
    assert status(ask(desk, "23")) == {"charge_denied", "too_many_charged", "too_many_overdue"}
    PatronBlock.objects.create(person=reader, reason="Card stolen")
    assert {"charge_denied", "renewal_denied"} <= status(ask(desk, "23"))
    assert status(ask(desk, "23", pin=None)) != set(), "the PIN was shown in this session"
    assert status(ask(signed_in("all"), "23", pin=None)) == set(), "a person who has not shown it sees nothing"
    reader.is_active = False
    reader.save()
    answer = ask(desk, "23")
    assert answer.fixed["status"] == "YYYY" + " " * 10 and answer.get("BL") == "N"


def test_what_is_owed_and_how_much_is_allowed(desk, reader, settings):
    settings.LIBRARY_CURRENCY = "CHF"
    LoanPolicy.objects.create(days=5, most_loans=12, overdue_blocks=True)
    fine(reader)
    fine(reader, "F-2", Decimal("0.50"))
    answer = ask(desk, "63", ("BP", "1"), ("BQ", "1"), summary="   Y      ")
    assert (answer.get("BV"), answer.get("BH"), answer.get("CC")) == ("3.00", "CHF", "9999.99")
    assert (answer.get("BZ"), answer.get("CA"), answer.get("CB")) == ("9999", "0000", "0012")
    assert answer.fixed["fines"] == "0002" and len(answer.all("AV")) == 1
    assert ask(desk, "23").get("BV") == "3.00"
    assert not ask(signed_in("all"), "23", pin=None).all("BV")


def test_ready_and_waiting_holds_are_barcodes(desk, reader, grace):
    first, second = book("B-1", "Emma"), book("B-2", "Persuasion")
    for copy in (first, second):
        loans.check_out(copy, to=grace)
        holds.place(copy.title, reader)
    book("B-3", "Persuasion")
    loans.give_back(first)
    answer = ask(desk, "63", summary="Y         ")
    assert (answer.all("AS"), answer.fixed["holds"], answer.fixed["unavailable_holds"]) == (["B-1"], "0001", "0001")
    assert ask(desk, "63", summary="     Y    ").all("CD") == ["B-2"], "the copy that is due back first"


def test_a_list_is_given_from_its_first_to_its_last_place(desk, reader):
    for number in range(7):
        loans.check_out(book(f"B-{number}"), to=reader, at=timezone.now() + timedelta(days=number))
    answer = ask(desk, "63", ("BP", "3"), ("BQ", "5"), summary="  Y       ")
    assert answer.all("AU") == ["B-2", "B-3", "B-4"] and answer.fixed["charged"] == "0007"
    assert ask(desk, "63", ("BP", "x"), ("BQ", "99999999"), summary="  Y       ").all("AU")[0] == "B-0"


def test_a_list_that_is_too_long_for_a_line_is_cut_and_not_refused(reader, settings):
    settings.SIP2_ASK_PIN = False
    title = book("B-1").title
    copies = Copy.objects.bulk_create([Copy(title=title, barcode=f"B-{number:050}") for number in range(300)])
    Loan.objects.bulk_create([Loan(copy=copy, person=reader, due_at=timezone.now()) for copy in copies])
    with our_server() as port:
        machine = Raw(port).sign_in()
        heard = machine.say(encode(question("63", *PERSON, summary="  Y       "), 1)).hear()
    answer = decode(heard).message
    assert answer.fixed["charged"] == "0300" and 200 < len(answer.all("AU")) < 300


# --- books ----------------------------------------------------------------------------------------


def test_one_s_own_book_is_renewed_by_11_where_the_machine_allows_it(desk, reader):
    LoanPolicy.objects.create(days=5, renewals=3)
    book("B-1")
    first = ask(desk, "11", ("AB", "B-1"), renewal_policy="Y")
    assert (first.fixed["ok"], first.fixed["renewal_ok"]) == ("1", "N")
    assert ask(desk, "11", ("AB", "B-1"), renewal_policy="N").fixed["ok"] == "0"
    again = ask(desk, "11", ("AB", "B-1"), renewal_policy="Y")
    assert (again.fixed["ok"], again.fixed["renewal_ok"]) == ("1", "Y")
    assert Loan.objects.get().renewals == 1


def test_a_book_says_how_many_wait_what_it_is_and_until_when(desk, reader, grace):
    copy = book("B-1", "Emma", item_type="dvd", location="Shelf 3", note="no tag")
    answer = ask(desk, "17", ("AB", "B-1"))
    assert (answer.fixed["circulation"], answer.get("CF"), answer.get("CK")) == ("03", "0", "005")
    assert (answer.get("AP"), answer.get("AQ"), answer.get("BG")) == ("Shelf 3", "Shelf 3", "college")
    assert answer.get("CH") == "no tag" and not ask(signed_in("selfcheck"), "17", ("AB", "B-1")).all("CH")
    loans.check_out(copy, to=grace)
    holds.place(copy.title, reader)
    lent = ask(desk, "17", ("AB", "B-1"))
    assert (lent.fixed["circulation"], lent.get("CF")) == ("04", "1") and lent.get("AH")
    loans.give_back(copy)
    held = ask(desk, "17", ("AB", "B-1"))
    assert (held.fixed["circulation"], held.get("CF")) == ("08", "0") and held.get("CM")


def test_all_books_are_renewed_that_can_be(desk, reader, grace):
    LoanPolicy.objects.create(days=5, renewals=1)
    for barcode in ("B-1", "B-2", "B-3"):
        loans.check_out(book(barcode, barcode), to=reader)
    holds.place(Copy.objects.get(barcode="B-2").title, grace)
    answer = ask(desk, "65")
    assert (answer.fixed["ok"], answer.fixed["renewed"], answer.fixed["unrenewed"]) == ("1", "0002", "0001")
    assert (answer.all("BM"), answer.all("BN")) == (["B-1", "B-3"], ["B-2"]) and answer.get("AF")
    assert ask(signed_in("all"), "65", pin=None).fixed["ok"] == "0"


def test_a_hold_is_placed_looked_at_and_cancelled(desk, reader, grace):
    copy = book("B-1", "Emma")
    loans.check_out(copy, to=grace)
    placed = ask(desk, "15", ("AB", "B-1"), mode="+")
    assert (placed.fixed["ok"], placed.fixed["available"], placed.get("BR")) == ("1", "N", "1")
    assert ask(desk, "15", ("AB", "B-1"), mode="+").fixed["ok"] == "0", "twice is once"
    assert ask(desk, "15", ("AJ", "emma"), ("BW", NOW), mode="*").fixed["ok"] == "1"
    loans.give_back(copy)
    ready = ask(desk, "15", ("AB", "B-1"), mode="*")
    assert ready.fixed["available"] == "Y" and ready.get("BW")
    assert ask(desk, "15", ("AB", "B-1"), mode="-").fixed["ok"] == "1"
    assert Hold.objects.get().state == "cancelled"
    for refused in (("-", "B-1"), ("*", "B-1"), ("+", "B-9"), ("?", "B-1")):
        assert ask(desk, "15", ("AB", refused[1]), mode=refused[0]).fixed["ok"] == "0"
    assert ask(signed_in("all"), "15", ("AB", "B-1"), pin=None, mode="+").fixed["ok"] == "0"


# --- what a machine may ---------------------------------------------------------------------------


def test_a_machine_may_do_only_what_its_account_says(reader):
    plain = signed_in("selfcheck")
    fine(reader)
    assert ask(plain, "37", ("BV", "2.50")).fixed["accepted"] == "N"
    assert "YYYY" in ask(plain, "01").fixed["status"] and not PatronBlock.objects.exists()
    assert ask(plain, "25").fixed["status"].startswith("Y")
    book("B-1", note="as it was")
    assert ask(plain, "19", ("AB", "B-1"), ("CH", "x")).fixed["ok"] == "0"
    assert Fine.objects.get().settled_at is None and Copy.objects.get(barcode="B-1").note == "as it was"
    spoken = {name: plain.answer(question("99")).get("BX")[place] for place, name in enumerate(SUPPORTED)}
    assert {code for code, said in spoken.items() if said == "N"} == {"01", "25", "37", "19"}
    assert signed_in("all").answer(question("99")).get("BX") == "Y" * 16


@pytest.mark.parametrize(
    ("amount", "settled"),
    [("3.50", 3), ("3.00", 2), ("0.50", 1), ("2,50", 1), ("1.00", 0), ("9.00", 0), ("", 0), ("-2.50", 0), ("NaN", 0)],
)
def test_fines_are_paid_in_full_or_not_at_all(desk, reader, amount, settled):
    for barcode, owed in (("F-1", "2.50"), ("F-2", "0.50"), ("F-3", "0.50")):
        fine(reader, barcode, Decimal(owed))
    answer = ask(desk, "37", ("BV", amount), ("BK", "tx-7"), fee_type="04", payment_type="00", currency="XXX")
    assert answer.fixed["accepted"] == ("Y" if settled else "N") and answer.get("BK") == "tx-7"
    assert Fine.objects.exclude(settled_at=None).count() == settled


def test_a_fine_that_is_named_is_paid_and_another_currency_is_not_taken(desk, reader, settings):
    settings.LIBRARY_CURRENCY = "EUR"
    first, second = fine(reader), fine(reader, "F-2")
    assert ask(desk, "37", ("BV", "2.50"), currency="USD").fixed["accepted"] == "N"
    assert ask(desk, "37", ("BV", "2.50"), ("CG", str(second.pk)), currency="EUR").fixed["accepted"] == "Y"
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.settled_at and not first.settled_at


def test_a_machine_blocks_a_card_and_takes_only_its_own_block_back(desk, reader, librarian):
    answer = ask(desk, "01", ("AL", "Left in the slot"), card_retained="Y", pin=None)
    assert "charge_denied" in status(answer)
    assert (
        "Left in the slot" in PatronBlock.objects.get().reason and "kept the card" in PatronBlock.objects.get().reason
    )
    assert CirculationEvent.objects.get(kind="blocked").station == "sip2:all"
    assert status(ask(desk, "25")) == set() and not PatronBlock.objects.exists()
    patrons.block(reader, "Lost three books", by=librarian)
    ask(desk, "01", ("AL", "again"), pin=None)
    assert PatronBlock.objects.get().reason == "Lost three books"
    assert "charge_denied" in status(ask(desk, "25")) and PatronBlock.objects.exists()


def test_a_machine_writes_down_what_it_knows_of_a_book(desk):
    book("B-1")
    answer = ask(desk, "19", ("AB", "B-1"), ("CH", "tag written"))
    assert (answer.fixed["ok"], Copy.objects.get().note) == ("1", "tag written")
    assert ask(desk, "19", ("AB", "B-9"), ("CH", "x")).fixed["ok"] == "0"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("SIP2_TERMINALS", {"a": 7}, "library.E004"),
        ("SIP2_TERMINALS", {"a": {"may": ["fees"]}}, "library.E004"),
        ("SIP2_TERMINALS", {"a": {"password": "!", "may": ["everything"]}}, "library.E004"),
        ("SIP2_DUE_FORMAT", "%d/%m", "library.E002"),
        ("SIP2_DUE_FORMAT", "DD/MM/YYYY", "library.E002"),
        ("LIBRARY_CURRENCY", "€", "library.E003"),
    ],
)
def test_settings_that_mean_nothing_are_said_at_the_start(settings, name, value, problem):
    setattr(settings, name, value)
    assert problem in {found.id for found in run_checks()}


def test_settings_that_mean_something_are_quiet(settings):
    settings.SIP2_DUE_FORMAT, settings.LIBRARY_CURRENCY = "%d/%m/%Y %H:%M", "EUR"
    assert not {found.id for found in run_checks()} & {"library.E002", "library.E003", "library.E004"}


# --- manners --------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n", b"\n\r", b"\x00\r"])
def test_foreign_fields_stray_text_and_any_end_of_a_line_are_read_over(reader, settings, end):
    settings.SIP2_ASK_PIN = False
    book("B-1")
    with our_server() as port:
        machine = Raw(port).say(b"9300CNselfcheck|xx1|COterminal password|P1abc||stray words|" + end)
        assert machine.hear() == b"941\r"
        line = b"11NN" + NOW.encode() * 2 + b"AOcollege|--|AAs-ada|some words|ZZ1|ABB-1|AC|A1\tx|\xff|AD|" + end
        assert machine.say(line).hear().startswith(b"121")


def test_the_checksum_of_a_client_that_sums_letters_or_drops_zeros_is_right(reader):
    with our_server() as port:
        machine = Raw(port).sign_in()
        words = "2300120260302    101500AOBücherei|AAs-ada|AY5AZ"
        line = words + f"{-sum(map(ord, words)) & 0xFFFF:X}\r"
        assert machine.say(line.encode()).hear().startswith(b"24")


def test_a_machine_signs_in_as_at_a_terminal(reader):
    from library.sip2.server.server import ServerLimits

    with our_server(limits=ServerLimits(telnet=True)) as port:
        machine = Raw(port)
        heard = machine.there.recv(100)
        assert heard == b"login: "
        machine.say(b"\xff\xfb\x01nobody\r\n")
        assert machine.there.recv(100) == b"password: "
        machine.say(b"wrong\r\n")
        assert machine.hear() == b"Invalid login\r"
        machine.there.recv(100)
        machine.say(b"selfcheck\r\n")
        assert machine.there.recv(100) == b"password: "
        machine.say(b"terminal password\r\n")
        assert machine.hear().startswith(b"Login OK")
        assert machine.there.recv(1) == b"\n"
        assert machine.say(encode(question("63", *PERSON), 1)).hear().startswith(b"64")


def test_a_machine_that_types_name_and_password_without_a_prompt_is_in(reader):
    with our_server() as port:
        machine = Raw(port).say(b"two words\rselfcheck\rterminal password\r")
        assert machine.hear().startswith(b"Login OK") and machine.there.recv(1) == b"\n"
        assert machine.say(encode(question("63", *PERSON), 1)).hear().startswith(b"64")
        machine = Raw(port).say(b"selfcheck\rwrong\r" + encode(question("99"), 1))
        assert machine.hear().startswith(b"98"), "it was told nothing, and may sign in as usual"
        machine.sign_in()


@pytest.mark.parametrize("password", ["1792ab92ab92ab92ab92", "63ffabc", "11", "9900802.00"])
def test_a_password_that_looks_like_a_message_is_one_at_the_prompt(reader, settings, password):
    from library.sip2.server.server import ServerLimits

    settings.SIP2_TERMINALS = {"selfcheck": make_password(password)}
    with our_server(limits=ServerLimits(telnet=True)) as port:
        machine = Raw(port).say(b"selfcheck\r\n" + password.encode() + b"\r\n")
        assert machine.hear() == b"login: password: Login OK. Initiating SIP\r"


def test_three_wrong_words_at_the_prompt_end_the_line(reader):
    from library.sip2.server.server import ServerLimits

    with our_server(limits=ServerLimits(telnet=True)) as port:
        machine = Raw(port).say(b"selfcheck\rwrong\r" * 3)
        machine.there.settimeout(5)
        heard = b""
        while more := machine.there.recv(100):
            heard += more
        assert heard.count(b"Invalid login") == 3


LINES = st.one_of(
    st.binary(max_size=120),
    st.builds(
        lambda code, rest: code.encode() + rest,
        st.sampled_from(sorted(ANSWERS)),
        st.binary(max_size=120),
    ),
    st.builds(
        lambda code, names, values: encode(
            question(code, *zip(names, values, strict=False)), None, checksum=False
        ).rstrip(b"\r"),
        st.sampled_from(sorted(ANSWERS)),
        st.lists(st.sampled_from(["AA", "AB", "AD", "AJ", "BV", "CN", "CO", "CH", "BP", "BQ", "CG", "AL"]), max_size=5),
        st.lists(st.sampled_from(["s-ada", "B-1", "2468", "0000", "ő図", "", "1e9", "-1", "x" * 300]), max_size=5),
    ),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(LINES, min_size=1, max_size=8))
def test_no_sequence_of_lines_ends_the_session_of_a_machine(running, lines):
    machine = Raw(running).sign_in()
    machine.say(b"\r".join(lines) + b"\r" + encode(question("99"), 9))
    heard = b""
    while not (heard.startswith(b"98") and heard.endswith(b"\r") and b"AY9" in heard):
        heard = machine.hear()
        assert heard.endswith(b"\r"), "the line was closed"
    machine.there.close()


@pytest.fixture
def running(reader, settings):
    settings.SIP2_ENCODING = "cp850"
    book("B-1")
    with our_server() as port:
        yield port
