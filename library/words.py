"""Codes of the library in sentences: what happened, and what the person can do."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

REASONS = {
    "not_valid": gettext_lazy("The membership is not valid today. Please ask at the desk."),
    "blocked": gettext_lazy("The account is blocked. Please ask at the desk."),
    "overdue": gettext_lazy("A book is overdue: bring it back first, or ask at the desk."),
    "lost": gettext_lazy("This book is recorded as lost. Please bring it to the desk."),
    "withdrawn": gettext_lazy("This book was withdrawn from the library. Please bring it to the desk."),
    "reference": gettext_lazy("This book stays in the library: reference only."),
    "yours_already": gettext_lazy("You have borrowed this book already. You can renew or return it."),
    "on_loan": gettext_lazy("This book is on loan to somebody else. Please bring it to the desk."),
    "on_hold": gettext_lazy("Somebody else is waiting for this book. Please put it on the return shelf."),
    "too_many": gettext_lazy("You have as many books as your account allows."),
    "renewed_enough": gettext_lazy("This book was renewed as often as it can be."),
    "not_on_loan": gettext_lazy("This book is not on loan."),
    "no_failed_gate": gettext_lazy("There is no gate that has just failed to open."),
    "not_lost": gettext_lazy("This copy is not recorded as lost."),
    "unknown_barcode": gettext_lazy("This barcode is not in the catalogue."),
    "bad_pass": gettext_lazy("This pass is not known, was used already, or is too old."),
    "alarm": gettext_lazy("The gate's alarm rings. Please wait with your books: somebody is coming."),
    "unfinished": gettext_lazy("Scanned books are waiting for you: finish at the exit station."),
    "not_inside": gettext_lazy("There is no visit to end. Please ask at the desk."),
}


def sentence(code: str) -> str:
    return str(REASONS.get(code) or _("This is not possible."))
