"""A real mail server in a thread, and two kinds of e-mail, for stories about e-mail."""

from __future__ import annotations

import email
import email.policy
import socket
from contextlib import contextmanager
from datetime import timedelta

from aiosmtpd.controller import Controller
from django.utils import timezone

from accounts.mail import kinds, sending
from accounts.mail.kinds import MailKind, Placeholder
from accounts.models import OutgoingMail

PLACEHOLDERS = {"name": Placeholder("The person's name", "Ada Lovelace"), "news": Placeholder("The news", "one\ntwo")}
NEWS = MailKind("test.news", "News", "News for {{ name }}", "Hello {{ name }},\n\n{{ news }}\n", PLACEHOLDERS)
DUTY = MailKind("test.duty", "Duties", "A duty", "{{ news }}", PLACEHOLDERS, may_opt_out=False, obeys_quiet_hours=False)
PARENTS = MailKind(
    "test.parents", "News for guardians", "About {{ name }}", "{{ news }}", PLACEHOLDERS, to_guardian=True
)


def now_or_never(facts):
    """Writes what stands in the facts; a fact that is missing is no longer true."""
    return {"name": "Ada", "news": facts["news"]} if facts.get("news") in TRUE else None


TRUE: set[str] = set()
LIVELY = MailKind("test.lively", "Lively", "Now: {{ news }}", "{{ news }}", PLACEHOLDERS, compose=now_or_never)
KINDS = [NEWS, DUTY, PARENTS, LIVELY]


def only(found=KINDS):
    """No kinds but these, until the block ends."""
    return kinds.KINDS.replaced({kind.code: kind for kind in found})


class Mailbox:
    """What arrived, and how the server behaves: `answer` to a text, `refuse` an address, a `hook` before answering."""

    def __init__(self):
        self.letters, self.answer, self.refuse, self.hook, self.conversations = [], "250 OK", {}, None, 0

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        session.host_name, self.conversations = hostname, self.conversations + 1
        return responses

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):  # noqa: N802
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        self.letters.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        if self.hook:
            self.hook(server)
        return self.answer

    def last(self):
        return self.letters[-1]

    def text(self):
        return self.last().get_content().replace("\r\n", "\n")


@contextmanager
def listening(port, mailbox):
    controller = Controller(mailbox, hostname="127.0.0.1", port=port, server_hostname="localhost")
    controller.start()
    try:
        yield mailbox
    finally:
        controller.stop()


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def at(minutes):
    return timezone.now() + timedelta(minutes=minutes)


def go(minutes=0.0):
    """The worker comes by, so many minutes from now."""
    return sending.deliver_due(at(minutes) + timedelta(seconds=1))


def states():
    return dict(OutgoingMail.objects.values_list("key", "state"))
