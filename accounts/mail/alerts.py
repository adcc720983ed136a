"""What the first page of the administration says of the outbox (config.ops.registries.alerts)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from accounts.mail import sending
from accounts.mail.delivery import OUTBOX
from accounts.models import OutgoingMail
from config.web.language.plurals import numbered

State = OutgoingMail.State
OVERDUE = timedelta(minutes=30)


def alerts() -> Iterator[SafeString]:
    counts = OUTBOX.counts()
    if failed := counts.get(State.FAILED, 0):
        words = numbered(
            ngettext("%d e-mail could not be delivered.", "%d e-mails could not be delivered.", failed), failed
        )
        yield _linked(words, State.FAILED)
    if unclear := counts.get(State.UNCLEAR, 0):
        words = numbered(
            ngettext("%d e-mail may not have arrived.", "%d e-mails may not have arrived.", unclear), unclear
        )
        yield _linked(words, State.UNCLEAR)
    if overdue := sending.due(timezone.now() - OVERDUE).count():
        words = numbered(
            ngettext("%d e-mail has been waiting too long.", "%d e-mails have been waiting too long.", overdue), overdue
        )
        yield _linked(words, State.WAITING)


def _linked(words: str, state: str) -> SafeString:
    address = reverse("admin:accounts_outgoingmail_changelist")
    return format_html('<a href="{}?state__exact={}">{}</a>', address, state, words)
