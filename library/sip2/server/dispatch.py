"""What our server answers: one terminal, question by question. Knows nothing of sockets."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.utils import timezone
from django.utils.translation import gettext as _

from library.sip2.codec.layouts import ANSWERS, SUPPORTED
from library.sip2.codec.messages import Message, printable
from library.sip2.server import item_answers, patron_answers
from library.sip2.server.answer_parts import at, refused, site
from library.sip2.server.session import TerminalSession

log = logging.getLogger("ostiary.sip2")

Answer = Callable[[TerminalSession, Message, datetime], Message]
ANSWERED: dict[str, Answer] = {
    "23": patron_answers.patron_status,
    "63": patron_answers.patron_information,
    "35": patron_answers.end_session,
    "37": patron_answers.fee_paid,
    "01": patron_answers.block_patron,
    "25": patron_answers.enable_patron,
    "17": item_answers.item,
    "19": item_answers.item_status_update,
    "11": item_answers.check_out,
    "09": item_answers.check_in,
    "29": item_answers.renew,
    "65": item_answers.renew_all,
    "15": item_answers.hold,
}


class NotSignedIn(Exception):
    """A terminal that has not said who it is gets no answer."""


class Desk:
    """One connection: what is asked on it is answered, whatever it is."""

    def __init__(self) -> None:
        self.session = TerminalSession()

    @property
    def terminal(self) -> str:
        return self.session.terminal

    @property
    def is_over(self) -> bool:
        """Three logins failed."""
        return self.session.is_over

    def sign_in(self, name: str, password: str) -> bool:
        return self.session.sign_in(name, password)

    def answer(self, question: Message) -> Message:
        """Raises NotSignedIn before the login, and the database's errors."""
        if question.code == "93":
            return Message("94", {"ok": "1" if self.sign_in(question.get("CN"), question.get("CO")) else "0"})
        if question.code == "99":
            return self._status(timezone.now())
        if not self.terminal:
            raise NotSignedIn
        if not self.session.may(question.code):
            return refused(question, _("This machine may not do that. Please ask at the desk."))
        return self._safely(question)

    def _safely(self, question: Message) -> Message:
        """A fault of our own is a refusal on the screen, never a line that goes dead."""
        try:
            return ANSWERED[question.code](self.session, question, timezone.now())
        except (DatabaseError, InterfaceError):
            raise
        except Exception:
            log.exception("SIP2: %s could not be answered", question.code)
            return refused(question, _("The library system cannot do this at the moment. Please ask at the desk."))

    def _status(self, now: datetime) -> Message:
        """Also before the login: it says nothing of anyone."""
        fixed = dict.fromkeys(("online", "checkin_ok", "checkout_ok", "renewal_ok"), "Y")
        fixed |= {"status_update_ok": "Y" if self._may("01") else "N", "offline_ok": "N"}
        fixed |= {"timeout": "050", "retries": "003", "at": at(now), "version": "2.00"}
        spoken = "".join("Y" if self._may(code) else "N" for code in SUPPORTED)
        name = printable(settings.SITE_NAME)
        return Message("98", fixed, (site(), ("AM", name), ("BX", spoken), ("AN", self.terminal)))

    def _may(self, code: str) -> bool:
        return self.session.may(code)


def is_question(code: str) -> bool:
    return code in ANSWERS
