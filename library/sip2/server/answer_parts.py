"""What answers have in common: the site, the date, and how a question is refused."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from library.models import Copy
from library.sip2.codec.dates import stamp
from library.sip2.codec.layouts import ANSWERS, STATUS
from library.sip2.codec.messages import Message, printable

log = logging.getLogger("ostiary.sip2")

Fields = tuple[tuple[str, str], ...]
DENIED = ("charge_denied", "renewal_denied", "recall_denied", "hold_denied")
# An account about which nothing is said except that it may do nothing.
NO_STATUS = "".join("Y" if name in DENIED else " " for name in STATUS)
NO_COUNTS = dict.fromkeys(("holds", "overdue", "charged", "fines", "recalls", "unavailable_holds"), "0000")
FOUR_NO = {"ok": "0", "renewal_ok": "N", "magnetic": "N", "desensitize": "N"}
# The fixed part of each answer that says no.
NO: dict[str, dict[str, str]] = {
    "10": {"ok": "0", "resensitize": "N", "magnetic": "N", "alert": "N"},
    "12": FOUR_NO,
    "16": {"ok": "0", "available": "N"},
    "18": {"circulation": "01", "security": "00", "fee_type": "01"},
    "20": {"ok": "0"},
    "24": {"status": NO_STATUS, "language": "000"},
    "26": {"status": NO_STATUS, "language": "000"},
    "30": FOUR_NO,
    "36": {"ended": "N"},
    "38": {"accepted": "N"},
    "64": {"status": NO_STATUS, "language": "000", **NO_COUNTS},
    "66": {"ok": "0", "renewed": "0000", "unrenewed": "0000"},
    "94": {"ok": "0"},
    "98": {
        **dict.fromkeys(("online", "checkin_ok", "checkout_ok", "renewal_ok", "status_update_ok", "offline_ok"), "N"),
        "timeout": "050",
        "retries": "003",
        "version": "2.00",
    },
}
WITH_PERSON, WITH_ITEM = ("12", "16", "24", "26", "30", "36", "38", "64", "66"), ("10", "12", "16", "18", "20", "30")
WITH_TITLE = ("12", "30", "18", "20")


def refused(question: Message, words: str, *more: tuple[str, str]) -> Message:
    """The answer that says no, with a sentence for the screen of the machine."""
    code = ANSWERS[question.code]
    fixed = {"at": at(timezone.now()), **NO[code]}
    fields: Fields = (site(),) if code not in ("18", "20", "94") else ()
    fields += (("AA", question.get("AA")),) if code in WITH_PERSON else ()
    fields += (("AE", ""),) if code in ("24", "26", "64") else ()
    fields += (("AB", question.get("AB")),) if code in WITH_ITEM else ()
    fields += (("AQ", ""),) if code == "10" else ()
    named = {name for name, _value in more}
    fields += (("AJ", ""),) if code in WITH_TITLE and "AJ" not in named else ()
    fields += (("AH", ""),) if code in ("12", "30") else ()
    return Message(code, fixed, (*fields, *more, ("AF", printable(words))))


def after_the_deed(whole: Callable[[], Message], bare: Message) -> Message:
    """What was done is done: whatever fails while the answer is put together, the machine hears that it was."""
    try:
        return whole()
    except Exception:
        log.exception("SIP2: an answer %s was shortened to its result only", bare.code)
        return bare


def site() -> tuple[str, str]:
    return ("AO", settings.SIP2_INSTITUTION)


def at(moment: datetime) -> str:
    return stamp(moment, ZoneInfo(settings.TIME_ZONE))


def title_of(copy: Copy | None) -> str:
    return printable(copy.title.title) if copy else ""


def number(text: str, otherwise: int) -> int:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 6 else otherwise
