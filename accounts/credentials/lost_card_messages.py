"""What is told of a lost card: to its person, to administrators, and to other systems."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role
from accounts.webhooks.kinds import EventKind

BLOCKED = MailKind(
    code="accounts.card_blocked",
    label=_("My card was blocked"),
    subject=_("Your card is blocked"),
    body=_(
        "Hello {{ name }},\n\nyour card was reported lost. It no longer works anywhere.\n\nDid you not report it, or "
        "have you found it? Please tell the administration: only they can unblock it.\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": Placeholder(_("First name"), "Ada"),
        "link": Placeholder(_("The page “My data”"), "https://ostiary.example.org/me/"),
    },
    may_opt_out=False,
    obeys_quiet_hours=False,
)
REPORTED = MailKind(
    code="accounts.card_lost",
    label=_("A card was reported lost"),
    subject=_("{{ name }} has lost their card"),
    body=_(
        "The card of {{ name }} was reported lost and no longer works. Give out another one, or unblock it if it was "
        "found: {{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": Placeholder(_("The person's name"), "Ada Lovelace"),
        "link": Placeholder(_("The person's page"), "https://ostiary.example.org/people/7/"),
    },
    roles=frozenset({Role.ADMINISTRATOR}),
)
MAIL_KINDS = (BLOCKED, REPORTED)
REPORTED_EVENT = EventKind(
    code="accounts.card_lost",
    label=_("Card reported lost"),
    meaning=_("A person, or an administrator for them, reported a card as lost. It names no one any more."),
    example={"by_themselves": True},
)
