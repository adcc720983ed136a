"""An attempt in plain words, for officers and for whoever tried: its steps, its reason, what liveness and face said."""

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
    "started": gettext_lazy("Wanted in"),
    "refused": gettext_lazy("Was refused at once"),
    "asked": gettext_lazy("Was shown the first step"),
    "captured": gettext_lazy("Looks were taken"),
    "compared": gettext_lazy("The face was compared"),
    "pin": gettext_lazy("Card or number, and PIN, were right"),
    "succeeded": gettext_lazy("Got a key"),
    "failed": gettext_lazy("Failed"),
    "abandoned": gettext_lazy("Was given up"),
}

# Why somebody was not let in, or a door did not open.
# Those of liveness tell more than the screen tells who stands there.
REASONS: dict[str, Words] = {
    "not_yours": gettext_lazy("not a holder of this locker"),
    "not_now": gettext_lazy("the locker is not assigned for that day"),
    "out_of_service": gettext_lazy("the locker is out of service"),
    "door_jammed": gettext_lazy("the door is jammed"),
    "door_unavailable": gettext_lazy("the lock does not answer"),
    "door_open": gettext_lazy("the door was open"),
    "no_consent": gettext_lazy("there is no consent to comparing the face"),
    "delayed": gettext_lazy("too soon after failed tries"),
    "disabled": gettext_lazy("the way by face was shut after too many failed tries"),
    "declined": gettext_lazy("an officer said no"),
    "no_match": gettext_lazy("the face did not fit"),
    "not_enrolled": gettext_lazy("no face is enrolled"),
    "broken_off": gettext_lazy("it was broken off"),
    "error": gettext_lazy("something broke; it does not count as a failure"),
    # Of an opening.
    "withdrawn": gettext_lazy("the request was withdrawn"),
    "not_approved": gettext_lazy("no second officer approved in time"),
    "no_answer": gettext_lazy("the lock did not answer"),
    "unavailable": gettext_lazy("the lock could not be reached"),
    "late": gettext_lazy("the command came too late to the lock"),
    "duplicate": gettext_lazy("the lock had this command already"),
    # Of liveness.
    "timed_out": gettext_lazy("it took too long"),
    "not_finished": gettext_lazy("the check was not finished"),
    "wrong_turn": gettext_lazy("something else was done than was asked for"),
    "flat_picture": gettext_lazy("it moved like a flat picture"),
    "face_lost": gettext_lazy("the face was out of sight"),
    "two_faces": gettext_lazy("there was more than one face"),
    "face_swapped": gettext_lazy("the face changed on the way"),
    "passive_spoof": gettext_lazy("it looked like a picture or a screen"),
}
ACTIONS: dict[str, Words] = {
    "blink": gettext_lazy("blink"),
    "turn_left": gettext_lazy("turn left"),
    "turn_right": gettext_lazy("turn right"),
}


def reason_words(code: str) -> str:
    """The code itself where nobody has written words for it: better than nothing."""
    return str(REASONS.get(code) or code.replace("_", " "))


@dataclass(frozen=True)
class Step:
    words: str
    reason: str
    at: datetime | None


def steps(attempt: AccessAttempt) -> list[Step]:
    return [
        Step(
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
    found.append((_("Looks averaged"), _number(distances.get("frames"))))
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
        return _("A living person was there.")
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
        return _("The passive models were not there.")
    return _("Passive models: %(percent)d %% living.") % {"percent": round(100 * float(score))}


def _looked(trace: Mapping[str, Any]) -> str:
    frames = trace.get("frames")
    return _("%(n)d pictures were looked at.") % {"n": frames} if isinstance(frames, int) else ""


def _number(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.3f}"
    return "" if value is None else str(value)
