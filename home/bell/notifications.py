"""Writing what the bell tells, from the same events as the e-mails; and reading it.

Also for those who have no address or want no such e-mail: the bell disturbs no one.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from accounts.mail import texts
from accounts.mail.kinds import Context, MailKind
from accounts.mail.outbox import Letter
from config.web.guards import own_address
from home.models import Notification


def told(kind: MailKind, letters: Sequence[Letter], at: datetime | None) -> None:
    """A listener of the outbox, in the transaction of what happened. What is told later is checked again then."""
    now = timezone.now()
    mine = [letter for letter in letters if letter.person and kind.in_bell and not kind.to_guardian]
    if not mine:
        return
    later = at if at and at > now else None
    rows = [_row(kind, text, letter, later, now) for letter, text in texts.for_each(kind, mine)]
    Notification.objects.bulk_create(rows, ignore_conflicts=True, batch_size=200)


def _row(kind: MailKind, text: texts.Text, letter: Letter, later: datetime | None, now: datetime) -> Notification:
    return Notification(
        person=letter.person,
        kind=kind.code,
        key=letter.key,
        text=sentence(kind, letter.context, text),
        url=_page(letter.context),
        facts=letter.facts,
        at=later or now,
        checked=later is None,
    )


def sentence(kind: MailKind, context: Context, text: texts.Text) -> str:
    """The e-mail's subject: it says in one line what happened."""
    return texts.filled(kind, text, context).subject


def _page(context: Context) -> str:
    link = context.get("link", "")
    return own_address(str(link).removeprefix(settings.SITE_URL))[:300]


# --- reading ------------------------------------------------------------------------------------


def count(person: Any) -> int:
    return int(Notification.objects.shown_to(person).unread().count())


def read(rows: Any) -> int:
    """How many were unread."""
    return int(rows.unread().update(read_at=timezone.now()))
