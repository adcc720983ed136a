"""Every word that the pages of the library's stations show, translated here and handed over as JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.web.language.plurals import counted
from library.models import LibraryStation

Kind = LibraryStation.Kind


def words(kind: str) -> dict[str, Any]:
    return {
        "basket_of": _("%(name)s's books"),
        "books": counted(lambda n: ngettext("%(number)s book", "%(number)s books", n)),
        "no_books": _("No book scanned yet"),
        "due": _("Due %(date)s"),
        "take_back": _("Remove"),
        "take_back_of": _("Remove %(title)s"),
        "renew": _("Renew"),
        "give_back": pgettext("button", "Return"),
        "scan_books": _("Scan your books"),
        "scan_or_finish": _("Scan the next book, or press Finish"),
        "gate_open": _("The gate is open"),
        "gate_asks": _("Show your pass at the gate"),
        "gate_failed": _("The gate did not open. Please ask at the desk."),
        "not_out": _("You cannot leave yet"),
        "pass": _("Pass %(number)s"),
        "on_account": counted(
            lambda n: ngettext("%(number)s book on your account", "%(number)s books on your account", n)
        ),
        "nothing_taken": _("No book was taken"),
        "parked": _("Your books are kept"),
        "parked_books": counted(
            lambda n: ngettext(
                "%(name)s, you have not finished borrowing %(number)s book. "
                "Come back and look at the camera to continue.",
                "%(name)s, you have not finished borrowing %(number)s books. "
                "Come back and look at the camera to continue.",
                n,
            )
        ),
        "offline": _("The server does not answer. Please tell a member of staff."),
        "moment": _("One moment"),
        "welcome": _("Welcome, %(name)s"),
        "no_entry": _("You cannot come in now"),
        "returned": _("Books received"),
        "next": _("Next, please"),
    }


def states(kind: str) -> dict[str, dict[str, str]]:
    """What the kiosk says of itself where the library has better words."""
    if kind == Kind.RETURN:
        note = _("Hold the barcode to the scanner or the camera.")
        return {"idle": {"tone": "", "icon": "eye", "title": _("Scan the books you are returning"), "note": note}}
    if kind == Kind.EXIT:
        note = _(
            "Show your card, or ask at the desk. The camera only recognises people who came in through the entrance."
        )
        nobody = {"tone": "", "icon": "eye", "title": _("Look at the camera"), "note": note}
        return {"nobody_enrolled": nobody, "unknown": {**nobody, "tone": "warning", "title": _("Not recognised")}}
    return {}
