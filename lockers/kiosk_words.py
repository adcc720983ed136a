"""Every word that the page of a locker station shows, translated here and handed over as JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    return {
        "locker": _("Locker %(number)s"),
        "your_locker": _("Is this the one?"),
        "your_lockers": _("Which one?"),
        "open": _("Open my locker"),
        "open_one": _("Open locker %(number)s"),
        "face_next": _("The camera now checks that it is you, and that you are here: follow what the screen says."),
        "officer_next": _("An officer confirms that it is you. Please have your card ready."),
        "step": _("Step %(number)s of %(steps)s"),
        "get_ready": _("Look straight into the camera"),
        "almost": _("Almost done: look straight ahead once more"),
        "checking": _("One moment"),
        "waiting": _("An officer is called"),
        "waiting_note": _("Please stay here. The key appears on this screen."),
        "key": _("Your key for locker %(number)s"),
        "key_note": _("It works once, for this locker only. Type it on this keypad."),
        "key_left": _("Valid for %(minutes)s:%(seconds)s."),
        "key_over": _("This key has expired. Please begin again."),
        "typed": _("Locker %(number)s"),
        "unlocking": _("Locker %(number)s is unlocking"),
        "opened": _("Locker %(number)s is open"),
        "opened_note": _("Please shut the door when you are done."),
        "closed": _("Locker %(number)s is shut"),
        "closed_note": _("Thank you. Good-bye."),
        "not_opened": _("Locker %(number)s did not open"),
        "failed": _("Not passed"),
        "offline": _("The server does not answer. Please tell the staff."),
    }


def states() -> dict[str, dict[str, str]]:
    """What the kiosk says of itself: here a face in view is no wish to open anything."""
    note = _("Card, customer number or locker number. Your face is looked at only after you ask for it.")
    return {"idle": {"tone": "", "icon": "card", "title": _("Say who you are"), "note": note}}
