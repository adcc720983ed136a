"""Bought machines at our SIP2 server: over real sockets, and with clients that misbehave."""

from __future__ import annotations

import io
import json
import socket
import threading

import pytest
from django.contrib.auth.hashers import make_password
from django.core.management import CommandError, call_command

from accounts.credentials.pins import set_pin
from config.errors import Refused
from library.circulation import holds, loans
from library.models import Branch, Copy, Loan, PatronBlock
from library.sip2.client.questions import Speech
from library.sip2.codec.messages import Message, decode, encode
from library.sip2.server.server import ServerLimits
from tests.support.library import book
from tests.support.sip2 import ZONE, certificate, client_to, our_server, server_context

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.same_on_every_database]
SPEECH = Speech("college", ZONE)


@pytest.fixture(autouse=True)
def terminals(settings):
    settings.SIP2_TERMINALS = {"selfcheck": make_password("terminal password")}
    settings.SIP2_INSTITUTION = "college"


@pytest.fixture
def port(db):
    with our_server() as port:
        yield port


@pytest.fixture
def machine(port):
    made = client_to(port)
    yield made
    made.close()


@pytest.fixture
def reader(ada):
    set_pin(ada, "2468", by=None)
    ada.card_barcode = "2900001"
    ada.save()
    return ada


class Raw:
    """A client that sends whatever bytes it likes."""

    def __init__(self, port):
        self.there = socket.create_connection(("127.0.0.1", port), timeout=5)

    def say(self, data):
        self.there.sendall(data)
        return self

    def hear(self):
        got = bytearray()
        while not got.endswith(b"\r"):
            byte = self.there.recv(1)
            if not byte:
                break
            got += byte
        return bytes(got)

    def sign_in(self):
        assert self.say(encode(SPEECH.log_in("selfcheck", "terminal password", ""), 0)).hear().startswith(b"941")
        return self

    def is_closed(self):
        try:
            return self.there.recv(1) == b""
        except ConnectionError:
            return True


def refused_with(act, *args):
    with pytest.raises(Refused) as caught:
        act(*args)
    return caught.value.message


def test_a_whole_visit_at_a_machine(machine, reader):
    book("B-1")
    assert machine.status().get("AM") == "Ostiary"
    mine = machine.patron("2900001", "2468")
    assert (mine.get("AE"), mine.fixed["charged"]) == ("Ada Lovelace", "0000")
    assert machine.item("B-1").fixed["circulation"] == "03"
    lent = machine.check_out("s-ada", "B-1")
    loan = loans.open_loans(reader)[0]
    assert (lent.title, lent.due) == ("Pride and Prejudice", loan.due_at)
    assert loan.station == "sip2:selfcheck"
    assert machine.item("B-1").fixed["circulation"] == "04"
    assert machine.has("s-ada", "B-1")
    assert machine.renew("s-ada", "B-1").due is not None
    assert machine.end_session("s-ada").fixed["ended"] == "Y"
    assert machine.check_in("B-1").fixed["alert"] == "N"
    assert loans.open_loans(reader) == []


def test_a_wrong_pin_is_not_valid_and_shows_nothing(machine, reader):
    with pytest.raises(Refused) as caught:
        machine.patron("s-ada", "0000")
    assert caught.value.code == "patron_password"
    answer = machine.ask(SPEECH.patron_information(loans.timezone.now(), "s-ada", "0000", charged=True))
    assert (answer.get("BL"), answer.get("CQ"), answer.get("AE")) == ("Y", "N", "")


def test_nobody_borrows_without_the_pin_and_the_end_forgets_it(machine, reader, settings):
    book("B-1")
    assert "PIN" in refused_with(machine.check_out, "s-ada", "B-1")
    machine.patron("s-ada", "2468")
    machine.end_session("s-ada")
    assert "PIN" in refused_with(machine.check_out, "s-ada", "B-1")
    settings.SIP2_ASK_PIN = False
    machine.check_out("s-ada", "B-1")
    assert Loan.objects.get().person == reader


def test_the_pin_of_one_person_opens_no_other_account(machine, reader, grace):
    book("B-1")
    machine.patron("s-ada", "2468")
    assert "PIN" in refused_with(machine.check_out, "s-grace", "B-1")
    assert not Loan.objects.exists()


def test_what_the_rules_refuse_is_said_in_their_words(machine, reader, grace):
    copy = book("B-1")
    loans.check_out(copy, to=grace)
    machine.patron("s-ada", "2468")
    assert "another reader" in refused_with(machine.check_out, "s-ada", "B-1")
    assert "catalogue" in refused_with(machine.check_out, "s-ada", "B-9")
    assert "not on loan to you" in refused_with(machine.renew, "s-ada", "B-1")
    PatronBlock.objects.create(person=reader, reason="Card stolen")
    assert machine.patron("s-ada", "2468").fixed["status"].startswith("Y")
    assert machine.ask(SPEECH.patron_information(loans.timezone.now(), "nobody", "")).get("BL") == "N"


def test_a_returned_book_that_somebody_waits_for_rings(machine, reader, grace):
    copy = book("B-1")
    loans.check_out(copy, to=reader)
    holds.place(copy.title, grace)
    assert machine.check_in("B-1").fixed["alert"] == "Y"
    assert Copy.objects.get().status == "hold_shelf"


def test_a_book_of_another_branch_is_sent_there(machine, reader):
    """AP says where the machine stands."""
    north = Branch.objects.create(code="NORTH", name="North House")
    Branch.objects.create(code="SOUTH", name="South House")
    loans.check_out(book("B-1", branch=north), to=reader)
    back = machine.ask(SPEECH.check_in(loans.timezone.now(), "B-1", "SOUTH"))
    assert back.fixed["alert"] == "Y"
    assert (back.get("CV"), back.get("CT")) == ("04", "NORTH")
    assert "North House" in back.get("AF")
    back = machine.ask(SPEECH.check_in(loans.timezone.now(), "B-1", "north"))
    assert back.fixed["alert"] == "N"
    assert Copy.objects.get().status == "available"


# --- doors ----------------------------------------------------------------------------------------


def test_nothing_is_answered_before_the_login(port, reader):
    raw = Raw(port).say(encode(SPEECH.patron_information(loans.timezone.now(), "s-ada", "2468"), 1))
    assert raw.is_closed()


@pytest.mark.parametrize("name", ["selfcheck", "nobody"])
def test_a_login_may_be_tried_three_times(port, name):
    raw = Raw(port)
    wrong = encode(SPEECH.log_in(name, "wrong", ""), 0)
    assert [raw.say(wrong).hear()[:3] for _time in range(3)] == [b"940"] * 3
    assert raw.is_closed()
    raw = Raw(port)
    assert [raw.say(wrong).hear()[:3] for _time in range(2)] == [b"940"] * 2
    raw.sign_in()


def test_a_machine_may_ask_whether_we_are_online_before_it_signs_in(port):
    raw = Raw(port)
    assert raw.say(encode(SPEECH.status(), 0)).hear().startswith(b"98YYY")
    raw.sign_in()
    assert raw.say(encode(SPEECH.log_in("selfcheck", "wrong", ""), 1)).hear().startswith(b"940")
    assert raw.say(encode(SPEECH.status(), 2)).hear().startswith(b"98"), "it is signed in as before"


def test_a_damaged_line_is_asked_for_again_but_not_for_ever(port):
    raw = Raw(port).sign_in()
    line = encode(SPEECH.status(), 4)
    wrong = line.replace(b"2.00", b"2.01")
    assert raw.say(wrong).hear() == encode(Message("96"), None)
    assert decode(raw.say(line).hear()).sequence == 4
    raw.say(wrong * 20)
    assert [raw.hear()[:2] for _time in range(3)] == [b"96"] * 3
    assert decode(raw.say(line).hear()).sequence == 4


@pytest.mark.parametrize(
    "stray",
    [b"nonsense\r", b"\xff\xfb\x01\r", b"55something\r", b"8120261129\r\n", b"941\r", b"96\r", b"7" * 9000 + b"\r"],
)
def test_what_is_no_question_is_read_over_and_closes_nothing(port, stray):
    raw = Raw(port).sign_in()
    raw.say(stray * 12)
    assert raw.say(encode(SPEECH.status(), 7)).hear()[:2] == b"98"


def test_the_last_answer_is_sent_again_on_request(port):
    raw = Raw(port).sign_in()
    first = raw.say(encode(SPEECH.status(), 1)).hear()
    assert raw.say(b"97AZFEF5\r").hear() == first


def test_the_same_question_after_a_broken_line_is_answered_the_same(port, reader, settings):
    """A machine that lost the answer sends the same line: the book is lent once, and the machine hears so."""
    settings.SIP2_ASK_PIN = False
    book("B-1")
    line = encode(SPEECH.check_out(loans.timezone.now(), "s-ada", "B-1"), 5)
    first = Raw(port).sign_in().say(line).hear()
    again = Raw(port).sign_in().say(line).hear()
    assert first == again and first.startswith(b"121")
    assert Loan.objects.count() == 1


def test_too_long_a_silence_ends_the_connection_and_noise_is_one(db):
    with our_server(limits=ServerLimits(idle=0.3)) as port:
        assert Raw(port).say(b"9" * 70_000).is_closed()
        assert Raw(port).sign_in().is_closed()


def test_one_too_many_is_sent_away(db):
    with our_server(limits=ServerLimits(connections=1)) as port:
        first = Raw(port).sign_in()
        assert Raw(port).is_closed()
        assert first.say(encode(SPEECH.status(), 1)).hear().startswith(b"98")


def test_one_bad_client_never_stops_the_others(port, reader):
    good = Raw(port).sign_in()
    half = Raw(port).say(b"9300CNself")  # and never goes on
    Raw(port).say(b"\xff" * 100 + b"\r").there.close()
    Raw(port).sign_in().say(b"11").there.close()
    assert good.say(encode(SPEECH.status(), 1)).hear().startswith(b"98")
    half.there.close()


def test_a_machine_without_checksums_is_answered_without(port):
    raw = Raw(port).say(encode(SPEECH.log_in("selfcheck", "terminal password", ""), None, checksum=False))
    assert raw.hear() == b"941\r"


def test_many_machines_at_once_lend_every_book_once(port, reader, settings):
    """Each with a name of its own: what was said under one name a second ago is answered again, not done again."""
    settings.SIP2_ASK_PIN = False
    settings.SIP2_TERMINALS = {f"machine-{number}": make_password("terminal password") for number in range(4)}
    for number in range(8):
        book(f"B-{number}", f"Book {number}")
    lent, lock = [], threading.Lock()

    def take_all(name):
        machine = client_to(port, user=name, timeout=30)
        for number in range(8):
            try:
                machine.check_out("s-ada", f"B-{number}")
            except Refused:
                continue
            with lock:
                lent.append(number)
        machine.close()

    threads = [threading.Thread(target=take_all, args=(name,)) for name in settings.SIP2_TERMINALS]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(lent) == list(range(8))
    assert Loan.objects.filter(open_slot=1).count() == 8


# --- TLS ------------------------------------------------------------------------------------------


def test_over_tls_with_a_certificate_that_is_looked_at(db, tmp_path):
    cert, key = certificate(tmp_path)
    other, _key = certificate(tmp_path, "elsewhere.example")
    with our_server(server_context(cert, key)) as port:
        good = client_to(port, host="localhost", tls=True, ca_file=str(cert))
        assert good.status().fixed["online"] == "Y"
        good.close()
        for how in ({"ca_file": str(other)}, {"ca_file": ""}):
            with pytest.raises(Refused) as caught:
                client_to(port, host="localhost", tls=True, **how).status()
            assert caught.value.code == "library_system_silent"
        assert Raw(port).say(encode(SPEECH.status(), 1)).hear()[:2] not in (b"98", b"94")


# --- commands -------------------------------------------------------------------------------------


def test_a_terminal_is_made_and_its_password_works(settings):
    out = io.StringIO()
    call_command("sip2_terminal", "gate-2", stdout=out)
    shown, line = out.getvalue().splitlines()
    settings.SIP2_TERMINALS = json.loads(line.partition("SIP2_TERMINALS=")[2])
    assert set(settings.SIP2_TERMINALS) == {"selfcheck", "gate-2"}
    call_command("sip2_terminal", "kasse", may=["fees"], stdout=(more := io.StringIO()))
    account = json.loads(more.getvalue().partition("SIP2_TERMINALS=")[2])["kasse"]
    assert account["may"] == ["fees"] and set(account) == {"password", "may"}
    from library.sip2.server.terminals import is_terminal

    password = shown.rpartition(" ")[2]
    assert is_terminal("gate-2", password) and not is_terminal("gate-2", password + "x")
    assert password not in line


@pytest.mark.parametrize(
    ("change", "word"), [({"SIP2_TERMINALS": {}}, "SIP2_TERMINALS"), ({"LIBRARY_BACKEND": "sip2"}, "LIBRARY_BACKEND")]
)
def test_the_server_does_not_start_where_it_makes_no_sense(settings, change, word):
    for name, value in change.items():
        setattr(settings, name, value)
    with pytest.raises(CommandError, match=word):
        call_command("sip2_server")


def test_the_command_hands_its_options_on(monkeypatch):
    heard = {}

    async def serve(host, port, **how):
        heard.update(how, host=host, port=port)

    monkeypatch.setattr("library.management.commands.sip2_server.serve", serve)
    call_command("sip2_server", "--port", "6007", "--telnet", "--idle", "5", stdout=io.StringIO())
    assert (heard["host"], heard["port"], heard["limits"]) == ("127.0.0.1", 6007, ServerLimits(5, 100, telnet=True))


def test_half_a_certificate_is_refused(tmp_path):
    with pytest.raises(CommandError, match="belong together"):
        call_command("sip2_server", tls_cert=tmp_path / "cert.pem")
