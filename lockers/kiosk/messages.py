"""Every word that the page of a locker station shows, translated here and handed over as JSON."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def words() -> dict[str, Any]:
    return {
        "locker": _("Locker %(number)s"),
        "your_locker": _("Is this your locker?"),
        "your_lockers": _("Which locker?"),
        "open": _("Open my locker"),
        "open_one": _("Open locker %(number)s"),
        "face_next": _("The camera now checks that it is really you. Please follow the instructions on the screen."),
        "officer_next": _("An officer will confirm that it is you. Please have your card ready."),
        "passkey": _("Use a passkey instead"),
        "passkey_one": _("Passkey for locker %(number)s"),
        "passkey_elsewhere": _("Your phone shows the key for locker %(number)s. Type it here."),
        "unable": _("This browser cannot use passkeys. Please try another one."),
        "known": "",
        "cancelled": _("The passkey was not used: it was cancelled or took too long. Please try again."),
        "step": _("Step %(number)s of %(steps)s"),
        "get_ready": _("Look straight into the camera"),
        "almost": _("Almost done: look straight ahead once more"),
        "checking": _("One moment, please"),
        "waiting": _("An officer is being called"),
        "waiting_note": _("Please stay here. Your key will appear on this screen."),
        "key": _("Your key for locker %(number)s"),
        "key_note": _("It works once, for this locker only. Type it on this keypad."),
        "key_left": _("Valid for %(minutes)s:%(seconds)s."),
        "key_over": _("This key has expired. Please start again."),
        "typed": _("Locker %(number)s"),
        "approval": _("Locker %(number)s is waiting for an officer"),
        "turned": _("The officer's key for locker %(number)s has been turned"),
        "turned_note": _("Please enter the customer's key by %(time)s."),
        "unlocking": _("Locker %(number)s is unlocking"),
        "opened": _("Locker %(number)s is open"),
        "opened_note": _("Please shut the door when you are done."),
        "closed": _("Locker %(number)s is shut"),
        "closed_note": _("Thank you. Goodbye."),
        "not_opened": _("Locker %(number)s did not open"),
        "failed": _("The check was not passed"),
        "terms": _("Terms of %(bank)s, version %(version)s"),
        "terms_wait": _("You can also answer later, until %(last)s."),
        "terms_now": _("You get no key until you accept. A locker officer can open the locker with you."),
        "offline": _("The server is not responding. Please tell the staff."),
    }


def states() -> dict[str, dict[str, str]]:
    """What the kiosk says of itself: here a face in view is not a wish to open anything."""
    note = _("Use your card, customer number or locker number. Your face is compared only after you ask for it.")
    return {"idle": {"tone": "", "icon": "card", "title": _("Say who you are"), "note": note}}
