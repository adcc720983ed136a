"""Codes of the lockers in sentences: what happened, and what the person can do. Never more than they need."""

from __future__ import annotations

import math
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.errors import Refused

REASONS = {
    "not_yours": gettext_lazy("This is not possible here. Please ask a locker officer."),
    "not_now": gettext_lazy("Your locker is not assigned for today. Please ask a locker officer."),
    "out_of_service": gettext_lazy("This locker is out of service. Please ask a locker officer."),
    "door_jammed": gettext_lazy("The door of this locker is jammed. Please ask a locker officer."),
    "door_unavailable": gettext_lazy("The lock of this locker does not answer. Please ask a locker officer."),
    "door_open": gettext_lazy("This locker is open already. Please shut it first."),
    "unknown_station": gettext_lazy("Lockers cannot be opened from here."),
    "no_consent": gettext_lazy("Your face is not compared without your consent. Use card and PIN, or ask an officer."),
    "delayed": gettext_lazy("Too many tries have failed. Please wait, or use card and PIN with an officer."),
    "disabled": gettext_lazy("Too many tries have failed. Please ask a locker officer."),
    "bad_key": gettext_lazy(
        "This key does not open this locker. A key works once, for a few minutes, at its own station and locker. "
        "Please get a new one."
    ),
    "keypad_waits": gettext_lazy("Too many wrong keys. Please wait, or get a new key."),
    "no_reason": gettext_lazy("Write down why this locker is opened."),
    "own_locker": gettext_lazy("Nobody opens their own locker as an officer. Use your key."),
    "own_request": gettext_lazy("Another officer must approve this."),
    "approved_already": gettext_lazy("You have approved this already. Another officer must."),
    "not_waiting": gettext_lazy("This does not wait for approval any more."),
    "attempt_over": gettext_lazy("This attempt is over. Please begin again."),
    "no_success": gettext_lazy("There is no key for this attempt."),
    "not_yourself": gettext_lazy("Another officer must do this for you."),
    "locker_taken": gettext_lazy("This locker is assigned to somebody else."),
    "bad_dates": gettext_lazy("The last day lies before the first."),
    "released_already": gettext_lazy("This locker was given back already."),
    "joint_already": gettext_lazy("This person shares the locker already."),
    "not_joint": gettext_lazy("This person does not share the locker."),
    "waits_already": gettext_lazy("This person waits already."),
    "nobody_meant": gettext_lazy("This number opens nothing here. Please try again, or ask a locker officer."),
    "name_yourself": gettext_lazy("This locker is shared. Please use your card or your customer number."),
    "nobody_here": gettext_lazy("Please begin again: say who you are."),
    "not_enrolled": gettext_lazy("There are not enough photos of you here. Use card and PIN, or ask an officer."),
    "face_starting": gettext_lazy(
        "The camera check is just starting. Please try again in a few seconds, or use card and PIN."
    ),
    "face_unavailable": gettext_lazy(
        "Faces cannot be checked here at the moment. Please use card and PIN, or ask a locker officer."
    ),
    "no_match": gettext_lazy("The check was not passed. Please try again."),
    "error": gettext_lazy("Something went wrong here. Please try again."),
    "declined": gettext_lazy("The officer did not confirm this."),
    "took_too_long": gettext_lazy("This took too long. Please begin again, or ask a locker officer."),
    "broken_off": gettext_lazy("This was broken off. Please begin again."),
    "door_did_not_open": gettext_lazy("The door did not open. Please ask a locker officer."),
    "not_waiting_list": gettext_lazy("This entry of the waiting list has ended."),
    "door_not_locked": gettext_lazy("The door is not locked."),
}


def sentence(code: str) -> str:
    return str(REASONS.get(code) or _("This is not possible."))


def refusal(code: str, status: int = 409, **details: Any) -> Refused:
    """`seconds`: how long it is refused for; it is told too."""
    words = sentence(code)
    if seconds := details.get("seconds"):
        words = f"{words} {_again_in(seconds)}"
    return Refused(code, words, status=status, details=details or None)


def _again_in(seconds: int) -> str:
    if seconds <= 90:
        return ngettext("Try again in %(n)d second.", "Try again in %(n)d seconds.", seconds) % {"n": seconds}
    minutes = math.ceil(seconds / 60)
    return ngettext("Try again in %(n)d minute.", "Try again in %(n)d minutes.", minutes) % {"n": minutes}
