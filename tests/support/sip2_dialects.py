"""A library system that speaks SIP2 as real ones do: right in what it means, each in its own way of writing it."""

from __future__ import annotations

import time

from library.sip2.codec.messages import Message, checksum_of, decode
from tests.support.sip2 import LibrarySystem

CARD = "23529000035676"


def fields(change):
    """A dialect that changes the fields of an answer: (name, value) -> (name, value)."""
    return lambda message: Message(message.code, message.fixed, tuple(change(*pair) for pair in message.fields))


def value_of(names, change):
    return fields(lambda name, value: (name, change(value) if name in names else value))


def more(*pairs):
    return lambda message: Message(message.code, message.fixed, (*message.fields, *pairs))


def due(text):
    return value_of(("AH",), lambda _value: text)


def backwards(message):
    return Message(message.code, message.fixed, message.fields[::-1])


def yes_is_y(message):
    said = "Y" if message.fixed.get("ok") == "1" else message.fixed.get("ok", "")
    return Message(message.code, message.fixed | ({"ok": said} if said else {}), message.fields)


def without(message, *names):
    return Message(message.code, message.fixed, tuple(pair for pair in message.fields if pair[0] not in names))


def blank_counts(message):
    return {name: "    " for name in ("holds", "overdue", "fines", "recalls") if name in message.fixed}


ITEM, PERSON = ("AB", "AU", "AT"), ("AA",)
# What becomes of a message, by the name of the dialect.
SAID = {
    "card": value_of(PERSON, lambda _who: CARD),
    "prefix": value_of(PERSON, lambda who: who.rpartition(".")[2]),
    "another prefix": value_of(PERSON, lambda who: f"COLLEGE:{who}"),
    "upper": value_of(PERSON, str.upper),
    "mixed case": value_of(PERSON, str.title),
    "blanks around": value_of((*PERSON, *ITEM), lambda number: f" {number}  "),
    "itemupper": value_of(ITEM, str.upper),
    "itemtrim": value_of(ITEM, lambda item: item.lstrip("0")),
    "itemprefix": value_of(ITEM, lambda item: f"COLLEGE.{item}"),
    "digitfield": more(("P1", "abc")),
    "lowfield": more(("xx", "1")),
    "signs as a field": more(("--", "1"), ("", "words of nobody"), ("A", "")),
    "nl": more(("AF", "Please see desk\nabout your card")),
    "crlf inside": more(("AF", "Please see desk\r\nabout your\r\n24 books")),
    "tab": more(("AF", "Please\tsee desk")),
    "latin": more(("AF", b"\xa37.00 outstanding")),
    "cp850": more(("AF", b"\x9c7.00 outstanding f\x81r B\x81cher")),
    "utf8": more(("AF", "£7.00 – “outstanding”")),
    "emptyaf": more(("AF", ""), ("AG", "")),
    "no last pipe": more(("BL", "Y")),
    "noao": lambda message: without(message, "AO", "CQ"),
    "blanks": lambda message: Message(message.code, message.fixed | blank_counts(message), message.fields),
    "pipe inside": value_of(("AJ",), lambda _title: "Either | or"),
    "other order": backwards,
    "okY": yes_is_y,
    "isodue": due("2026-12-20"),
    "isotime": due("2026-12-20T23:59:00+00:00"),
    "shortdue": due("20/12/2026"),
    "slash": due("12/20/2026"),
    "dotdue": due("20.12.2026 23:59"),
    "namedue": due("20 Dec 2026"),
    "noduetime": due("20261220"),
    "zdue": due("20261220   Z230000"),
    "letters": due("20261220 EST120000"),
    "offset": due("20261220+0100235900"),
}
END = {
    "lf": b"\n",
    "crlf": b"\r\n",
    "lfcr": b"\n\r",
    "nul": b"\x00\r\x00",
    "trailing blanks": b"  \r",
    "blank line": b"\r\r",
}
BEFORE = {"bom": b"\xef\xbb\xbf", "noise before": b"\x00 \xff\xfb\x01", "banner": b"Welcome to the 3M gateway\r\n"}
TRAILERS = ("nochk", "onlyseq", "lower checksum", "sums letters")
SENT = ("pieces", "byte by byte", "twice")
SEVERAL = (
    "nochk + lf",
    "nochk + lf + nl + byte by byte",
    "nochk + crlf inside + pieces",
    "nochk + no last pipe",
    "nochk + no last pipe + lf + twice",
    "nochk + bom + crlf + upper",
    "nochk + twice + shortdue",
    "onlyseq + lf + card + nl",
    "card + itemtrim + latin + lf + byte by byte + slash",
    "prefix + itemprefix + crlf inside + sums letters + twice",
    "another prefix + itemupper + other order + no last pipe + noise before",
    "mixed case + blanks around + tab + trailing blanks + pieces",
    "crlf inside + crlf + banner + lower checksum",
    "latin + nl + nul + twice",
)
DIALECTS = ("plain", *SAID, *END, *BEFORE, *TRAILERS, *SENT, *SEVERAL)


class Dialect(LibrarySystem):
    """One of DIALECTS, or several at once: `nochk + lf + nl`."""

    def __init__(self, name):
        self.names = name.split(" + ")
        super().__init__()

    def _of(self, table, otherwise):
        return next((table[name] for name in self.names if name in table), otherwise)

    def _send(self, there, line):
        written = self._of(BEFORE, b"") + self._written(line)
        size = self._of({"pieces": 7, "byte by byte": 1}, len(written))
        for start in range(0, len(written), size):
            there.sendall(written[start : start + size])
            if size < len(written):
                time.sleep(0.0005)
        if "twice" in self.names:
            there.sendall(written)

    def _written(self, line):
        received = decode(line)
        message = received.message
        for name in self.names:
            message = SAID[name](message) if name in SAID else message
        body = message.code.encode() + "".join(message.fixed.values()).encode()
        body += b"".join(name.encode() + _bytes(value) + b"|" for name, value in message.fields)
        if "no last pipe" in self.names:
            body = body.removesuffix(b"|")
        if "other order" in self.names:
            body = body.replace(b"|", b"||")
        return body + self._trailer(body, received.sequence) + self._of(END, b"\r")

    def _trailer(self, body, number):
        if "nochk" in self.names:
            return b""
        numbered = body + f"AY{number}".encode()
        if "onlyseq" in self.names:
            return numbered[len(body) :] + b"|"
        total = checksum_of(numbered + b"AZ")
        if "sums letters" in self.names:
            total = f"{-sum(map(ord, (numbered + b'AZ').decode())) & 0xFFFF:X}".encode()
        return numbered[len(body) :] + b"AZ" + (total.lower() if "lower checksum" in self.names else total)


def _bytes(value):
    return value if isinstance(value, bytes) else value.encode()
