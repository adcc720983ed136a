"""What the lockers write to people: the kinds of e-mail, and their original texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role

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
        "Hello {{ name }},\n\na locker has become free in {{ bank }}, and you are the first who waits. "
        "Please see a locker officer.\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=COMMON | {"bank": Placeholder(_("The bank of lockers"), "Main building")},
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

KINDS = [KEY, DELAYED, DISABLED, JOINT_FAILED, OVERRIDDEN, FREE, OFFICER_LOCKOUT, OFFICER_ALARM]
