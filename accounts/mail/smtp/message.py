"""The e-mail itself: plain text, with the headers that machines look for."""

from __future__ import annotations

import hashlib
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from accounts.mail import preferences
from accounts.mail.kinds import MailKind
from accounts.models import OutgoingMail
from config.web.branding import brand


def message_of(mail: OutgoingMail, kind: MailKind) -> EmailMessage:
    headers = {
        "Message-ID": message_id(mail.key),
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
    }
    body = mail.body
    if kind.may_opt_out and mail.person is not None:
        link = preferences.link(mail.person, kind)
        headers["List-Unsubscribe"] = f"<{link}>"
        if link.startswith("https:"):
            headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"  # RFC 8058
        body += "\n-- \n" + _("To stop e-mails of this kind: %(link)s") % {"link": link} + "\n"
    return EmailMessage(mail.subject, body, sender(), [mail.to], headers=headers)


def sender() -> str:
    """The site's address, with the institution's name where it has one and none is set with the address."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    own = brand.current().own_name
    return formataddr((own, address)) if own and not name else settings.DEFAULT_FROM_EMAIL


def message_id(key: str) -> str:
    """Always the same for the same event, so that a mailbox knows a second copy for what it is."""
    digest = hashlib.sha256(f"{settings.SITE_URL} {key}".encode()).hexdigest()[:32]
    return f"<{digest}@{parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition('@')[2] or 'localhost'}>"
