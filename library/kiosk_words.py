"""Every word that the pages of the library's stations show, translated here and handed over as JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from library.models import LibraryStation

Kind = LibraryStation.Kind


def words(kind: str) -> dict[str, Any]:
    return {
        "basket_of": _("%(name)s's books"),
        "one_book": _("1 book"),
        "books": _("%(number)s books"),
        "no_books": _("No book scanned yet"),
        "due": _("Due %(date)s"),
        "take_back": _("Take back"),
        "take_back_of": _("Take back %(title)s"),
        "renew": _("Renew it"),
        "give_back": _("Give it back"),
        "desk": _("Please ask at the desk."),
        "gate_open": _("The gate is open"),
        "gate_asks": _("Show your pass at the gate"),
        "gate_failed": _("The gate did not open. Please ask at the desk."),
        "not_out": _("You cannot leave yet"),
        "pass": _("Pass %(number)s"),
        "on_account": _("%(books)s on your account"),
        "nothing_taken": _("No book was taken"),
        "parked": _("Your books are kept"),
        "parked_books": _("%(name)s, %(books)s not yet taken over. Come back and look at the camera to go on."),
        "offline": _("The server does not answer. Please tell the staff."),
        "moment": _("One moment"),
        "welcome": _("Welcome, %(name)s"),
        "no_entry": _("Please ask at the desk"),
        "returned": _("Returned"),
        "next": _("Next, please"),
    }


def states(kind: str) -> dict[str, dict[str, str]]:
    """What the kiosk says of itself where the library has better words."""
    if kind == Kind.RETURN:
        note = _("Hold the barcode to the scanner or the camera.")
        return {"idle": {"tone": "", "icon": "eye", "title": _("Scan the books that you return"), "note": note}}
    if kind == Kind.EXIT:
        note = _("Show your card, or ask at the desk. Only people who came in are known here.")
        nobody = {"tone": "", "icon": "eye", "title": _("Look at the camera"), "note": note}
        return {"nobody_enrolled": nobody, "unknown": {**nobody, "tone": "warning", "title": _("Not recognised")}}
    return {}
