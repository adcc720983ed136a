"""What the lockers write to people: the kinds of e-mail, and their original texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role
from lockers import endings_mail, notices

OFFICERS = frozenset({Role.LOCKER_OFFICER.value})
COMMON = {
    "name": Placeholder(_("The addressee's name"), "Ada Lovelace"),
    "locker": Placeholder(_("The locker"), "main/7"),
    "link": Placeholder(_("Where to read more"), "https://ostiary.example.org/home/"),
}
TIME = {"time": Placeholder(_("When it happened"), "2 Mar 2026, 10:15")}
FAILURES = COMMON | TIME | {"failures": Placeholder(_("Failures in a row"), "5")}

KEY = MailKind(
    code="lockers.key",
    label=_("The key that I have just asked for at the lockers"),
    subject=_("Your key for locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\nyour key is {{ key }}\n\nIt opens locker {{ locker }} once, until {{ until }}, at the "
        "station where you asked for it. You did not ask? Then tell a locker officer.\n\n{{ site }}"
    ),
    placeholders=COMMON
    | {
        "key": Placeholder(_("The key"), "ACDE FGHJ"),
        "until": Placeholder(_("Until when it is valid"), "10:18"),
    },
    obeys_quiet_hours=False,
)
DELAYED = MailKind(
    code="lockers.delayed",
    label=_("When somebody tries in vain to open my locker"),
    subject=_("{{ failures }} failed tries to open your locker"),
    body=_(
        "Hello {{ name }},\n\nat {{ time }} somebody has failed to open locker {{ locker }} in your name, "
        "{{ failures }} times in a row now. Further tries have to wait. It was not you? Then tell a locker officer."
        "\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=FAILURES,
    may_opt_out=False,
    obeys_quiet_hours=False,
)
DISABLED = MailKind(
    code="lockers.disabled",
    label=_("When my locker no longer opens by face"),
    subject=_("Your face no longer opens your locker"),
    body=_(
        "Hello {{ name }},\n\nafter {{ failures }} failed tries in a row, the last at {{ time }}, your face no longer "
        "opens a locker. A locker officer can allow it again; card and PIN work as before, with an officer."
        "\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=FAILURES,
    may_opt_out=False,
    obeys_quiet_hours=False,
)
JOINT_FAILED = MailKind(
    code="lockers.joint_failed",
    label=_("When a joint holder tries in vain to open my locker"),
    subject=_("A joint holder's tries to open locker {{ locker }} fail"),
    body=_(
        "Hello {{ name }},\n\nsomebody has tried to open your locker {{ locker }} as one of its joint holders, and has "
        "failed {{ failures }} times in a row now, the last time at {{ time }}. Further tries by face have to wait, or "
        "are shut. You open it as before. You did not expect this? Then tell a locker officer."
        "\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=FAILURES,
    may_opt_out=False,
    obeys_quiet_hours=False,
)
OVERRIDDEN = MailKind(
    code="lockers.overridden",
    label=_("When an officer opens my locker"),
    subject=_("An officer has opened locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\nat {{ time }} a locker officer has opened locker {{ locker }}. The reason: "
        "{{ reason }}\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=COMMON | TIME | {"reason": Placeholder(_("The officer's reason"), "The card was lost")},
    may_opt_out=False,
    obeys_quiet_hours=False,
)
FREE = MailKind(
    code="lockers.free",
    label=_("When a locker that I wait for is free"),
    subject=_("A locker is free: {{ bank }}"),
    body=_(
        "Hello {{ name }},\n\na locker is free in {{ bank }}, and it is your turn. Please see a locker officer until "
        "{{ until }}; after that the next who waits is told.\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders={
        "name": COMMON["name"],
        "link": COMMON["link"],
        "bank": Placeholder(_("The bank of lockers"), "Main building"),
        "until": Placeholder(_("Until when it is their turn"), "9 Mar 2026, 10:15"),
    },
    compose=notices.words_of_turn,
    may_opt_out=False,
)
CREDENTIAL = MailKind(
    code="lockers.credential",
    label=_("When an officer changes my card or PIN"),
    subject=_("Your card or PIN was changed"),
    body=_(
        "Hello {{ name }},\n\nat {{ time }} a locker officer has {{ what }}. You were not there? Then tell the "
        "staff at once.\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=TIME
    | {
        "name": COMMON["name"],
        "link": COMMON["link"],
        "what": Placeholder(_("What the officer has done"), _("withdrawn your card")),
    },
    may_opt_out=False,
    obeys_quiet_hours=False,
)
ENDING = MailKind(
    code="lockers.ending",
    label=_("When the time of my locker ends soon"),
    subject=_("Locker {{ locker }} is yours until {{ date }}"),
    body=_(
        "Hello {{ name }},\n\nlocker {{ locker }} is yours until {{ date }}, that day included. Afterwards it does not "
        "open for you any more. Please empty it before, or ask a locker officer for more time."
        "\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=COMMON | {"date": Placeholder(_("The last day"), "31 Mar 2026")},
    compose=endings_mail.words_for_holder,
    may_opt_out=False,
)
LOCKERS = {
    "name": COMMON["name"],
    "link": COMMON["link"],
    "number": Placeholder(_("How many lockers"), "2"),
    "lockers": Placeholder(_("The lockers, each with its customer and last day"), "main/7 · Grace Hopper · 31 Mar"),
}
OFFICER_ENDING = MailKind(
    code="lockers.officer_ending",
    label=_("When the time of lockers ends soon"),
    subject=_("Lockers whose time ends soon: {{ number }}"),
    body=_(
        "Hello {{ name }},\n\nthe time of these lockers ends soon. Their holders are told too."
        "\n\n{{ lockers }}\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=LOCKERS,
    compose=endings_mail.words_for_officer,
    may_opt_out=False,
    roles=OFFICERS,
)
OFFICER_ENDED = MailKind(
    code="lockers.officer_ended",
    label=_("When the time of lockers has ended"),
    subject=_("Lockers due for release: {{ number }}"),
    body=_(
        "Hello {{ name }},\n\nthe time of these lockers has ended: their holders open them no more. Please release "
        "them, or move their last day.\n\n{{ lockers }}\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=LOCKERS,
    compose=endings_mail.words_for_officer,
    may_opt_out=False,
    roles=OFFICERS,
)
OFFICER_LOCKOUT = MailKind(
    code="lockers.officer_lockout",
    label=_("When somebody fails again and again at a locker"),
    subject=_("{{ failures }} failed tries at locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\nat {{ time }} somebody has failed to open locker {{ locker }} as {{ person }}, "
        "{{ failures }} times in a row now.\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=FAILURES | {"person": Placeholder(_("As whom"), "Grace Hopper")},
    may_opt_out=False,
    obeys_quiet_hours=False,
    roles=OFFICERS,
)
OFFICER_ALARM = MailKind(
    code="lockers.officer_alarm",
    label=_("When a locker is forced, or nobody shuts it"),
    subject=_("Alarm at locker {{ locker }}: {{ alarm }}"),
    body=_("Hello {{ name }},\n\nat {{ time }}, locker {{ locker }}: {{ alarm }}.\n\n{{ link }}\n\n{{ site }}"),
    placeholders=COMMON | TIME | {"alarm": Placeholder(_("What is wrong"), _("Forced"))},
    may_opt_out=False,
    obeys_quiet_hours=False,
    roles=OFFICERS,
)

KINDS = [
    KEY,
    DELAYED,
    DISABLED,
    JOINT_FAILED,
    OVERRIDDEN,
    CREDENTIAL,
    ENDING,
    FREE,
    OFFICER_LOCKOUT,
    OFFICER_ALARM,
    OFFICER_ENDING,
    OFFICER_ENDED,
]
