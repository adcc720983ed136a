"""What the visitor reads: each state in a sentence, and the numbers in plain words."""

from __future__ import annotations

from typing import Any, TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.utils.translation import ngettext

from recognition.demo.try_it.stages import Ended
from recognition.faces.photo_quality import SENTENCES
from recognition.live.liveness_messages import words_for
from recognition.live.messages import camera_states, seeing_states
from recognition.live.pipeline import FrameResult
from recognition.liveness import Progress
from recognition.liveness.passive.judging import LIVING
from recognition.sightings.decisions import IdentityEvent

# What speaks for life, by the cue that weighed for it (recognition.liveness.passive.weighing).
CUES: dict[str, str | Promise] = {
    "blink": _l("you blinked"),
    "relief": _l("your head moved like a solid head, not like a flat sheet"),
    "unrest": _l("your face moved like a living face"),
    "around": _l("the background stayed still when you moved"),
    "network": _l("the photo-attack check saw a living face"),
}


class Said(TypedDict):
    """What one picture's answer says: the large line, the small one, and its tone."""

    title: str
    note: str
    tone: str


def of_station(result: FrameResult, name: str) -> Said:
    """At the greeting: the words of a kiosk."""
    if result.state == "recognised":
        return {"title": _("Welcome, %(name)s") % {"name": name}, "note": "", "tone": "success"}
    states = seeing_states()
    if result.state == "looking" and not result.faces and not result.hint:
        return {"title": _("Look at the camera"), "note": _("Please step in front of it alone."), "tone": ""}
    if result.state == "picture":
        note = _("This looks like a picture of a face. The station greets people, not photographs.")
        return {"title": _("Not greeted"), "note": note, "tone": "warning"}
    found = states.get(result.hint or "") or states.get("checking" if result.state == "looking" else result.state)
    assert found is not None  # noqa: S101  every state has its words
    notes = {
        "show_life": _("The station knows this face. It is now checking that you are not a photograph."),
        "use_card": _(
            "A real station would now offer card or PIN. Here, try more light, come closer, blink or turn your head."
        ),
        "unknown": _("This face does not match the photos you just took. Look straight at the camera."),
    }
    note = notes.get(result.hint or result.state, found["note"])
    return {"title": found["title"], "note": note, "tone": found["tone"]}


def of_photo(code: str | None, reason: str | None) -> str | None:
    """Why a photo was not kept. Of someone whom it looks like a visitor hears no name."""
    return str(SENTENCES[code]) if code in SENTENCES else reason


def of_greeting(event: IdentityEvent) -> list[str]:
    """How sure the station was, line by line."""
    return [line for line in (_life_line(event), _why_line(event), *_distance_lines(event.match)) if line]


def _life_line(event: IdentityEvent) -> str:
    if event.life_score is None:
        return ""
    return _("Liveness score: %(sure)s %%. A station needs at least %(least)s %%.") % {
        "sure": _percent(event.life_score),
        "least": _percent(least_life()),
    }


def _why_line(event: IdentityEvent) -> str:
    cues = event.life.get("cues", {})
    found = [str(words) for name, words in CUES.items() if cues.get(name, 0) > 0]
    return _("Evidence for it: %(cues)s.") % {"cues": "; ".join(found)} if found else ""


def _distance_lines(match: dict[str, Any]) -> list[str]:
    if match.get("distance") is None:
        return []
    numbers = {"distance": f"{match['distance']:.2f}", "limit": f"{match['threshold']:.2f}"}
    chance = round(1 / match["target_fmr"]) if match.get("target_fmr") else 0
    return [
        _("Distance to your photos: %(distance)s. The limit is %(limit)s. Smaller means more similar.") % numbers,
        _("With this limit, about one stranger in %(chance)s would be mistaken for you.") % {"chance": f"{chance:,}"},
    ]


def of_challenge(progress: Progress) -> Said:
    """What is asked for now; at the end, how it went."""
    if progress.state == "passed":
        return {"title": _("Passed"), "note": "", "tone": "success"}
    if progress.state == "failed":
        return {"title": _("Not passed"), "note": words_for(progress.reason or "not_finished"), "tone": "warning"}
    step = words_for(progress.step) if progress.step else _("Look straight into the camera.")
    hint = words_for(progress.hint) if progress.hint and progress.hint != progress.step else ""
    return {"title": step, "note": "" if hint == step else hint, "tone": ""}


def of_ending(ended: Ended, person: int) -> list[str]:
    result = ended.result
    if not result.passed:
        return [_("At a locker this would count as a failed attempt, and no door would open.")]
    blinks = ngettext(
        "Your head turned from %(least)s° to %(most)s°, and the camera saw %(blinks)s blink.",
        "Your head turned from %(least)s° to %(most)s°, and the camera saw %(blinks)s blinks.",
        len(result.blinks),
    )
    steps = ngettext(
        "You completed %(count)s step in %(seconds)s s.",
        "You completed all %(count)s steps in %(seconds)s s.",
        len(result.steps),
    )
    lines = [
        steps % {"count": len(result.steps), "seconds": round(ended.seconds)},
        blinks % {"least": round(result.yaw_min), "most": round(result.yaw_max), "blinks": len(result.blinks)},
    ]
    if ended.match is not None:
        lines += _distance_lines(ended.match.as_record())
    if ended.passed_as(person):
        return [*lines, _("Your locker would have opened now. No door is connected to this page.")]
    return [*lines, _("The face was not similar enough, so the locker would have stayed shut.")]


def least_life() -> float:
    """The liveness score from which someone is greeted."""
    return 1.0 / (1.0 + 2.718281828**-LIVING)


def _percent(part: float) -> str:
    """Never 100: no one is that sure."""
    return f"{min(99.9, 100 * part):.1f}" if part > 0.99 else f"{100 * part:.0f}"


def page_words() -> dict[str, Any]:
    """For the page's script: what the browser says about its camera, and its own words."""
    return {
        "camera": camera_states(),
        "step": _("Step %(number)s of %(count)s"),
        "offline": _("The server is not responding. Trying again."),
        "again": _("Try again"),
        "starting": _("Starting the camera"),
    }
