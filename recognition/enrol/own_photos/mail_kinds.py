"""What is written about new photos that members sent of themselves."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role

_FIRST_NAME = Placeholder(_("First name"), "Ada")

WAITS = MailKind(
    code="recognition.photo_change",
    label=_("Someone sent new photos, which wait for acceptance"),
    subject=_("{{ name }} sent new photos"),
    body=_("{{ name }} sent new photos. Compare them, then accept or decline them here: {{ link }}\n\n{{ site }}"),
    placeholders={
        "name": Placeholder(_("The person's name"), "Ada Lovelace"),
        "link": Placeholder(_("The page “New photos”"), "https://ostiary.example.org/photo-changes/"),
    },
    roles=frozenset({Role.ADMINISTRATOR, Role.LIBRARIAN, Role.LOCKER_OFFICER}),
)
ACCEPTED = MailKind(
    code="recognition.photo_change_accepted",
    label=_("My new photos were accepted"),
    subject=_("Your new photos are in use"),
    body=_("Hello {{ name }},\n\nyour new photos were accepted, and are in use from now on.\n\n{{ site }}"),
    placeholders={"name": _FIRST_NAME},
)
DECLINED = MailKind(
    code="recognition.photo_change_declined",
    label=_("My new photos were declined"),
    subject=_("Your new photos were not accepted"),
    body=_(
        "Hello {{ name }},\n\nyour new photos were not accepted: {{ reason }}\n\nThey have been deleted, and your "
        "present photos stay in use. You can send others.\n\n{{ site }}"
    ),
    placeholders={"name": _FIRST_NAME, "reason": Placeholder(_("The reason"), _("The face is too dark."))},
    may_opt_out=False,
)
KINDS = (WAITS, ACCEPTED, DECLINED)
