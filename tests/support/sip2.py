"""Both ends of a SIP2 line for tests: our server in a thread, and a library system that does as it is told."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
import ipaddress
import socket
import ssl
import threading
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from library.sip2.client.client import Client, Site
from library.sip2.client.connection import Address
from library.sip2.client.questions import Speech
from library.sip2.codec.layouts import ANSWERS
from library.sip2.codec.messages import Message, decode, encode
from library.sip2.server.server import Server, ServerLimits

ZONE = ZoneInfo("UTC")
NOW = "20260302    101500"


def client_to(port, *, user="selfcheck", password="terminal password", host="127.0.0.1", timeout=3.0, **tls):
    address = Address(host, port, timeout=timeout, **tls)
    return Client(Site(address, Speech("college", ZONE), user, password, "desk"))


@contextlib.contextmanager
def our_server(context=None, limits=None):
    """Yields its port."""
    loop, ready, ports = asyncio.new_event_loop(), threading.Event(), []

    async def run():
        server = await Server(limits or ServerLimits()).start("127.0.0.1", 0, context)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        async with server:
            await server.serve_forever()

    def whole():
        asyncio.set_event_loop(loop)
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        left = asyncio.all_tasks(loop)
        for conversation in left:
            conversation.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()

    task = loop.create_task(run())
    thread = threading.Thread(target=whole, daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield ports[0]
    finally:
        loop.call_soon_threadsafe(task.cancel)
        thread.join(10)


class LibrarySystem:
    """Another library system. `books`: barcode -> patron. `tricks`: what becomes of the next answers, by code."""

    def __init__(self):
        self.books, self.refuses, self.heard, self.unknown = {}, set(), [], set()
        self.tricks: dict[str, list] = {}
        self.password_is_right, self.online = True, True
        self.late: set[str] = set()  # books that are listed as overdue
        self.dues: dict[str, str] = {}  # by barcode, as AH of 18 says them
        self.due = "20300401    235900"  # of each loan, as AH of 12 and 30 says it
        self.repeats = False  # asked for its answer again (97) it does the question again
        self.deaf: set[str] = set()  # questions that it hears and does nothing about
        self.refuses_connections = False
        self._leaves, self.gone = False, threading.Event()
        self.places: dict[str, str] = {}  # by barcode: circulation status, where it is neither 03 nor 04
        self._said = b""
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self):
        self._socket.close()

    def go_away(self):
        """This answer is the last, and nobody gets through any more."""
        self._leaves = self.refuses_connections = True

    def codes(self):
        return [line[:2].decode() for line in self.heard]

    def _serve(self):
        with contextlib.suppress(OSError):
            while True:
                there, _address = self._socket.accept()
                if self.refuses_connections:
                    there.close()
                    continue
                threading.Thread(target=self._talk, args=(there,), daemon=True).start()

    def _talk(self, there):
        with there, there.makefile("rb") as read, contextlib.suppress(OSError):
            while line := self._line(read):
                self.heard.append(line)
                code = line[:2].decode()
                if code == "97" and self.repeats:
                    self._said = self._answer(self.heard[-2])
                elif code != "97":
                    self._said = b"" if code in self.deaf else self._answer(line)
                trick = self.tricks.get(code, [])
                said = trick.pop(0)(self._said) if trick else self._said
                if said is None:
                    return
                self._send(there, said)
                if self._leaves:
                    break
        self.gone.set()

    def _send(self, there, line):
        there.sendall(line)

    @staticmethod
    def _line(read):
        line = bytearray()
        while not line.endswith(b"\r"):
            byte = read.read(1)
            if not byte:
                return b""
            line += byte
        return bytes(line)

    def _answer(self, line):
        received = decode(line)
        message = received.message
        fixed, fields = getattr(self, f"_do_{message.code}")(message)
        fixed.setdefault("at", NOW)
        return encode(Message(ANSWERS[message.code], fixed, fields), received.sequence)

    def _do_93(self, message):
        return {"ok": "1" if message.get("CO") == "terminal password" else "0"}, ()

    def _do_99(self, message):
        flags = dict.fromkeys(("checkin_ok", "checkout_ok", "renewal_ok", "status_update_ok", "offline_ok"), "Y")
        more = {"online": "Y" if self.online else "N", "timeout": "030", "retries": "003", "version": "2.00"}
        return flags | more, (("AO", "college"), ("AM", "Old system"))

    def _do_63(self, message):
        counts = dict.fromkeys(("holds", "overdue", "charged", "fines", "recalls", "unavailable_holds"), "0000")
        who = message.get("AA")
        mine = [book for book, patron in self.books.items() if patron == who]
        late = [book for book in mine if book in self.late]
        first, last = int(message.get("BP") or 1), int(message.get("BQ") or 9999)
        wanted = {"Y": ("AU", mine)}.get(message.fixed["summary"][2], ("AT", late))
        listed = wanted[1][first - 1 : last] if "Y" in message.fixed["summary"] else []
        counts |= {"charged": f"{len(mine):04}", "overdue": f"{len(late):04}"}
        judged = (("CQ", "Y" if self.password_is_right else "N"),) if message.all("AD") else ()
        fields = (("AO", "college"), ("AA", who), ("AE", "Ada"), ("BL", "N" if who in self.unknown else "Y"), *judged)
        fields += tuple((wanted[0], book) for book in listed)
        return counts | {"status": " " * 14, "language": "001"}, fields

    def _do_17(self, message):
        book = message.get("AB")
        place = self.places.get(book, "04" if book in self.books else "03")
        due = (("AH", self.dues[book]),) if book in self.dues else ()
        return {"circulation": place, "security": "00", "fee_type": "01"}, (("AB", book), ("AJ", "A book"), *due)

    def _lent(self, message, good, words=""):
        flags = {"ok": "1" if good else "0", "renewal_ok": "N", "magnetic": "N", "desensitize": "Y"}
        due = (("AH", self.due),) if good else ()
        fields = (("AO", "college"), ("AA", message.get("AA")), ("AB", message.get("AB")), ("AJ", "A book"), *due)
        return flags, fields + ((("AF", words),) if words else ())

    def _do_11(self, message):
        book, patron = message.get("AB"), message.get("AA")
        good = book not in self.refuses and book not in self.books
        if good:
            self.books[book] = patron
        return self._lent(message, good, "" if good else "No: see the librarian")

    def _do_29(self, message):
        return self._lent(message, message.get("AB") not in self.refuses, "")

    def _do_09(self, message):
        had = self.books.pop(message.get("AB"), None)
        flags = {"ok": "1" if had else "0", "resensitize": "Y", "magnetic": "N", "alert": "N"}
        return flags, (("AO", "college"), ("AB", message.get("AB")), ("AQ", "shelf"))


def damaged(line):
    return line[:-2] + (b"0" if line[-2:-1] != b"0" else b"1") + b"\r"


def hang_up(_line):
    return None


def told(fixed=None, *, drop=(), **fields):
    """The same answer, but for some of its words; with a checksum that is right."""

    def change(line):
        received = decode(line)
        said = received.message
        kept = tuple(pair for pair in said.fields if pair[0] not in (*drop, *fields))
        more = tuple((name, value) for name, value in fields.items())
        return encode(Message(said.code, said.fixed | (fixed or {}), kept + more), received.sequence)

    return change


def cut(line):
    """Half a line; `_talk` closes nothing, so the rest never comes."""
    return line[: len(line) // 2]


def certificate(folder, name="localhost"):
    """A self-signed certificate for TLS on this machine: (certificate, key)."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName(name), *([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))] if name == "localhost" else [])]
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / f"{name}.pem", folder / f"{name}.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return cert_file, key_file


def server_context(cert, key):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(cert, key)
    return context
