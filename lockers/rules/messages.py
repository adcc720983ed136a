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
    "share_not_now": gettext_lazy("Your share of this locker is not valid today. Please ask a locker officer."),
    "share_outside": gettext_lazy("These dates are outside the locker's assignment. Choose dates within it."),
    "closed_now": gettext_lazy("This locker cannot be opened at this hour."),
    "out_of_service": gettext_lazy("This locker is out of service. Please ask a locker officer."),
    "door_jammed": gettext_lazy("The door of this locker is jammed. Please ask a locker officer."),
    "door_unavailable": gettext_lazy("The lock of this locker does not answer. Please ask a locker officer."),
    "door_open": gettext_lazy("This locker is already open. Please shut it first."),
    "door_unlocking": gettext_lazy("This door is being unlocked right now. Please wait a few seconds."),
    "sensor_open": gettext_lazy(
        "The sensor reports that this door is open. Please check the door. If it is shut, continue: you can "
        "open it as usual, and an officer is asked to check the sensor."
    ),
    "officer_must_approve": gettext_lazy(
        "Your key is correct. This vault also needs an officer's key. Please stay here: an officer is being called."
    ),
    "officer_key_needed": gettext_lazy("A customer's key is waiting for yours. Confirm with your own password or PIN."),
    "wrong_secret": gettext_lazy("This is not your password or PIN. Please try again."),
    "no_doors": gettext_lazy("This bank has no lockers."),
    "release_waits": gettext_lazy("A release of this bank is already in progress. Confirm or end that one."),
    "no_vault": gettext_lazy("This locker does not need an officer's key."),
    "not_approved": gettext_lazy("No officer's key was used in time. Please get a new key, or ask a locker officer."),
    "withdrawn": gettext_lazy("No officer has approved this. Please ask a locker officer."),
    "unknown_station": gettext_lazy("Lockers cannot be opened from here."),
    "no_consent": gettext_lazy(
        "You have not consented to face recognition, so your face is not compared. Use card and PIN, or "
        "ask a locker officer."
    ),
    "delayed": gettext_lazy("Too many attempts have failed. Please wait, or use card and PIN with an officer."),
    "disabled": gettext_lazy("Too many attempts have failed. Please ask a locker officer."),
    "bad_key": gettext_lazy(
        "This key does not open this locker. A key works once, for a few minutes, at the station and for the "
        "locker it was issued for. Please get a new one."
    ),
    "keypad_waits": gettext_lazy("Too many wrong keys. Please wait, or get a new key."),
    "no_reason": gettext_lazy("The reason is missing. Enter why you are opening this locker."),
    "own_locker": gettext_lazy("You cannot open your own locker as an officer. Use your key."),
    "own_request": gettext_lazy("Another officer must approve this."),
    "approved_already": gettext_lazy("You have already approved this. Another officer must approve it too."),
    "not_waiting": gettext_lazy("This is no longer waiting for approval."),
    "attempt_over": gettext_lazy("This attempt has ended. Please start again."),
    "no_success": gettext_lazy("There is no key for this attempt."),
    "not_yourself": gettext_lazy("Another officer must do this for you."),
    "locker_taken": gettext_lazy("This locker is assigned to another person."),
    "bad_dates": gettext_lazy("The last day is before the first day. Please correct the dates."),
    "case_open": gettext_lazy("There is an open case about this locker. Close the case on its page first."),
    "not_ended": gettext_lazy("This locker has been given more time."),
    "opened_since_preview": gettext_lazy("It was opened after you looked at the list. Look into it, and try again."),
    "nothing_chosen": gettext_lazy("No locker is ticked. Tick those that are to be released."),
    "too_many_chosen": gettext_lazy("These are too many lockers at once. Release them in several steps."),
    "released_already": gettext_lazy("This locker has already been released."),
    "joint_already": gettext_lazy("This person already shares the locker."),
    "not_joint": gettext_lazy("This person does not share the locker."),
    "waits_already": gettext_lazy("This person is already on the waiting list."),
    "nobody_meant": gettext_lazy("This number opens nothing here. Please try again, or ask a locker officer."),
    "name_yourself": gettext_lazy("This locker is shared. Please use your card or your customer number."),
    "nobody_here": gettext_lazy("Please start again with your card or number."),
    "not_enrolled": gettext_lazy(
        "There are not enough photos of you to recognise your face. Use card and PIN, or ask a locker officer."
    ),
    "face_starting": gettext_lazy("The camera check is still starting. One moment, please, or use card and PIN."),
    "face_unavailable": gettext_lazy(
        "Faces cannot be checked here at the moment. Please use card and PIN, or ask a locker officer."
    ),
    "no_match": gettext_lazy("You did not pass the check. Please try again."),
    "error": gettext_lazy("Something went wrong here. Please try again."),
    "declined": gettext_lazy("The officer did not confirm this."),
    "took_too_long": gettext_lazy("This took too long. Please start again, or ask a locker officer."),
    "broken_off": gettext_lazy("This was interrupted. Please start again."),
    "door_did_not_open": gettext_lazy("The door did not open. Please ask a locker officer."),
    "not_waiting_list": gettext_lazy("This waiting list entry has ended."),
    "trial_of_somebodys": gettext_lazy("This locker is assigned, so it cannot be opened for a trial."),
    "terms_due": gettext_lazy(
        "You have not accepted the bank's terms, and the time for accepting them is over. Read and accept them "
        "here or on your page, or ask a locker officer. Your things remain yours."
    ),
    "terms_asked": gettext_lazy("You have not answered the bank's terms yet. Please read them."),
    "terms_refused": gettext_lazy(
        "You have refused the bank's terms, so you get no key. A locker officer can open the locker with you, "
        "and you can still change your mind."
    ),
    "terms_refused_before": gettext_lazy(
        "This person has refused the terms of this bank, so no locker can be assigned. Talk to them. If they "
        "change their mind, record it on paper."
    ),
    "terms_replaced": gettext_lazy("These terms have been replaced. Reload the page and read the new ones."),
    "not_this_step": gettext_lazy("This is not the next step of this case. Reload the page."),
    "settled_meanwhile": gettext_lazy("The locker was released or its time was extended, so this case is closed."),
    "not_abandoned": gettext_lazy("The last day of this locker has not passed yet."),
    "case_already": gettext_lazy("There is already a case for this locker."),
    "no_address": gettext_lazy(
        "The customer has no e-mail address. Give the notice by hand, and enter how you gave it."
    ),
    "notice_not_sent": gettext_lazy("The e-mail with the last notice was not sent. Give the notice by hand first."),
    "bad_witness": gettext_lazy("The witness must be another member of staff who does not share this locker."),
    "not_the_witness": gettext_lazy("Only the named witness can confirm this."),
    "not_the_officer": gettext_lazy("Only the officer who opened the locker can write the list."),
    "door_not_opened": gettext_lazy("The door was not opened. Try again, or wait for the second yes."),
    "no_place": gettext_lazy("Enter where the contents are kept."),
    "kept_too_short": gettext_lazy("The contents must be kept longer."),
    "has_goods": gettext_lazy("Belongings of this person are in storage. Hand them out or dispose of them first."),
    "not_a_draft": gettext_lazy("This grant has already been started or discarded."),
    "grant_not_running": gettext_lazy("This grant has already ended or is being ended."),
    "no_passkeys_here": gettext_lazy("Passkeys cannot be used on this site."),
    "no_passkey": gettext_lazy("You have no passkey for this locker. Use your face, or card and PIN."),
    "too_many_passkeys": gettext_lazy("You have reached the maximum number of passkeys. Remove one first."),
    "passkey_known": gettext_lazy("This passkey has already been added."),
    "passkey_bad": gettext_lazy("This was not accepted. Please try again, or use another device."),
    "passkey_delayed": gettext_lazy("Too many attempts have failed. Please wait, or use another way."),
    "passkey_disabled": gettext_lazy("Too many attempts have failed. Please ask a locker officer."),
    "not_proven": gettext_lazy("The passkey was not accepted. Please start again, or use another way."),
    "challenge_over": gettext_lazy("This took too long. Please try again."),
    "link_over": gettext_lazy("This link has been used or has expired. Please start again where you got it."),
    "link_taken": gettext_lazy("Another device has already opened this link. Please start again where you got it."),
    "door_not_locked": gettext_lazy("The door is not locked."),
}

# The same to an officer, who is never told to ask an officer.
FOR_OFFICERS = {
    "not_yours": gettext_lazy("This locker is not assigned to this person."),
    "not_now": gettext_lazy("This locker is not assigned for today. Change its dates so that a key can open it."),
    "terms_due": gettext_lazy(
        "This person has not accepted the terms of the bank. Record their answer on paper, give more time, or "
        "open the locker with a reason."
    ),
    "terms_refused": gettext_lazy(
        "This person has refused the terms of the bank. Talk to them, or open the locker with a reason so "
        "that they can empty it."
    ),
    "share_not_now": gettext_lazy(
        "This person's share of the locker is not valid today. Change the dates of the share."
    ),
    "out_of_service": gettext_lazy("This locker is out of service. Return it to service first."),
    "door_jammed": gettext_lazy("The lock reports that the door is jammed. Check the door, then try again."),
    "door_unavailable": gettext_lazy("The lock does not answer. Check its power and network, or open it by hand."),
    "door_open": gettext_lazy("This locker is already open. Shut it first."),
    "disabled": gettext_lazy("Too many attempts have failed, so this person is locked out. Lift the lock-out first."),
    "door_did_not_open": gettext_lazy("The door did not open. Check the lock, or open it by hand."),
    "no_consent": gettext_lazy("This person has not consented to face recognition. They can use card and PIN."),
    "not_enrolled": gettext_lazy(
        "There are not enough photos of this person. Until there are, they can use card and PIN."
    ),
}


def for_officers(refusal: Refused) -> Refused:
    """The refusal in an officer's words, where they differ."""
    words = FOR_OFFICERS.get(refusal.code)
    if words is None:
        return refusal
    return Refused(refusal.code, str(words), status=refusal.status, details=refusal.details)


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
