"""What an answer says: a value at a path in its JSON, and the door's state that a value stands for."""

from __future__ import annotations

import json
import re
from typing import Any

from config.door_relays.grammar import BadTemplate, Values, require_known

WHOLE = "."  # the answer is JSON, whatever it says
PATH = re.compile(r"^[A-Za-z0-9_{}-]{1,60}(?:\.[A-Za-z0-9_{}-]{1,60}){0,9}$")
STATES = ("locked", "unlocking", "open", "jammed", "unavailable", "unknown")
MISSING = object()


class BadAnswer(Exception):
    """The device has said no, or nothing that we understand. The message is for the log and for the test page."""


def require_path(text: str) -> None:
    """`result.was_on`, `POWER|POWER1`, or `.`. Raises BadTemplate `bad_path`, `unknown_placeholder`."""
    require_known(text)
    if text in ("", WHOLE):
        return
    if not all(PATH.match(one) for one in text.split("|")):
        raise BadTemplate(
            "bad_path",
            "A path is a list of names with dots between them, for example result.was_on. a|b: either of the two.",
        )


def states_of(text: str) -> dict[str, str]:
    """One `value = state` a line. Raises BadTemplate `bad_states`."""
    found: dict[str, str] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        value, sign, state = (part.strip() for part in line.partition("="))
        if not sign or not value or state not in STATES:
            raise BadTemplate("bad_states", f"Write one 'value = state' per line. The states are {', '.join(STATES)}.")
        found[value] = state
    return found


def require_yes(answer: bytes, path: str, wanted: str, values: Values) -> None:
    """Raises BadAnswer when the device has not said what it says when it opens."""
    said = _json(answer)
    if isinstance(said, dict) and said.get("error") not in (None, False, "", 0):
        raise BadAnswer("it answered with an error")
    if not path:
        return
    if said is MISSING:
        raise BadAnswer("it did not answer with JSON")
    if path == WHOLE:
        return
    found = _at(said, path, values)
    if found in (MISSING, None):
        raise BadAnswer(f"its answer has no {path}")
    if wanted and _text(found) != wanted:
        raise BadAnswer(f"its answer has a different {path}")


def state_in(answer: bytes, path: str, states: dict[str, str], values: Values) -> str:
    """One of STATES. What is not understood is `unavailable`: that door's status is not known."""
    said = _json(answer)
    found = said if path == WHOLE else _at(said, path, values)
    return "unavailable" if found is MISSING else states.get(_text(found), "unknown")


def _json(answer: bytes) -> Any:
    try:
        return json.loads(answer)
    except (ValueError, RecursionError):
        return MISSING


def _at(said: Any, path: str, values: Values) -> Any:
    for one in path.split("|"):
        found = said
        for part in one.split("."):
            found = _step(found, re.sub(r"\{([a-z_]+)\}", lambda name: values.get(name[1], ""), part))
        if found is not MISSING:
            return found
    return MISSING


def _step(found: Any, part: str) -> Any:
    if isinstance(found, dict):
        return found.get(part, MISSING)
    if isinstance(found, list) and part.isascii() and part.isdigit() and int(part) < len(found):
        return found[int(part)]
    return MISSING


def _text(found: Any) -> str:
    return found if isinstance(found, str) else json.dumps(found)
