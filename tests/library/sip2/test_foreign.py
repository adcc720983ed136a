"""Against implementations of SIP2 that others have written: pysip2 (codec and server) and Sip2 (client).

A third, invenio-sip2 (a server), needs a house of its own: see `foreign_invenio.py`.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
import threading
from decimal import Decimal

import pytest
from django.contrib.auth.hashers import make_password

from accounts.credentials.pins import set_pin
from config.errors import Refused
from library.circulation import fines, loans
from library.models import Fine, Hold, Loan, PatronBlock
from library.sip2.client.questions import Speech
from library.sip2.codec.layouts import ANSWERS, LAYOUTS
from library.sip2.codec.messages import Message, decode, encode
from library.sip2.server.terminals import POWERS
from tests.conftest import absent
from tests.support.library import book
from tests.support.sip2 import NOW, ZONE, client_to, our_server

# A protocol is Python: what it lends, opens or records is done on each database by the tests of the services.
pytestmark = pytest.mark.same_on_every_database

SPEECH = Speech("college", ZONE)


@pytest.fixture
def pysip2():
    try:
        return importlib.import_module("pysip2")
    except ImportError:
        return absent("pysip2 is not installed")


@pytest.fixture
def terminals(settings):
    settings.SIP2_TERMINALS = {"selfcheck": make_password("terminal password")}
    settings.SIP2_INSTITUTION = "college"


# --- our client against their server --------------------------------------------------------------


@contextlib.contextmanager
def their_server(pysip2):
    """pysip2's server over a dictionary: (port, books)."""
    import anyio

    app, books = pysip2.SIP2Server(institution_id="college", login_required=True, encoding="utf-8"), {}

    @app.route(pysip2.LOGIN)
    def login(req, ctx):
        return pysip2.LoginResponse(ok="1" if req.login_password == "terminal password" else "0")

    @app.route(pysip2.PATRON_INFORMATION)
    def patron(req, ctx):
        return pysip2.PatronInformationResponse(
            patron_status=" " * 14,
            language=req.language,
            transaction_date=ctx.now_18(),
            hold_items_count="0000",
            overdue_items_count="0000",
            charged_items_count=f"{len(books):04d}",
            fine_items_count="0000",
            recall_items_count="0000",
            unavailable_holds_count="0000",
            institution_id=req.institution_id,
            patron_identifier=req.patron_identifier,
            personal_name="Ada Lovelace",
            valid_patron="Y",
            valid_patron_password="Y" if req.patron_password == "2468" else "N",
        )

    @app.route(pysip2.CHECKOUT)
    def checkout(req, ctx):
        good = books.setdefault(req.item_identifier, req.patron_identifier) and req.item_identifier != "B-NO"
        return pysip2.CheckoutResponse(
            ok="1" if good else "0",
            renewal_ok="N",
            magnetic_media="U",
            desensitize="Y" if good else "N",
            transaction_date=ctx.now_18(),
            institution_id=req.institution_id,
            patron_identifier=req.patron_identifier,
            item_identifier=req.item_identifier,
            title_identifier="Émile",
            due_date="20300401    235900",
        )

    @app.route(pysip2.CHECKIN)
    def checkin(req, ctx):
        return pysip2.CheckinResponse(
            ok="1" if books.pop(req.item_identifier, None) else "0",
            resensitize="Y",
            magnetic_media="U",
            alert="N",
            transaction_date=ctx.now_18(),
            institution_id=req.institution_id,
            item_identifier=req.item_identifier,
            permanent_location="shelf",
        )

    ready, stop, ports = threading.Event(), [], []

    async def run():
        async with app.start() as port:
            end = asyncio.Event()
            stop.append(end)
            stop.append(asyncio.get_running_loop())
            ports.append(port)
            ready.set()
            await end.wait()

    thread = threading.Thread(target=anyio.run, args=(run,), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield ports[0], books
    finally:
        stop[1].call_soon_threadsafe(stop[0].set)
        thread.join(10)


def test_our_client_borrows_from_their_server(pysip2):
    with their_server(pysip2) as (port, books):
        us = client_to(port)
        assert us.status().fixed["online"] == "Y"
        assert us.patron("s-ada", "2468").get("AE") == "Ada Lovelace"
        with pytest.raises(Refused, match="patron_password"):
            us.patron("s-ada", "0000")
        lent = us.check_out("s-ada", "B-1")
        assert (lent.title, lent.due.year, books) == ("Émile", 2030, {"B-1": "s-ada"})
        with pytest.raises(Refused, match="library_system_refused"):
            us.check_out("s-ada", "B-NO")
        us.check_in("B-1")
        assert "B-1" not in books
        us.close()


def test_their_server_does_not_let_a_wrong_password_in(pysip2):
    with their_server(pysip2) as (port, _books), pytest.raises(Refused, match="library_system"):
        client_to(port, password="wrong").status()


# --- their codec against our server ---------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_their_messages_are_understood_here_and_ours_there(pysip2, ada, terminals):
    set_pin(ada, "2468", by=None)
    book("B-1", "Émile")

    def ask(message, number):
        there.sendall(pysip2.encode_message(message, checksum=True, sequence_number=number, encoding="utf-8"))
        line = b""
        while not line.endswith(b"\r"):
            line += there.recv(1)
        found = pysip2.decode_message(line, encoding="utf-8")
        assert found.sequence_number == number and found.checksum
        return found.message

    with our_server() as port, socket.create_connection(("127.0.0.1", port), timeout=5) as there:
        login = {"uid_algorithm": "0", "pwd_algorithm": "0"}
        login |= {"login_user_id": "selfcheck", "login_password": "terminal password"}
        assert ask(pysip2.LoginRequest(**login), 0).ok == "1"
        status = ask(pysip2.SCStatusRequest(status_code="0", max_print_width="080", protocol_version="2.00"), 1)
        assert (status.online_status, status.library_name) == ("Y", "Ostiary")
        who = {"institution_id": "college", "patron_identifier": "s-ada", "terminal_password": ""}
        person = ask(
            pysip2.PatronInformationRequest(
                language="001", transaction_date=NOW, summary=" " * 10, patron_password="2468", **who
            ),
            2,
        )
        assert (person.personal_name, person.valid_patron_password) == ("Ada Lovelace", "Y")
        lent = ask(
            pysip2.CheckoutRequest(
                sc_renewal_policy="N",
                no_block="N",
                transaction_date=NOW,
                nb_due_date=NOW,
                item_identifier="B-1",
                **who,
            ),
            3,
        )
        assert (lent.ok, lent.title_identifier) == ("1", "Émile")
    assert Loan.objects.get().person == ada


def test_both_write_the_same_line(pysip2):
    mine = encode(Message("17", {"at": NOW}, (("AO", "college"), ("AB", "B-1"), ("AC", ""))), 3)
    theirs = pysip2.decode_message(mine).message
    assert (theirs.item_identifier, theirs.transaction_date) == ("B-1", NOW)
    again = pysip2.encode_message(theirs, checksum=True, sequence_number=3)
    assert decode(again).message.get("AB") == "B-1"


@pytest.mark.django_db(transaction=True)
def test_every_answer_of_ours_is_one_by_their_rules(pysip2, ada, grace, terminals, settings):
    """pysip2 is strict: fields that are missing, too wide or of the wrong kind are errors there."""
    settings.SIP2_ASK_PIN = False
    settings.SIP2_TERMINALS = {"selfcheck": {"password": make_password("terminal password"), "may": list(POWERS)}}
    loans.check_out(book("B-2", "Persuasion"), to=grace)
    book("B-1", "Émile")
    who = (("AO", "college"), ("AA", "s-ada"))
    good = [
        ("11", {}, (*who, ("AB", "B-1"))),
        ("29", {}, (*who, ("AB", "B-1"))),
        ("65", {}, who),
        ("15", {"mode": "+"}, (*who, ("AB", "B-2"))),
        ("15", {"mode": "*"}, (*who, ("AB", "B-2"))),
        *(("63", {"summary": f"{'Y':>{place}}".ljust(10)}, who) for place in range(1, 7)),
        ("23", {}, who),
        ("37", {"currency": "EUR"}, (*who, ("BV", "1.00"), ("BK", "7"))),
        ("17", {}, (("AB", "B-1"),)),
        ("19", {}, (("AB", "B-1"), ("CH", "tag"))),
        ("01", {}, (*who, ("AL", "stop"))),
        ("25", {}, who),
        ("15", {"mode": "-"}, (*who, ("AB", "B-2"))),
        ("09", {}, (("AB", "B-1"),)),
        ("99", {}, ()),
        ("35", {}, who),
    ]
    nobody = (("AO", "college"), ("AA", "nobody"), ("AB", "B-9"))
    with our_server() as port, socket.create_connection(("127.0.0.1", port), timeout=5) as there:
        lines = there.makefile("rb")
        there.sendall(encode(SPEECH.log_in("selfcheck", "terminal password", "")))
        assert read_line(lines).startswith(b"941")
        for code, fixed, fields in [*good, *((code, fixed, nobody) for code, fixed, _fields in good)]:
            blank = {name: NOW if name == "at" else " " * width for name, width in LAYOUTS[code]}
            there.sendall(encode(Message(code, blank | fixed, fields), 4))
            line = read_line(lines)
            found = pysip2.decode_message(line, encoding="utf-8")
            assert found.sequence_number == 4 and line.startswith(ANSWERS[code].encode())


def read_line(lines):
    line = b""
    while not line.endswith(b"\r"):
        line += lines.read(1)
    return line


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_every_question_of_theirs_has_our_layout(pysip2, name):
    """Their fixed fields and ours have the same widths, in the same order."""
    models = importlib.import_module("pysip2.models")
    for code in (name, ANSWERS[name]):
        widths = [field.width for field in models.spec_for_id(code).fields if field.field_id is None]
        assert widths == [width for _name, width in LAYOUTS[code]]


# --- an old client against our server: Sip2 -------------------------------------------------------


@pytest.fixture
def them(ada, terminals, settings, tmp_path, monkeypatch):
    """Signed in. It sums letters where the standard sums bytes, and reads one segment for an answer."""
    try:
        sip2 = importlib.import_module("Sip2.sip2")
    except ImportError:
        return absent("Sip2 is not installed")
    settings.SIP2_TERMINALS = {"selfcheck": {"password": make_password("terminal password"), "may": list(POWERS)}}
    monkeypatch.chdir(tmp_path)  # it writes a log where it stands
    set_pin(ada, "2468", by=None)
    with our_server() as port:
        client = sip2.Sip2()
        client.hostName, client.hostPort, client.institutionId, client.tlsEnable = "127.0.0.1", port, "college", False
        assert client.connect()
        login = client.sip_login_response(
            client.get_response(client.sip_login_request("selfcheck", "terminal password"))
        )
        assert login["fixed"]["Ok"] in ("1", 1, True)
        client.patron, client.patronpwd = "s-ada", "2468"
        yield client
        client.disconnect()


def asked(client, name, *args):
    """(fixed, variable) of their reading of our answer."""
    line = client.get_response(getattr(client, f"sip_{name}_request")(*args))
    read = getattr(client, f"sip_{'patron_status' if name == 'block_patron' else name}_response")(line)
    return read["fixed"], read["variable"]


@pytest.mark.django_db(transaction=True)
def test_the_old_client_asks_everything_it_can(ada, grace, them):
    loans.check_out(book("B-2", "Persuasion"), to=grace)
    book("B-1", "Emma")
    assert asked(them, "sc_status")[0]["OnlineStatus"] in ("Y", True)
    assert "Ada Lovelace" in str(asked(them, "patron_information", "none"))
    assert str(asked(them, "checkout", "B-1")[0]["Ok"]) in ("1", "True")
    assert "B-1" in str(asked(them, "patron_information", "charged"))
    assert str(asked(them, "renew", "B-1")[0]["Ok"]) in ("1", "True")
    assert "0001" in str(asked(them, "renew_all")[0])
    assert str(asked(them, "hold", "+", "", "", "B-2")[0]["Ok"]) in ("1", "True")
    assert "B-2" in str(asked(them, "patron_information", "unavail"))
    fines.charge(Loan.objects.get(person=ada), Fine.Kind.LATE, Decimal("1.50"))
    assert "1.50" in str(asked(them, "patron_status"))
    assert str(asked(them, "fee_paid", 4, 0, "1.50")[0]["PaymentAccepted"]) in ("Y", "True")
    assert asked(them, "item_information", "B-1")[1]["CF"] == ["0"]
    assert asked(them, "item_status_update", "B-1", "tag written")
    assert str(asked(them, "checkin", "B-1")[0]["Ok"]) in ("1", "True")
    assert asked(them, "block_patron", "kept")
    assert asked(them, "patron_enable")
    assert asked(them, "end_patron_session")
    assert not Loan.objects.filter(person=ada, open_slot=1).exists()
    assert Hold.objects.get().person == ada and Fine.objects.get().settled_at
    assert not PatronBlock.objects.exists()
