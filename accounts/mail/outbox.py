"""Putting e-mails into the outbox, and what an administrator does to one that lies there.

Called in the transaction of what has happened: an e-mail exists if, and only if, that has been committed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import kinds, reasons, tasks, texts
from accounts.mail.addressing import address_of, is_address, unwilling
from accounts.mail.delivery import OUTBOX
from accounts.mail.kinds import Context, MailKind
from accounts.mail.send_time import earliest
from accounts.models import OutgoingMail, User
from config.errors import Refused
from config.ops.registries.registry import Registry

State = OutgoingMail.State


@dataclass(frozen=True)
class Letter:
    """One e-mail to be. `key` names the event and the addressee; `person` or `to` says to whom."""

    key: str
    context: Context
    person: User | None = None
    to: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


Listener = Callable[[MailKind, Sequence[Letter], "datetime | None"], object]
LISTENERS = Registry[Listener]("Listeners to e-mails")  # hear of every letter, also of what no one gets by e-mail


def enqueue(
    kind: str,
    *,
    key: str,
    context: Context,
    person: User | None = None,
    to: str = "",
    facts: dict[str, Any] | None = None,
    at: datetime | None = None,
) -> OutgoingMail | None:
    """Write one e-mail, to go out at `at` (now) or after the quiet hours.

    None when it does not go out: there is no address, or the person does not want it. The same key twice is one e-mail.
    """
    enqueue_all(kind, [Letter(key, context, person, to, facts or {})], at=at)
    return OutgoingMail.objects.filter(key=key).first()


def enqueue_all(kind: str, letters: Sequence[Letter], *, at: datetime | None = None) -> None:
    """The same for many of one kind, in a few queries."""
    known = kinds.all_kinds()[kind]
    for listener in LISTENERS:
        listener(known, letters, at)
    refusing = unwilling(known, [letter.person for letter in letters if letter.person])
    wanted = [letter for letter in letters if _address(known, letter) and _id(letter) not in refusing]
    if not wanted:
        return
    when = earliest(known, max(at or timezone.now(), timezone.now()))
    rows = [_row(known, letter, text, when) for letter, text in texts.for_each(known, wanted)]
    OutgoingMail.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)
    _revive([letter.key for letter in wanted], when)
    if when <= timezone.now():
        transaction.on_commit(tasks.wake, robust=True)  # the clock wakes a worker too


def _address(kind: MailKind, letter: Letter) -> str:
    if letter.person is not None:
        return address_of(kind, letter.person)
    return letter.to if is_address(letter.to) else ""


def _id(letter: Letter) -> int | None:
    return letter.person.pk if letter.person else None


def _row(kind: MailKind, letter: Letter, text: texts.Text, when: datetime) -> OutgoingMail:
    subject, body = texts.filled(kind, text, letter.context)
    return OutgoingMail(
        kind=kind.code,
        key=letter.key,
        person=letter.person,
        to=_address(kind, letter),
        subject=subject,
        body=body,
        facts=letter.facts,
        not_before=when,
    )


def _revive(keys: list[str], when: datetime) -> None:
    """What was held back because it was no longer true is true again. It never went out, so this is not twice."""
    held_back = OutgoingMail.objects.filter(key__in=keys, state=State.CANCELLED, last_error=reasons.UNTRUE)
    held_back.update(state=State.WAITING, last_error="", tries=0, not_before=when)


# --- by hand ------------------------------------------------------------------------------------


def send_again(mail: OutgoingMail) -> None:
    """Try it again, at once. Refused `sent_already`: what has gone out does not go out a second time."""
    if not OUTBOX.replay(OutgoingMail.objects.filter(pk=mail.pk), timezone.now()):
        raise Refused("sent_already", _("This e-mail was already sent or is being sent now."), status=409)
    transaction.on_commit(tasks.wake, robust=True)  # the clock wakes a worker too


def cancel(mail: OutgoingMail) -> None:
    """It does not go out. Refused `not_waiting` when it has gone, or may have."""
    waiting = OutgoingMail.objects.filter(pk=mail.pk, state=State.WAITING)
    if not waiting.update(state=State.CANCELLED, last_error=reasons.BY_HAND):
        raise Refused("not_waiting", _("Only a waiting e-mail can be cancelled."), status=409)
