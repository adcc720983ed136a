"""A decision record in plain words: why a station named somebody, or nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, str | Promise] = {
    "match": _("recognised"),
    "too_far": _("nobody was near enough"),
    "too_close_to_call": _("two people were too alike to tell apart"),
    "empty_roster": _("nobody could be searched"),
}
LANES: dict[str, str | Promise] = {"card": _("by card"), "pin": _("by id number and PIN")}

# In the order in which they are read. `score` of the quality is a summary, 0 to 1.
LABELS: dict[str, str | Promise] = {
    "lane": _("Way"),
    "reason": _("Reason"),
    "roster_size": _("People searched"),
    "target_fmr": _("False match rate"),
    "template_photos": _("Photos enrolled"),
    "probe_frames": _("Looks averaged"),
    "profile": _("Profile"),
    "model": _("Model"),
}


def facts(record: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Label and value of what is worth reading; numbers rounded."""
    known = [(str(label), _value(name, record[name])) for name, label in LABELS.items() if name in record]
    score = record.get("quality", {}).get("score")
    return known if score is None else [*known, (_now("Quality of the looks"), f"{round(100 * score)} %")]


def _value(name: str, value: Any) -> str:
    if name == "reason":
        return str(REASONS.get(value, value))
    if name == "lane":
        return str(LANES.get(value, value))
    if name == "target_fmr":
        return f"{value:.2g}"
    return str(value)
