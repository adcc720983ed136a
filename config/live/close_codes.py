"""The last message on a websocket, and the close code that follows it."""

from __future__ import annotations

from typing import Literal, TypedDict

from config.errors import Refused

# The websocket close code that follows a `bye`. A client that sees 44xx does not simply try again.
CLOSE_CODES = {
    "not_paired": 4401,
    "revoked": 4401,
    "not_permitted": 4403,
    "station_off": 4403,
    "no_demo": 4404,
    "no_such_address": 4404,
    "replaced": 4409,
    "too_many_refused": 4400,
    "flood": 4429,
}
# It is worth coming back. Not 1011: a server may send only 1000 and 3000 to 4999, and daphne leaves the socket open.
OTHER_CLOSE_CODE = 4500


class Bye(TypedDict):
    """The last message: the server closes the socket."""

    kind: Literal["bye"]
    code: str
    message: str


def bye(code: str, message: str) -> Bye:
    return {"kind": "bye", "code": code, "message": message}


def bye_for(refusal: Refused) -> Bye:
    return bye(refusal.code, refusal.message)
