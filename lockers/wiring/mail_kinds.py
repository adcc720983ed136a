"""What the lockers write to people: the kinds of e-mail, and their original texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role
from lockers.assignments import expiry, sharing
from lockers.assignments.abandoned import mail as abandoned_mail
from lockers.assignments.grants import mail as grant_mail
from lockers.bank import notices
from lockers.bank.terms import mail as terms_mail

OFFICERS = frozenset({Role.LOCKER_OFFICER.value})
COMMON = {
    "name": Placeholder(_("The recipient's name"), "Ada Lovelace"),
    "locker": Placeholder(_("The locker"), "main/7"),
    "link": Placeholder(_("Link to read more"), "https://ostiary.example.org/home/"),
}
TIME = {"time": Placeholder(_("When it happened"), "2 Mar 2026, 10:15")}
FAILURES = COMMON | TIME | {"failures": Placeholder(_("Failures in a row"), "5")}

KEY = MailKind(
    code="lockers.key",
    label=_("The key I have just requested at the lockers"),
    subject=_("Your key for locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "your key is {{ key }}\n\n"
        "It opens locker {{ locker }} once, until {{ until }}, at the station where you asked for it. If you "
        "did not ask for it, please tell a locker officer.\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON
    | {
        "key": Placeholder(_("The key"), "ACDE FGHJ"),
        "until": Placeholder(_("When it expires"), "10:18"),
    },
    obeys_quiet_hours=False,
    in_bell=False,
)
DELAYED = MailKind(
    code="lockers.delayed",
    label=_("When attempts to open my locker fail"),
    subject=_("Failed attempts to open your locker: {{ failures }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "someone tried to open locker {{ locker }} in your name at {{ time }} and failed. Failed attempts in a "
        "row: {{ failures }}. There is now a waiting time before the next attempt. If it was not you, please "
        "tell a locker officer.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
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
        "Hello {{ name }},\n\n"
        "your face no longer opens a locker. The reason is the number of failed attempts in a row: "
        "{{ failures }}, the last at {{ time }}. A locker officer can allow it again. Until then "
        "you can use your card and PIN with an officer, as before.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=FAILURES,
    may_opt_out=False,
    obeys_quiet_hours=False,
)
JOINT_FAILED = MailKind(
    code="lockers.joint_failed",
    label=_("When a joint holder's attempts to open my locker fail"),
    subject=_("Failed attempts by a joint holder of locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "someone tried to open your locker {{ locker }} as one of its joint holders and failed. Failed "
        "attempts in a row: {{ failures }}, the last at {{ time }}. Their further attempts by face are delayed "
        "or blocked. You can open the locker as before. If you did not expect this, please tell a locker "
        "officer.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=FAILURES,
    may_opt_out=False,
    obeys_quiet_hours=False,
)
OVERRIDDEN = MailKind(
    code="lockers.overridden",
    label=_("When an officer opens my locker"),
    subject=_("An officer opened locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "a locker officer opened locker {{ locker }} at {{ time }}. Reason: {{ reason }}\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON | TIME | {"reason": Placeholder(_("The officer's reason"), "The card was lost")},
    may_opt_out=False,
    obeys_quiet_hours=False,
)
OPENED_BY_HOME = MailKind(
    code="lockers.opened_by_home",
    label=_("When Home Assistant opens my locker"),
    subject=_("Home Assistant opened locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "Home Assistant opened locker {{ locker }} at {{ time }}. This is allowed for its bank. If you did not "
        "expect this, please tell a locker officer.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON | TIME,
    may_opt_out=False,
    obeys_quiet_hours=False,
)
OPENED_BY = (
    COMMON
    | TIME
    | {
        "who": Placeholder(_("Whose key it was"), "Grace Hopper"),
        "station": Placeholder(_("The kiosk"), "Lockers, ground floor"),
    }
)
OPENED = MailKind(
    code="lockers.opened",
    label=_("When my locker is opened"),
    subject=_("Locker {{ locker }} was opened"),
    body=_(
        "Hello {{ name }},\n\n"
        "locker {{ locker }} was opened at {{ time }}, with the key of {{ who }}, at {{ station }}.\n\n"
        "Was it not you, and not someone who shares the locker with you? Open the link, sign in, and press “Block "
        "this locker”. Then no key opens it, and the locker officers are told. Please see one of them.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=OPENED_BY,
    obeys_quiet_hours=False,
)
OPENED_ELSEWHERE = MailKind(
    code="lockers.opened_elsewhere",
    label=_("When my locker is opened from a kiosk that was not used for it before"),
    subject=_("Locker {{ locker }} was opened from another place"),
    body=_(
        "Hello {{ name }},\n\n"
        "locker {{ locker }} was opened at {{ time }}, with the key of {{ who }}, at {{ station }}. This kiosk was "
        "not used for it before.\n\n"
        "Was it not you, and not someone who shares the locker with you? Open the link, sign in, and press “Block "
        "this locker”. Then no key opens it, and the locker officers are told. Please see one of them.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=OPENED_BY,
    may_opt_out=False,
    obeys_quiet_hours=False,
)
BLOCKED = MailKind(
    code="lockers.blocked",
    label=_("When my locker is blocked"),
    subject=_("Locker {{ locker }} is blocked"),
    body=_(
        "Hello {{ name }},\n\n"
        "{{ who }} blocked locker {{ locker }} at {{ time }}. No key opens it until a locker officer lifts the "
        "block. Please see a locker officer, and bring your card or an identity document.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON | TIME | {"who": OPENED_BY["who"]},
    may_opt_out=False,
    obeys_quiet_hours=False,
)
PASSKEY = MailKind(
    code="lockers.passkey",
    label=_("When one of my passkeys is added, removed or refused"),
    subject=_("News about your locker passkeys"),
    body=_(
        "Hello {{ name }},\n\n"
        "this happened at {{ time }}:\n\n"
        "{{ what }}\n\n"
        "If you did not expect this, please remove any passkey you do not know and tell a locker officer.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders={
        "name": COMMON["name"],
        "link": COMMON["link"],
        "what": Placeholder(_("What happened"), "A passkey for your locker was added: My phone."),
    }
    | TIME,
    may_opt_out=False,
    obeys_quiet_hours=False,
)
FREE = MailKind(
    code="lockers.free",
    label=_("When a locker I am waiting for is free"),
    subject=_("A locker is free: {{ bank }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "a locker is free in {{ bank }}, and it is your turn. Please see a locker officer before {{ until }}. "
        "After that the locker goes to the next person on the list.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders={
        "name": COMMON["name"],
        "link": COMMON["link"],
        "bank": Placeholder(_("The bank of lockers"), "Main building"),
        "until": Placeholder(_("When their turn ends"), "9 Mar 2026, 10:15"),
    },
    compose=notices.words_of_turn,
    may_opt_out=False,
)
CREDENTIAL = MailKind(
    code="lockers.credential",
    label=_("When an officer changes my card or PIN"),
    subject=_("Your card or PIN was changed"),
    body=_(
        "Hello {{ name }},\n\n"
        "a locker officer made this change at {{ time }}:\n\n"
        "{{ what }}\n\n"
        "If you were not there, please tell the staff at once.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=TIME
    | {
        "name": COMMON["name"],
        "link": COMMON["link"],
        "what": Placeholder(_("What the officer changed"), _("Your card was withdrawn.")),
    },
    may_opt_out=False,
    obeys_quiet_hours=False,
)
ENDING = MailKind(
    code="lockers.ending",
    label=_("When the last day of my locker is near"),
    subject=_("Locker {{ locker }} is yours until {{ date }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "locker {{ locker }} is yours up to and including {{ date }}. After that it no longer opens for you. "
        "Please empty it by then, or ask a locker officer for more time.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON | {"date": Placeholder(_("The last day"), "31 Mar 2026")},
    compose=expiry.words_for_holder,
    may_opt_out=False,
)
CASE = COMMON | {
    "reason": Placeholder(_("The reason"), _("Its last day has passed")),
    "date": Placeholder(_("The first day on which it may be opened"), "31 Mar 2026"),
}
ABANDONED_FIRST = MailKind(
    code="lockers.abandoned_first",
    label=_("When my locker must be emptied: first notice"),
    subject=_("Please empty locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "locker {{ locker }} must be emptied. Reason: {{ reason }}. Please see a locker officer, who can open "
        "it for you or give you more time.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=CASE,
    compose=abandoned_mail.words_of_notice,
    may_opt_out=False,
)
ABANDONED_SECOND = MailKind(
    code="lockers.abandoned_second",
    label=_("When my locker must be emptied: second notice"),
    subject=_("Second notice: please empty locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "locker {{ locker }} has still not been emptied. Reason: {{ reason }}. If it is not emptied, it will "
        "be opened in front of a witness, on {{ date }} at the earliest. Please see a locker officer before "
        "then.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=CASE,
    compose=abandoned_mail.words_of_notice,
    may_opt_out=False,
)
ABANDONED_LAST = MailKind(
    code="lockers.abandoned_last",
    label=_("When my locker must be emptied: last notice"),
    subject=_("Last notice: locker {{ locker }} may be opened from {{ date }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "locker {{ locker }} has still not been emptied. Reason: {{ reason }}. From {{ date }} an officer may "
        "open it in front of a witness. Its contents will be listed and kept for you for some time. Please see "
        "a locker officer before then.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=CASE,
    compose=abandoned_mail.words_of_notice,
    may_opt_out=False,
)
ABANDONED_STORED = MailKind(
    code="lockers.abandoned_stored",
    label=_("When the contents of my locker are taken into storage"),
    subject=_("The contents of locker {{ locker }} are kept until {{ date }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "locker {{ locker }} was opened in front of a witness, and its contents are kept here: {{ place }}. "
        "Please collect them by {{ date }}. After that they may be disposed of.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON
    | {
        "place": Placeholder(_("Where it is kept"), "Porter's lodge"),
        "date": Placeholder(_("The last day it is kept"), "31 Mar 2026"),
    },
    compose=abandoned_mail.words_of_stored,
    may_opt_out=False,
)
TERMS = MailKind(
    code="lockers.terms",
    label=_("When the lockers have new terms"),
    subject=_("New terms for the lockers in {{ bank }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "the lockers in {{ bank }} have new terms, in force from {{ from }}. Please read them, and accept or "
        "refuse them by {{ date }}, here or at the kiosk. After that you get no key unless you have accepted "
        "them. A locker officer can always help you.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders={
        "name": COMMON["name"],
        "link": COMMON["link"],
        "bank": Placeholder(_("The bank of lockers"), "Main building"),
        "from": Placeholder(_("The first day"), "1 Mar 2026"),
        "date": Placeholder(_("The last day of the grace period"), "31 Mar 2026"),
    },
    compose=terms_mail.words_of_terms,
    may_opt_out=False,
)
GRANTED = MailKind(
    code="lockers.granted",
    label=_("When I am assigned a locker as part of a group"),
    subject=_("You have locker {{ locker }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "locker {{ locker }} in {{ bank }} is yours from {{ from }} up to and including {{ date }}. Your page "
        "explains how to open it. If you do not need it, please tell a locker officer: other people are "
        "waiting.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON
    | {
        "bank": Placeholder(_("The bank of lockers"), "Main building"),
        "from": Placeholder(_("The first day"), "1 Mar 2026"),
        "date": Placeholder(_("The last day"), "31 Mar 2026"),
    },
    compose=grant_mail.words_of_granted,
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
    label=_("When the last day of lockers is near"),
    subject=_("Lockers expiring soon: {{ number }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "the last day of these lockers is near. Their holders get an e-mail too.\n\n"
        "{{ lockers }}\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=LOCKERS,
    compose=expiry.words_for_officer,
    may_opt_out=False,
    roles=OFFICERS,
)
OFFICER_ENDED = MailKind(
    code="lockers.officer_ended",
    label=_("When the last day of lockers has passed"),
    subject=_("Lockers due for release: {{ number }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "the last day of these lockers has passed, and they no longer open for their holders. Please release "
        "them, or change their last day.\n\n"
        "{{ lockers }}\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=LOCKERS,
    compose=expiry.words_for_officer,
    may_opt_out=False,
    roles=OFFICERS,
)
SHARE_ENDING = MailKind(
    code="lockers.share_ending",
    label=_("When my share of a locker expires soon"),
    subject=_("You share locker {{ locker }} until {{ date }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "you share locker {{ locker }} up to and including {{ date }}. After that it no longer opens for you. "
        "Please take out your belongings by then, or ask a locker officer for more time.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON | {"date": Placeholder(_("The last day"), "31 Mar 2026")},
    compose=sharing.words_for_holder,
    may_opt_out=False,
)
SHARE_ENDING_OWNER = MailKind(
    code="lockers.share_ending_owner",
    label=_("When another person's share of my locker expires soon"),
    subject=_("{{ holder }} shares locker {{ locker }} until {{ date }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "{{ holder }} shares locker {{ locker }} with you up to and including {{ date }}. After that it no "
        "longer opens for them. If you want to change this, please ask a locker officer.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON
    | {
        "date": Placeholder(_("The last day"), "31 Mar 2026"),
        "holder": Placeholder(_("The joint holder"), "Grace Hopper"),
    },
    compose=sharing.words_for_owner,
    may_opt_out=False,
)
OFFICER_SHARE_ENDING = MailKind(
    code="lockers.officer_share_ending",
    label=_("When shares of lockers expire soon"),
    subject=_("Shares expiring soon: {{ number }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "these joint holders share their lockers for only a few more days. They and the customers get an "
        "e-mail too.\n\n"
        "{{ lockers }}\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=LOCKERS,
    compose=sharing.words_for_officer,
    may_opt_out=False,
    roles=OFFICERS,
)
OFFICER_LOCKOUT = MailKind(
    code="lockers.officer_lockout",
    label=_("When attempts at a locker fail repeatedly"),
    subject=_("Failed attempts at locker {{ locker }}: {{ failures }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "someone tried to open locker {{ locker }} as {{ person }} at {{ time }} and failed. Failed attempts "
        "in a row: {{ failures }}.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=FAILURES | {"person": Placeholder(_("The person whose name was used"), "Grace Hopper")},
    may_opt_out=False,
    obeys_quiet_hours=False,
    roles=OFFICERS,
)
OFFICER_ALARM = MailKind(
    code="lockers.officer_alarm",
    label=_("When a locker is forced or left open"),
    subject=_("Alarm at locker {{ locker }}: {{ alarm }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "there is an alarm at locker {{ locker }} since {{ time }}: {{ alarm }}.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON | TIME | {"alarm": Placeholder(_("What is wrong"), _("Forced"))},
    may_opt_out=False,
    obeys_quiet_hours=False,
    roles=OFFICERS,
)

OFFICER_BLOCKED = MailKind(
    code="lockers.officer_blocked",
    label=_("When a holder blocks a locker"),
    subject=_("Locker {{ locker }} was blocked by a holder"),
    body=_(
        "Hello {{ name }},\n\n"
        "{{ who }} blocked locker {{ locker }} at {{ time }}: someone else may have opened it. No key opens it until "
        "an officer lifts the block. Check the door and the last openings, and who the holder is, before you lift "
        "it.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=COMMON | TIME | {"who": OPENED_BY["who"]},
    may_opt_out=False,
    obeys_quiet_hours=False,
    roles=OFFICERS,
)
OFFICER_RELEASE = MailKind(
    code="lockers.officer_release",
    label=_("When officers release all doors of a bank"),
    subject=_("Emergency release of {{ bank }}: {{ what }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "this is the state of the emergency release of {{ bank }}: {{ what }}. It was changed by {{ by }} at "
        "{{ time }}. Reason: {{ reason }}. Any officer of this bank can end the release.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=TIME
    | {
        "name": COMMON["name"],
        "link": COMMON["link"],
        "bank": Placeholder(_("The bank"), "Main hall"),
        "what": Placeholder(_("The state"), _("Waiting for a second officer")),
        "by": Placeholder(_("The officer"), "Edsger Dijkstra"),
        "reason": Placeholder(_("The reason"), "Fire"),
    },
    may_opt_out=False,
    obeys_quiet_hours=False,
    roles=OFFICERS,
)
OFFICER_DURESS = MailKind(
    code="lockers.officer_duress",
    label=_("When a customer raises a silent alarm"),
    subject=_("Silent alarm: {{ person }}"),
    body=_(
        "Hello {{ name }},\n\n"
        "{{ person }} opened a locker under duress ({{ how }}) at {{ station }} at {{ time }}. The screen "
        "there shows nothing special. Do not call them, write to them or speak to them about it. Follow your "
        "site's procedure.\n\n"
        "{{ link }}\n\n"
        "{{ site }}"
    ),
    placeholders=TIME
    | {
        "name": COMMON["name"],
        "link": COMMON["link"],
        "person": Placeholder(_("The person"), "Grace Hopper"),
        "station": Placeholder(_("The place"), "lockers"),
        "how": Placeholder(_("How the alarm was raised"), _("Duress PIN")),
    },
    may_opt_out=False,
    obeys_quiet_hours=False,
    roles=OFFICERS,
    in_bell=False,
)

KINDS = [
    KEY,
    DELAYED,
    DISABLED,
    JOINT_FAILED,
    OVERRIDDEN,
    OPENED_BY_HOME,
    OPENED,
    OPENED_ELSEWHERE,
    BLOCKED,
    OFFICER_BLOCKED,
    PASSKEY,
    CREDENTIAL,
    ENDING,
    FREE,
    OFFICER_LOCKOUT,
    OFFICER_ALARM,
    OFFICER_DURESS,
    OFFICER_RELEASE,
    OFFICER_ENDING,
    OFFICER_ENDED,
    SHARE_ENDING,
    SHARE_ENDING_OWNER,
    OFFICER_SHARE_ENDING,
    GRANTED,
    ABANDONED_FIRST,
    ABANDONED_SECOND,
    ABANDONED_LAST,
    ABANDONED_STORED,
    TERMS,
]
