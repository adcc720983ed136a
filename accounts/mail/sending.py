"""From the outbox to the mail server: each e-mail by one process at a time, and never a second time by itself."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from accounts.mail import addressing, kinds, reasons, texts
from accounts.mail.delivery import OUTBOX
from accounts.mail.kinds import MailKind
from accounts.mail.send_time import earliest
from accounts.mail.smtp.connection import Never, NotNow, Post, Unsure
from accounts.mail.smtp.message import message_of
from accounts.models import OutgoingMail
from config.web.language import choice

log = logging.getLogger("ostiary.mail")

State = OutgoingMail.State


class HeldBack(Exception):
    """It does not go out, for one of accounts.mail.reasons."""


def due(now: datetime) -> QuerySet[OutgoingMail]:
    return OUTBOX.due(now)


def deliver_due(now: datetime | None = None, *, most: int = 50) -> int:
    """Send what is due, oldest first. How many e-mails were dealt with, whatever became of them."""
    now = now or timezone.now()
    OUTBOX.reclaim(now)
    post, done = Post(), 0
    try:
        while done < most and (mail := OUTBOX.claim(due(now), now)):
            _deal_with(mail, post, now)
            done += 1
    finally:
        post.close()
    return done


def _deal_with(mail: OutgoingMail, post: Post, now: datetime) -> None:
    """1. Is it still to go out, now, to this address, with this text? 2. Hand it over. 3. Note what became of it."""
    kind = kinds.find(mail.kind)
    if kind is None:
        return _note(mail, State.CANCELLED, reasons.NO_KIND)
    allowed = earliest(kind, now)
    if allowed > now:
        return _note(mail, State.WAITING, mail.last_error, not_before=allowed, tries=mail.tries - 1)
    try:
        _renew(mail, kind)
        post.send(message_of(mail, kind))
    except HeldBack as held:
        _note(mail, State.CANCELLED, str(held))
    except Never as no:
        _note(mail, State.FAILED, str(no))
    except Unsure as unsure:
        _note(mail, State.UNCLEAR, str(unsure))
    except NotNow as later:
        _try_later(mail, kind, str(later), now)
    except Exception:
        log.exception("An e-mail of the kind %s could not be written", mail.kind)
        _try_later(mail, kind, "It could not be written; the log says more.", now)
    else:
        _note(mail, State.SENT, "", sent_at=timezone.now())


def _renew(mail: OutgoingMail, kind: MailKind) -> None:
    """Address and text as they are now. Raises HeldBack."""
    if mail.person is not None:
        if addressing.unwilling(kind, [mail.person]):
            raise HeldBack(reasons.UNWANTED)
        mail.to = addressing.address_of(kind, mail.person)
        if not mail.to:
            raise HeldBack(reasons.NO_ADDRESS)
    if kind.compose is not None:
        with choice.reading(mail.person):
            context = kind.compose(mail.facts)
            if context is None:
                raise HeldBack(reasons.UNTRUE)
            mail.subject, mail.body = texts.filled(kind, texts.text_of(kind), context)


def _try_later(mail: OutgoingMail, kind: MailKind, why: str, now: datetime) -> None:
    at = OUTBOX.next_try(mail, now)
    OUTBOX.try_later(mail, why, at and earliest(kind, at), **_text_of(mail))


def _note(mail: OutgoingMail, state: str, why: str, **more: object) -> None:
    OUTBOX.note(mail, state, why, **{**_text_of(mail), "tries": mail.tries, **more})


def _text_of(mail: OutgoingMail) -> dict[str, object]:
    """What it said when it went out, or was to go out."""
    return {"to": mail.to, "subject": mail.subject, "body": mail.body}
