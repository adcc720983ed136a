"""What the library writes to people: the kinds of e-mail, and their original texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from accounts.roles import Role
from library.circulation import notices
from library.kiosk.help import letters

COMMON = {
    "name": Placeholder(_("The reader's name"), "Ada Lovelace"),
    "link": Placeholder(_("Link to the page with more"), "https://ostiary.example.org/home/"),
}
BOOKS = Placeholder(_("The books, one on each line"), "Emma (due 2 Mar 2026)\nDracula (due 2 Mar 2026)")
DATED = COMMON | {
    "books": BOOKS,
    "date": Placeholder(_("The day they are due"), "2 Mar 2026"),
    "days": Placeholder(_("How many days overdue they are"), "7"),
}

RECEIPT = MailKind(
    code="library.receipt",
    label=_("Receipts for what I have borrowed"),
    subject=_("Your books from the library"),
    body=_("Hello {{ name }},\n\nyou have borrowed:\n\n{{ books }}\n\n{{ link }}\n\n{{ site }}"),
    placeholders=COMMON | {"books": BOOKS},
    obeys_quiet_hours=False,
)
HOLD_READY = MailKind(
    code="library.hold_ready",
    label=_("When a book I am waiting for is ready"),
    subject=_("Ready for you: {{ title }}"),
    body=_(
        "Hello {{ name }},\n\n{{ title }} is on the hold shelf for you until {{ until }}. "
        "After that it goes to the next person in the queue.\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=COMMON
    | {
        "title": Placeholder(_("The title"), "Pride and Prejudice"),
        "until": Placeholder(_("Last day to pick it up"), "9 Mar 2026"),
    },
    compose=notices.words_of_hold,
)
DUE_SOON = MailKind(
    code="library.due_soon",
    label=_("When my books are due soon"),
    subject=_("Due on {{ date }}: books from the library"),
    body=_(
        "Hello {{ name }},\n\nthese books are due on {{ date }}:\n\n{{ books }}\n\n"
        "You can renew them unless another reader is waiting.\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=DATED,
    compose=notices.words_of_loans,
)
OVERDUE = MailKind(
    code="library.overdue",
    label=_("When my books are overdue"),
    subject=_("Overdue since {{ date }}: books from the library"),
    body=_(
        "Hello {{ name }},\n\nthese books were due on {{ date }}:\n\n{{ books }}\n\n"
        "Please return them, or renew them if no one is waiting.\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=DATED,
    compose=notices.words_of_loans,
)

AUTO_RENEWED = MailKind(
    code="library.auto_renewed",
    label=_("When my books are renewed automatically"),
    subject=_("Your books were renewed where possible"),
    body=_(
        "Hello {{ name }},\n\nthe library tried to renew your books:\n\n{{ books }}\n\n"
        "Please return what could not be renewed by its due date.\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=COMMON
    | {"books": Placeholder(_("Each book with its result"), "Emma: Renewed until 30 Mar 2026.\nDracula: ...")},
)

HELP_WANTED = MailKind(
    code="library.help_wanted",
    label=_("When help is wanted at a station of the library"),
    subject=_("Help is wanted: {{ station }}"),
    body=_("Help is wanted at {{ station }}. {{ what }}\n\nAnswer it here: {{ link }}\n\n{{ site }}"),
    placeholders={
        "station": Placeholder(_("The station"), _("Library exit")),
        "what": Placeholder(_("What has happened"), _("The Help button was pressed.")),
        "link": Placeholder(_("Link to the page with more"), "https://ostiary.example.org/library/help/"),
    },
    compose=letters.words_at_sending,
    obeys_quiet_hours=False,
    roles=frozenset({Role.LIBRARIAN, Role.ADMINISTRATOR}),
)

UNSTAFFED = MailKind(
    code="library.unstaffed",
    label=_("Each morning: what happened in the library's unstaffed hours"),
    subject=_("Unstaffed hours of the library, {{ date }}"),
    body=_("In the unstaffed hours before this morning:\n\n{{ numbers }}\n\nMore: {{ link }}\n\n{{ site }}"),
    placeholders={
        "date": Placeholder(_("The day of the report"), "2 Mar 2026"),
        "numbers": Placeholder(_("What happened and how often, one on each line"), "Entries: 12\nLoans: 7"),
        "link": Placeholder(_("Link to the page with more"), "https://ostiary.example.org/library/unstaffed/"),
    },
    roles=frozenset({Role.LIBRARIAN, Role.ADMINISTRATOR}),
)

KINDS = [RECEIPT, HOLD_READY, DUE_SOON, OVERDUE, AUTO_RENEWED, HELP_WANTED, UNSTAFFED]
