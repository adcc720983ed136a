"""A decision record in plain words: why a station named someone, or no one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from recognition.stations.events import SUSPICIONS
from recognition.stations.liveness_policy import SHORT

REASONS: dict[str, str | Promise] = {
    "match": _("recognised"),
    "too_far": _("no one was similar enough"),
    "too_close_to_call": _("two people were too alike to tell apart"),
    "empty_roster": _("there was no one to search"),
    "impostor_example": _("closer to a face that was reported as not this person"),
}
LANES: dict[str, str | Promise] = {"card": _("by card"), "pin": _("by id number and PIN")}

# In the order in which they are read. `score` of the quality is a summary, 0 to 1.
LABELS: dict[str, str | Promise] = {
    "lane": _("Method"),
    "reason": _("Reason"),
    "roster_size": _("People searched"),
    "target_fmr": _("False match rate"),
    "template_photos": _("Photos enrolled"),
    "probe_frames": _("Frames averaged"),
    "profile": _("Profile"),
    "model": _("Model"),
    "liveness": _("Liveness"),
    "kind": _("What was seen"),
    "times": _("In a row"),
}
CUES: dict[str, str | Promise] = {
    "blink": _("blink"),
    "flow": _("relief"),
    "edges": _("edges of a screen or print"),
    "rigid": _("moves with its background"),
    "network": _("photo-attack networks"),
    "challenge": _("challenge"),
}


def facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what is worth reading; numbers rounded."""
    known = [(str(label), _value(name, record[name])) for name, label in LABELS.items() if name in record]
    known += _of_life(record.get("life") or {})
    score = record.get("quality", {}).get("score")
    return known if score is None else [*known, (_now("Quality of the frames"), f"{round(100 * score)} %")]


def _of_life(life: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The liveness score, and what spoke for and against it."""
    if not life:
        return []
    cues = ", ".join(f"{CUES.get(name, name)} {value:.2f}" for name, value in sorted(life.get("cues", {}).items()))
    facts = [(_now("Liveness score"), f"{round(100 * life.get('score', 0))} %")]
    facts += [(_now("Signs"), cues)] if cues else []
    return [*facts, (_now("Watched for"), _now("%(seconds).1f s") % {"seconds": life.get("since", 0)})]


def _value(name: str, value: Any) -> str:
    if name == "reason":
        return str(REASONS.get(value, value))
    if name == "liveness":
        return str(SHORT.get(value, value)) or "–"
    if name == "kind":
        return str(SUSPICIONS.get(value, value))
    if name == "lane":
        return str(LANES.get(value, value))
    if name == "target_fmr":
        return f"{value:.2g}"
    return str(value)
