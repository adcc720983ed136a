"""Against implementations of SIP2 that others have written: pysip2 (codec and server) and Sip2 (client)."""

from __future__ import annotations

import asyncio
import contextlib
import importlib
import socket
import threading

import pytest
from django.contrib.auth.hashers import make_password

from accounts.services import set_pin
from config.errors import Refused
from library.models import Loan
from library.sip2.messages import Message, decode, encode
from library.sip2.speech import Speech
from tests.conftest import absent
from tests.library import book
from tests.sip2 import NOW, ZONE, client_to, our_server

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


# --- an old client against our server -------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_old_client_borrows_here(ada, terminals, tmp_path, monkeypatch):
    sip2 = pytest.importorskip("Sip2.sip2", reason="Sip2, last released in 2021, is not installed")
    monkeypatch.chdir(tmp_path)  # it writes a log where it stands
    set_pin(ada, "2468", by=None)
    book("B-1")
    with our_server() as port:
        them = sip2.Sip2()
        them.hostName, them.hostPort, them.institutionId = "127.0.0.1", port, "college"
        them.tlsEnable = False
        assert them.connect()

        def ask(request):
            return them.get_response(request)

        login = them.sip_login_response(ask(them.sip_login_request("selfcheck", "terminal password")))
        assert login["fixed"]["Ok"] in ("1", 1, True)
        them.patron, them.patronpwd = "s-ada", "2468"
        shown = them.sip_patron_information_response(ask(them.sip_patron_information_request("none")))
        assert "Ada Lovelace" in str(shown)
        lent = them.sip_checkout_response(ask(them.sip_checkout_request("B-1")))
        assert lent["fixed"]["Ok"] in ("1", 1, True)
        them.disconnect()
    assert Loan.objects.get().person == ada
