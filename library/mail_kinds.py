"""What the library writes to people: the kinds of e-mail, and their original texts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail.kinds import MailKind, Placeholder
from library import notices

COMMON = {
    "name": Placeholder(_("The reader's name"), "Ada Lovelace"),
    "link": Placeholder(_("Where to read more"), "https://ostiary.example.org/home/"),
}
BOOKS = Placeholder(_("The books, one a line"), "Emma (due 2 Mar 2026)\nDracula (due 2 Mar 2026)")
DATED = COMMON | {
    "books": BOOKS,
    "date": Placeholder(_("The day on which they are due"), "2 Mar 2026"),
    "days": Placeholder(_("How many days late they are"), "7"),
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
    label=_("When a book that I wait for is ready"),
    subject=_("Ready for you: {{ title }}"),
    body=_(
        "Hello {{ name }},\n\n{{ title }} lies on the hold shelf for you until {{ until }}. "
        "After that it goes to the next reader.\n\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=COMMON
    | {
        "title": Placeholder(_("The title"), "Pride and Prejudice"),
        "until": Placeholder(_("Until when it waits"), "9 Mar 2026"),
    },
    compose=notices.words_of_hold,
)
DUE_SOON = MailKind(
    code="library.due_soon",
    label=_("When books of mine are due soon"),
    subject=_("Due on {{ date }}: books from the library"),
    body=_(
        "Hello {{ name }},\n\nthese books are due on {{ date }}:\n\n{{ books }}\n\n"
        "You can renew them unless somebody else waits.\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=DATED,
    compose=notices.words_of_loans,
)
OVERDUE = MailKind(
    code="library.overdue",
    label=_("When books of mine are overdue"),
    subject=_("Overdue since {{ date }}: books from the library"),
    body=_(
        "Hello {{ name }},\n\nthese books were due on {{ date }}:\n\n{{ books }}\n\n"
        "Please bring them back, or renew them if nobody waits.\n{{ link }}\n\n{{ site }}"
    ),
    placeholders=DATED,
    compose=notices.words_of_loans,
)

KINDS = [RECEIPT, HOLD_READY, DUE_SOON, OVERDUE]
