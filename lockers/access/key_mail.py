"""A key by e-mail, where the site wants it (LOCKER_KEY_EMAIL).

It does not go through the outbox, which would keep the key's letters in the database: it is sent once, at once, from
memory. A mail server that does not answer costs nothing, for the key is on the screen.
"""

from __future__ import annotations

import logging
from functools import partial
from threading import Thread

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.utils import timezone
from django.utils.formats import time_format

from accounts.mail import kinds, texts
from accounts.mail.addressing import address_of, unwilling
from lockers.models import SecurityKey
from lockers.rules.opening import readable

log = logging.getLogger("ostiary.lockers")

KIND = "lockers.key"


def send(key: SecurityKey, code: str) -> None:
    """After the commit, and without waiting for the mail server. Nothing where there is no address, or no wish."""
    kind = kinds.all_kinds()[KIND]
    address = address_of(kind, key.person)
    if not address or unwilling(kind, [key.person]):
        return
    words = {
        "name": key.person.get_full_name(),
        "locker": str(key.locker),
        "key": readable(code),
        "until": time_format(timezone.localtime(key.expires_at)),
    }
    subject, body = texts.filled(kind, texts.text_of(kind), words)
    headers = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    message = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [address], headers=headers)
    transaction.on_commit(lambda: Thread(target=partial(_post, message), daemon=True).start())


def _post(message: EmailMessage) -> None:
    try:
        message.send()
    except Exception as error:
        log.warning("A key could not be sent by e-mail: %s", type(error).__name__)  # never with its text
