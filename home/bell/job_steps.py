"""What was to be told later: a teacher may have corrected it in the meantime, and then it is not told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from accounts.mail import kinds, texts
from config.delivery.purging import delete_in_pieces
from config.ops.jobs.steps import for_each
from config.web.language import choice
from home.bell import notifications
from home.models import Notification

AT_ONCE = 500


def check(now: datetime) -> None:
    for_each(_check, list(Notification.objects.filter(checked=False, at__lte=now).order_by("at")[:AT_ONCE]))


def _check(row: Notification) -> None:
    kind = kinds.find(row.kind)
    context = kind.compose(row.facts) if kind and kind.compose else {}
    if kind is None or context is None:
        row.delete()
        return
    with choice.reading(row.person):
        row.text = notifications.sentence(kind, context, texts.text_of(kind)) if context else row.text
    row.checked = True
    row.save(update_fields=["text", "checked"])


def purge(now: datetime) -> dict[str, int]:
    """With the e-mails about the same events."""
    old = Notification.objects.filter(at__lt=now - timedelta(days=settings.MAIL_DAYS))
    return {"notifications": delete_in_pieces(old)}
