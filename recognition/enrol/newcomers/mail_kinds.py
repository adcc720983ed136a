"""What is written to newcomers, and to the staff who decide about them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role

_FIRST_NAME = Placeholder(_("First name"), "Ada")

INVITED = MailKind(
    code="recognition.invited",
    label=_("An invitation to sign up"),
    subject=_("{{ site }}: your invitation"),
    body=_(
        "Hello,\n\nyou are invited to sign up at {{ site }}. Open this link on your phone, by {{ until }}:\n\n"
        "{{ link }}"
    ),
    placeholders={
        "link": Placeholder(_("The invitation"), "https://ostiary.example.org/join/ABCDEFGHJKMN/"),
        "until": Placeholder(_("Its last day"), "9 Mar 2026"),
    },
    may_opt_out=False,
    obeys_quiet_hours=False,
    in_bell=False,
    roles=frozenset({"newcomer"}),
)
WAITS = MailKind(
    code="recognition.newcomer",
    label=_("Someone signed up and waits for acceptance"),
    subject=_("{{ name }} signed up and waits for acceptance"),
    body=_("{{ name }} signed up with an invitation. Accept or decline them here: {{ link }}\n\n{{ site }}"),
    placeholders={
        "name": Placeholder(_("The person's name"), "Ada Lovelace"),
        "link": Placeholder(_("The page “Newcomers”"), "https://ostiary.example.org/newcomers/"),
    },
    roles=frozenset({Role.ADMINISTRATOR}),
)
ACCEPTED = MailKind(
    code="recognition.newcomer_accepted",
    label=_("I was accepted after signing up"),
    subject=_("You are accepted"),
    body=_(
        "Hello {{ name }},\n\nyou are accepted. To sign in, choose a password here first, with this e-mail address: "
        "{{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": _FIRST_NAME,
        "link": Placeholder(_("Where a password is chosen"), "https://ostiary.example.org/password/forgotten/"),
    },
    may_opt_out=False,
    obeys_quiet_hours=False,
)
DECLINED = MailKind(
    code="recognition.newcomer_declined",
    label=_("Signing up was declined"),
    subject=_("You could not be accepted"),
    body=_(
        "Hello {{ name }},\n\nyou could not be accepted: {{ reason }}\n\nYour photos have been deleted. You can ask "
        "for another invitation.\n\n{{ site }}"
    ),
    placeholders={"name": _FIRST_NAME, "reason": Placeholder(_("The reason"), _("The id number is not right."))},
    may_opt_out=False,
    obeys_quiet_hours=False,
    in_bell=False,
    roles=frozenset({"newcomer"}),
)
KINDS = (INVITED, WAITS, ACCEPTED, DECLINED)
