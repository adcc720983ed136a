"""Codes of the library in sentences, for two audiences: what happened, why, and what the reader of it can do.

`REASONS` speak to a library's user: at kiosks, self-service machines, on their own pages. They never say who has or
wants a book. `AT_DESK` speak to a librarian, with names; `desk_words` fills them in.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS = {
    "not_valid": gettext_lazy("Your membership is not valid today. Please ask at the desk."),
    "blocked": gettext_lazy("Your account is blocked. Please ask at the desk."),
    "owes_too_much": gettext_lazy("You owe more than the library allows. Please pay at the desk."),
    "overdue": gettext_lazy("One of your books is overdue. Please return it first, or ask at the desk."),
    "lost": gettext_lazy("This book is recorded as lost. Please bring it to the desk."),
    "withdrawn": gettext_lazy("This book was withdrawn from the library. Please bring it to the desk."),
    "in_transit": gettext_lazy("This book is in transit to another branch. Please bring it to the desk."),
    "reference": gettext_lazy("This book is for reference only and cannot be borrowed."),
    "yours_already": gettext_lazy("You have already borrowed this book. You can renew or return it."),
    "on_loan": gettext_lazy("This book is on loan to another reader. Please bring it to the desk."),
    "on_hold": gettext_lazy("Another reader is waiting for this book. Please put it on the return shelf."),
    "too_many": gettext_lazy("You have reached the limit of books on your account. Please return one first."),
    "renewed_enough": gettext_lazy(
        "This book has been renewed as often as possible. Please return it by its due date."
    ),
    "too_early": gettext_lazy("It is too early to renew this book. You can renew it shortly before its due date."),
    "not_longer": gettext_lazy("Renewing would not change the due date. Please return it by then."),
    "not_on_loan": gettext_lazy("This book is not on loan."),
    "no_failed_gate": gettext_lazy("This gate did not just fail to open, so there is nothing to repeat."),
    "not_lost": gettext_lazy("This copy is not recorded as lost."),
    "unknown_barcode": gettext_lazy("This barcode is not in the catalogue."),
    "bad_pass": gettext_lazy("This pass is not known, has already been used, or has expired. Please ask at the desk."),
    "alarm": gettext_lazy("The gate alarm is ringing. Please wait here with your books. A member of staff is coming."),
    "unfinished": gettext_lazy("Your scanned books are not checked out yet. Please press Finish at the exit station."),
    "not_inside": gettext_lazy("You are not recorded as inside. Please ask at the desk."),
}

# The facts in brackets are those of `desk_words.DeskFacts`.
AT_DESK = {
    "not_valid": gettext_lazy("%(name)s (%(number)s) has no valid membership today. An administrator can extend it."),
    "blocked": gettext_lazy("%(name)s is blocked: %(reason)s. Remove the block below to lend."),
    "owes_too_much": gettext_lazy(
        "The unpaid fines of %(name)s are above the limit, so nothing can be lent or renewed. "
        "Record a payment or waive a fine below."
    ),
    "overdue": gettext_lazy("%(name)s has %(overdue)s overdue, and lending stops until they are returned."),
    "lost": gettext_lazy("“%(title)s” is recorded as lost. Return it first, then issue it."),
    "withdrawn": gettext_lazy("“%(title)s” has been withdrawn. Restore it on the page of its title to lend it."),
    "in_transit": gettext_lazy(
        "“%(title)s” is in transit to %(branch)s. Is it here? Then it can still be issued below."
    ),
    "reference": gettext_lazy(
        "“%(title)s” cannot be lent to %(name)s. It is for reference only, or the loan policy does not allow it."
    ),
    "yours_already": gettext_lazy("%(name)s already has “%(title)s” on loan. Renew it below to extend the loan."),
    "on_loan": gettext_lazy("“%(title)s” is on loan to %(holder)s, due %(due)s."),
    "on_hold": gettext_lazy("“%(title)s” is reserved for %(waiting)s. Cancel that hold to lend it to another person."),
    "too_many": gettext_lazy("%(name)s has %(loans)s, which is the limit of the loan policy. Return one first."),
    "renewed_enough": gettext_lazy(
        "“%(title)s” has been renewed as often as the loan policy allows. It is due %(due)s."
    ),
    "too_early": gettext_lazy("It is too early to renew “%(title)s”. It is possible shortly before %(due)s."),
    "not_longer": gettext_lazy("“%(title)s” stays due %(due)s: by the loan policy, renewing gives no more time."),
    "returned": gettext_lazy("“%(title)s” is no longer on loan. It has been returned in the meantime."),
    "not_inside": gettext_lazy("%(name)s is not recorded as inside. Press “Has entered” first."),
    "unknown_barcode": gettext_lazy("No copy in the catalogue has the barcode %(barcode)s."),
    "full": gettext_lazy("The library is full: %(inside)s. End the visit of a person who has left under Inside."),
    "nothing_to_wait_for": gettext_lazy("A hold is not possible, because there is no copy of “%(title)s” to lend."),
    "on_shelf": gettext_lazy("A copy of “%(title)s” is available. Issue it instead of placing a hold."),
    "held_already": gettext_lazy("%(name)s is already waiting for “%(title)s”."),
    "no_card": gettext_lazy("%(name)s has no card number, which the library system needs. Give them a card first."),
}


def sentence(code: str) -> str:
    """For the library's user."""
    return str(REASONS.get(code) or _("This is not possible."))
