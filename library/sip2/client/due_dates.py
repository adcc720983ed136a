"""When something is due, as the library system says it; and a note for /readyz where no one can read that."""

from __future__ import annotations

import logging
from datetime import datetime

from django.core.cache import cache
from django.utils.translation import gettext as _

from library.sip2.client.questions import Speech
from library.sip2.codec.dates import moment
from library.sip2.codec.messages import printable

log = logging.getLogger("ostiary.sip2")

UNREAD = "library:sip2:unread_due"  # in the cache: the last due date that no one could read
KEPT = 7 * 86_400  # s
NONE = "-"  # a loan without any date


def read(text: str, speech: Speech) -> datetime | None:
    """None where there is no date; one that cannot be read is remembered for /readyz."""
    found = moment(text, speech.zone, speech.due_format)
    if found is None and text.strip():
        _remember(printable(text.strip())[:40])
    return found


def missing() -> None:
    """A loan was made over there and no one said until when, or not so that it could be read."""
    if not cache.get(UNREAD):
        _remember(NONE)


def _remember(text: str) -> None:
    cache.set(UNREAD, text, KEPT)
    if text == NONE:
        log.warning("The library system names no due date: loans are recorded with the date of our own loan policy")
    else:
        log.warning("The due date %r of the library system cannot be read: set SIP2_DUE_FORMAT", text)


def advice(speech: Speech) -> str:
    """For /readyz: what was not understood of late; empty once it can be read."""
    text = cache.get(UNREAD)
    if not text or moment(text, speech.zone, speech.due_format):
        return ""
    if text == NONE:
        return _("Warning: it sends no due dates, so loans get the date of our own loan policy.")
    words = _("Warning: its due date “%(date)s” cannot be read, so loans get the date of our own loan policy.")
    return words % {"date": text} + " " + _("Set SIP2_DUE_FORMAT.")
