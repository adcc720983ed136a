"""An attempt in plain words, for officers and for anyone who tried: its steps, its reason, what liveness and face
said."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lockers.models import AccessAttempt

Words = str | Promise

STEPS: dict[str, Words] = {
    "started": gettext_lazy("Started an attempt"),
    "refused": gettext_lazy("Was refused immediately"),
    "asked": gettext_lazy("Was shown the first step"),
    "captured": gettext_lazy("Pictures were taken"),
    "compared": gettext_lazy("The face was compared"),
    "pin": gettext_lazy("Card or number and PIN were correct"),
    "passkey": gettext_lazy("The passkey was accepted"),
    "succeeded": gettext_lazy("Got a key"),
    "failed": gettext_lazy("Failed"),
    "abandoned": gettext_lazy("Was abandoned"),
}

# Why someone was not let in, or a door did not open.
# Those of liveness say more than the kiosk's screen does.
REASONS: dict[str, Words] = {
    "not_yours": gettext_lazy("not a holder of this locker"),
    "not_now": gettext_lazy("the locker is not assigned for that day"),
    "closed_now": gettext_lazy("outside the opening hours"),
    "out_of_service": gettext_lazy("the locker is out of service"),
    "blocked": gettext_lazy("a holder has blocked the locker"),
    "door_jammed": gettext_lazy("the door is jammed"),
    "door_unavailable": gettext_lazy("the lock does not answer"),
    "door_open": gettext_lazy("the door was open"),
    "door_unlocking": gettext_lazy("the door was being unlocked"),
    "no_consent": gettext_lazy("no consent to face recognition"),
    "delayed": gettext_lazy("too soon after failed attempts"),
    "disabled": gettext_lazy("opening by face is blocked after too many failed attempts"),
    "declined": gettext_lazy("an officer declined"),
    "no_match": gettext_lazy("the face did not match"),
    "not_proven": gettext_lazy("the passkey was not accepted"),
    "passkey_delayed": gettext_lazy("too soon after failed attempts with passkeys"),
    "passkey_disabled": gettext_lazy("opening by passkey is blocked after too many failed attempts"),
    "not_enrolled": gettext_lazy("no face is enrolled"),
    "broken_off": gettext_lazy("it was interrupted"),
    "error": gettext_lazy("a technical error, which does not count as a failure"),
    # Of an opening.
    "withdrawn": gettext_lazy("the request was withdrawn"),
    "not_approved": gettext_lazy("no second officer approved in time"),
    "own_locker": gettext_lazy("the officer is a holder of this locker"),
    "own_request": gettext_lazy("one officer would have opened it alone"),
    "other_bank": gettext_lazy("not an officer of this bank"),
    "no_vault": gettext_lazy("the locker does not need an officer's key"),
    "other_locker": gettext_lazy("the key is for another locker"),
    "used": gettext_lazy("the key has been used or is void"),
    "not_yet": gettext_lazy("the key is dated in the future: a clock has jumped"),
    "expired": gettext_lazy("the key has expired"),
    "no_answer": gettext_lazy("the lock did not answer"),
    "unavailable": gettext_lazy("the lock could not be reached"),
    "late": gettext_lazy("the command reached the lock too late"),
    "duplicate": gettext_lazy("the lock had already received this command"),
    # Of liveness.
    "timed_out": gettext_lazy("it took too long"),
    "not_finished": gettext_lazy("the check was not finished"),
    "wrong_turn": gettext_lazy("the movement was not the one asked for"),
    "flat_picture": gettext_lazy("it moved like a flat picture"),
    "face_lost": gettext_lazy("the face left the picture"),
    "two_faces": gettext_lazy("there was more than one face"),
    "face_swapped": gettext_lazy("the face changed during the check"),
    "passive_spoof": gettext_lazy("it looked like a photo or a screen"),
}
ACTIONS: dict[str, Words] = {
    "blink": gettext_lazy("blink"),
    "turn_left": gettext_lazy("turn left"),
    "turn_right": gettext_lazy("turn right"),
}


def reason_words(code: str) -> str:
    """The code itself where no one has written words for it: better than nothing."""
    return str(REASONS.get(code) or code.replace("_", " "))


@dataclass(frozen=True)
class TryStep:
    words: str
    reason: str
    at: datetime | None


def steps(attempt: AccessAttempt) -> list[TryStep]:
    return [
        TryStep(
            str(STEPS.get(step.get("step", "")) or step.get("step", "").replace("_", " ")),
            reason_words(step["reason"]) if step.get("reason") else "",
            parse_datetime(step.get("at", "")),
        )
        for step in attempt.steps
    ]


def comparison(distances: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the face's comparison gave: label and value, as far as they were written down."""
    found = [(_("Distance"), _number(distances.get("distance"))), (_("At most"), _number(distances.get("threshold")))]
    found.append((_("Measure"), str(distances.get("metric", ""))))
    found.append((_("Pictures averaged"), _number(distances.get("frames"))))
    return [(label, value) for label, value in found if value]


def liveness(trace: Mapping[str, Any]) -> list[str]:
    """The summary of a liveness trace in sentences; whatever is not there is not said."""
    inner = trace.get("trace")
    trace = {**inner, **trace} if isinstance(inner, Mapping) else trace
    said = [_verdict(trace), _asked(trace), _blinks(trace), _turns(trace), _passive(trace), _looked(trace)]
    return [sentence for sentence in said if sentence]


def _verdict(trace: Mapping[str, Any]) -> str:
    if "passed" not in trace:
        return ""
    if trace["passed"]:
        return _("A living person was detected.")
    return _("Not passed: %(reason)s.") % {"reason": reason_words(str(trace.get("reason") or "not_finished"))}


def _asked(trace: Mapping[str, Any]) -> str:
    challenge = trace.get("challenge")
    names = [str(ACTIONS.get(str(name), name)) for name in challenge] if isinstance(challenge, list) else []
    return _("Asked for: %(actions)s.") % {"actions": ", ".join(names)} if names else ""


def _blinks(trace: Mapping[str, Any]) -> str:
    blinks = trace.get("blinks")
    count = len(blinks) if isinstance(blinks, list) else blinks
    if not isinstance(count, int):
        return ""
    return ngettext("%(n)d blink was seen.", "%(n)d blinks were seen.", count) % {"n": count}


def _turns(trace: Mapping[str, Any]) -> str:
    low, high = trace.get("yaw_min"), trace.get("yaw_max")
    if not isinstance(low, int | float) or not isinstance(high, int | float):
        return ""
    return _("The head turned from %(low)d° to %(high)d°.") % {"low": round(low), "high": round(high)}


def _passive(trace: Mapping[str, Any]) -> str:
    if "passive_score" not in trace:
        return ""
    score = trace["passive_score"]
    if score is None:
        return _("The photo-attack check was not active.")
    return _("Photo-attack check: %(percent)d %% live.") % {"percent": round(100 * float(score))}


def _looked(trace: Mapping[str, Any]) -> str:
    frames = trace.get("frames")
    if not isinstance(frames, int):
        return ""
    return ngettext("%(n)d picture was checked.", "%(n)d pictures were checked.", frames) % {"n": frames}


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)
