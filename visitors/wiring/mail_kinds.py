"""What the guest register writes to people: the kinds of e-mail, and their original texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role
from visitors.register import notices

_GUEST = {
    "name": Placeholder(_("The visitor's name"), "Alan Turing"),
    "host": Placeholder(_("The host's name"), "Grace Hopper"),
    "time": Placeholder(_("When the visitor is expected"), "2 Mar 2026, 09:00"),
    "place": Placeholder(_("Where to come"), _("Main entrance")),
    "link": Placeholder(_("Link to the page with the QR code"), "https://ostiary.example.org/visitors/pass/V1/"),
}
_HOST = {
    "name": Placeholder(_("The host's name"), "Grace Hopper"),
    "guest": Placeholder(_("The visitor's name, and their company"), "Alan Turing (Bletchley)"),
    "time": Placeholder(_("When the visitor arrived"), "2 Mar 2026, 09:04"),
    "badge": Placeholder(_("The number of the badge"), "7"),
    "link": Placeholder(_("Link to the host's visitors"), "https://ostiary.example.org/visitors/"),
}

INVITATION = MailKind(
    code="visitors.invitation",
    label=_("Invitation (to visitors)"),
    subject=_("Your visit on {{ time }}"),
    body=_(
        "Dear {{ name }},\n\n"
        "you are expected on {{ time }}, {{ place }}. Your host: {{ host }}.\n\n"
        "No photo of you is taken. Show the QR code of this page at the reception. It signs you in, and out when "
        "you leave:\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=_GUEST,
    compose=notices.compose_invitation,
    may_opt_out=False,
    obeys_quiet_hours=False,
    in_bell=False,
    roles=frozenset({"visitor"}),  # no account's: guests have none
)
CANCELLED = MailKind(
    code="visitors.cancelled",
    label=_("Cancelled visit (to visitors)"),
    subject=_("Your visit on {{ time }} is cancelled"),
    body=_("Dear {{ name }},\n\nyour visit to {{ host }} on {{ time }} is cancelled.\n\n{{ site }}"),
    placeholders=_GUEST,
    compose=notices.compose_cancelled,
    may_opt_out=False,
    obeys_quiet_hours=False,
    in_bell=False,
    roles=INVITATION.roles,
)
ARRIVED = MailKind(
    code="visitors.arrived",
    label=_("Visitor has arrived"),
    wish=_("When my visitor has arrived"),
    subject=_("{{ guest }} has arrived"),
    body=_(
        "Hello {{ name }},\n\n"
        "your visitor {{ guest }} arrived on {{ time }} and has badge {{ badge }}.\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=_HOST,
    compose=notices.compose_arrived,
    obeys_quiet_hours=False,
)
STILL_INSIDE = MailKind(
    code="visitors.still_inside",
    label=_("Visitor still signed in at closing time"),
    wish=_("When my visitor is still signed in at closing time"),
    subject=_("{{ guest }} is still signed in"),
    body=_(
        "Hello {{ name }},\n\n"
        "your visitor {{ guest }} arrived on {{ time }} and was not signed out. "
        "Has your visitor left? Then tell the reception, or sign them out on this page:\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=_HOST,
    compose=notices.compose_still_inside,
    obeys_quiet_hours=False,
)
ROLL_CALL = MailKind(
    code="visitors.roll_call",
    label=_("Evacuation list begun"),
    wish=_("When someone begins an evacuation list"),
    subject=_("{{ by }} has begun an evacuation list"),
    body=_(
        "Hello {{ name }},\n\n"
        "{{ by }} has begun an evacuation list on {{ time }}. "
        "It shows where everyone was last seen, so every list is recorded and administrators are told.\n\n"
        "{{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": Placeholder(_("The recipient's name"), "Margaret Hamilton"),
        "by": Placeholder(_("Who has begun it"), "Barbara Liskov"),
        "time": Placeholder(_("When it was begun"), "2 Mar 2026, 10:20"),
        "link": Placeholder(_("Link to the list"), "https://ostiary.example.org/visitors/evacuation/4/"),
    },
    obeys_quiet_hours=False,
    roles=frozenset({Role.ADMINISTRATOR}),
)

KINDS = [ARRIVED, STILL_INSIDE, ROLL_CALL, INVITATION, CANCELLED]
