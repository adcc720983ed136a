"""A test e-mail that administrators send to themselves: whether the mail server takes it, and what it says if not."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from accounts.mail import outbox
from accounts.mail.addressing import is_address
from accounts.mail.kinds import MailKind, Placeholder
from accounts.models import OutgoingMail, User
from accounts.roles import Role
from config.errors import Refused

TEST = MailKind(
    code="accounts.test",
    label=_("Test e-mail"),
    subject=_("{{ site }}: this is a test"),
    body=_("Hello {{ name }},\n\nthis e-mail was sent to find out whether e-mails arrive. They do.\n\n{{ site }}"),
    placeholders={"name": Placeholder(_("The recipient's name"), "Ada Lovelace")},
    may_opt_out=False,
    obeys_quiet_hours=False,
    in_bell=False,
    roles=frozenset({Role.ADMINISTRATOR}),
)


def send(person: User) -> None:
    """Into the outbox, at once. Refused `no_address`."""
    if not is_address(person.email):
        words = _now(
            "You have no e-mail address, so no test can be sent to you. Add one to your own entry under People."
        )
        raise Refused("no_address", words)
    key = f"{TEST.code}:{person.pk}:{timezone.now().isoformat()}"
    outbox.enqueue(TEST.code, key=key, context={"name": person.get_full_name()}, person=person)


def last_of(person: User) -> OutgoingMail | None:
    return OutgoingMail.objects.filter(kind=TEST.code, person=person).order_by("-pk").first()
