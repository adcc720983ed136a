"""From the outbox to the mail server: each e-mail by one process at a time, and never a second time by itself."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.mail import addressing, kinds, reasons, texts
from accounts.mail.backoff import pause_after
from accounts.mail.kinds import MailKind
from accounts.mail.message import message_of
from accounts.mail.post import Never, NotNow, Post, Unsure
from accounts.mail.timing import earliest
from accounts.models import OutgoingMail

log = logging.getLogger("ostiary.mail")

State = OutgoingMail.State
LEASE = timedelta(minutes=10)  # longer than any conversation with a server (settings.EMAIL_TIMEOUT)


class HeldBack(Exception):
    """It does not go out, for one of accounts.mail.reasons."""


def due(now: datetime) -> QuerySet[OutgoingMail]:
    return OutgoingMail.objects.filter(state=State.WAITING, not_before__lte=now).order_by("not_before", "pk")


def deliver_due(now: datetime | None = None, *, most: int = 50) -> int:
    """Send what is due, oldest first. How many e-mails were dealt with, whatever became of them."""
    now = now or timezone.now()
    give_up_leases(now)
    post, done = Post(), 0
    try:
        while done < most and (mail := _claim(now)):
            _deal_with(mail, post, now)
            done += 1
    finally:
        post.close()
    return done


def give_up_leases(now: datetime) -> None:
    """A process ended while it was sending: nobody can say whether the e-mail went out. A person decides."""
    lost = OutgoingMail.objects.filter(state=State.SENDING, lease_until__lt=now)
    if not lost.exists():  # asked every few seconds: no write lock for nothing
        return
    if count := lost.update(state=State.UNCLEAR, last_error=reasons.INTERRUPTED):
        log.warning("%d e-mails may have been delivered or not: see the outbox in the administration", count)


def _claim(now: datetime) -> OutgoingMail | None:
    """Of several processes that want the next e-mail, one gets it."""
    while mail := due(now).first():
        mail.lease_until = max(now, timezone.now()) + LEASE
        mail.tries += 1
        waiting = OutgoingMail.objects.filter(pk=mail.pk, state=State.WAITING, tries=mail.tries - 1)
        if waiting.update(state=State.SENDING, lease_until=mail.lease_until, tries=mail.tries):
            return mail
    return None


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
        context = kind.compose(mail.facts)
        if context is None:
            raise HeldBack(reasons.UNTRUE)
        mail.subject, mail.body = texts.filled(kind, texts.text_of(kind), context)


def _try_later(mail: OutgoingMail, kind: MailKind, why: str, now: datetime) -> None:
    pause = pause_after(mail.tries)
    if pause is None:
        log.error("An e-mail was given up after %d tries: %s", mail.tries, why)
        return _note(mail, State.FAILED, why)
    return _note(mail, State.WAITING, why, not_before=earliest(kind, now + pause))


def _note(mail: OutgoingMail, state: str, why: str, **more: object) -> None:
    """What became of it; only by the process that holds it. `unclear` is overwritten by whoever knows better."""
    mine = OutgoingMail.objects.filter(
        pk=mail.pk, lease_until=mail.lease_until, state__in=(State.SENDING, State.UNCLEAR)
    )
    written: dict[str, object] = {"to": mail.to, "subject": mail.subject, "body": mail.body, "tries": mail.tries}
    mine.update(**{**written, "state": state, "last_error": why[:500], **more})
