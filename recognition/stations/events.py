"""What is said on the websockets: small, typed, words and ids only. docs/events.md explains each kind.

The first message on a socket is `hello`, the full present state; everything after it is news.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, Protocol, TypedDict

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from config.live.close_codes import Bye
from config.live.news import clock
from recognition.models import Station


class FaceSeen(TypedDict):
    id: int
    box: tuple[int, int, int, int]  # x, y, width, height in a picture of `Frame.size`
    state: str  # looking, recognised, unknown, picture (signs of a picture: no one is named)
    label: str | None
    hint: str | None


class FrameAnswer(TypedDict):
    """The answer to one picture."""

    kind: Literal["frame"]
    seq: int  # the how manyth picture on this socket
    state: str  # looking, recognised, unknown, picture, nobody_enrolled, photos_outdated, engine_down
    hint: str | None
    faces: list[FaceSeen]
    size: tuple[int, int]
    age_ms: int  # from arrival to answer
    took_ms: int  # of which the engine worked


class RefusedFrame(TypedDict):
    """One picture could not be used. The connection stays."""

    kind: Literal["refused"]
    seq: int
    code: str
    message: str


class Greeting(TypedDict):
    kind: Literal["greeting"]
    station: str
    person: int
    name: str
    at: str
    note: str  # what it means here, such as "present at 09:02"; may be empty
    lane: str  # face, card or pin


class StationNote(TypedDict):
    """What goes on at a station: the class that meets there, and until when."""

    kind: Literal["note"]
    station: str
    title: str
    text: str
    idle: bool  # nothing goes on, so no one is looked for


class Stranger(TypedDict):
    """Someone was not recognised: counted, and told without a name."""

    kind: Literal["stranger"]
    station: str
    at: str


class Suspected(TypedDict):
    """Signs of a picture instead of a person. Told to staff, without a name."""

    kind: Literal["suspicion"]
    station: str
    at: str
    note: str  # what it may have been, in words


class Trouble(TypedDict):
    """Something was seen, but could not be acted on."""

    kind: Literal["trouble"]
    station: str
    code: str
    message: str


class StationInfo(TypedDict):
    slug: str
    name: str
    place: str
    purpose: str
    view: str
    frame_width: int  # px: send no wider picture than this
    max_frame_bytes: int


class StationNow(TypedDict):
    """Whether a station is being fed, and what it sees."""

    kind: Literal["station"]
    station: str
    online: bool
    state: str
    fps: float
    advice: str  # what would make its pictures better, as a code of recognition.stations.camera.advice; or empty
    at: str


class Picture(TypedDict):
    """The demo station's newest picture can be fetched; this is what was seen in it."""

    kind: Literal["picture"]
    station: str
    seq: int
    state: str
    faces: list[FaceSeen]
    size: tuple[int, int]


class Uptime(TypedDict):
    """How much of its opening hours a station was online, in percent (None: there were none), and when it last was."""

    day: int | None  # of the last 24 hours
    week: int | None  # of the last 7 days
    seen_at: str | None  # None: no device of it was ever online


class StationCard(TypedDict):
    slug: str
    name: str
    place: str
    purpose: str
    purpose_code: str
    now: StationNow
    latest: list[Greeting | Stranger | Suspected]
    liveness: str  # how life is asked for here, in words
    picture: bool  # may this person look at the live picture?
    uptime: Uptime


class StationHello(TypedDict):
    kind: Literal["hello"]
    station: StationInfo
    note: StationNote
    state: str
    hint: str | None
    faces: list[FaceSeen]
    size: tuple[int, int]
    app: dict[str, Any] | None  # the present state of the purpose's app, such as the open basket
    taken: bool  # someone else's pictures are the station's: anyone who sends one now takes the place


class StaffHello(TypedDict):
    kind: Literal["hello"]
    stations: list[StationCard]


class PictureFindings(Protocol):
    """What the pipeline found in one picture."""

    @property
    def state(self) -> str: ...
    @property
    def hint(self) -> str | None: ...
    @property
    def faces(self) -> tuple[FaceSeen, ...]: ...
    @property
    def size(self) -> tuple[int, int]: ...


Event = (
    FrameAnswer
    | RefusedFrame
    | Picture
    | Greeting
    | StationNote
    | Stranger
    | Suspected
    | Trouble
    | Bye
    | StationNow
    | StationHello
    | StaffHello
)


def refused_frame(seq: int, refusal: Refused) -> RefusedFrame:
    return {"kind": "refused", "seq": seq, "code": refusal.code, "message": refusal.message}


def frame_answer(seq: int, result: PictureFindings, *, age: float, took: float) -> FrameAnswer:
    return {
        "kind": "frame",
        "seq": seq,
        "state": result.state,
        "hint": result.hint,
        "faces": list(result.faces),
        "size": result.size,
        "age_ms": round(age * 1000),
        "took_ms": round(took * 1000),
    }


def station_hello(
    station: Station,
    note: StationNote,
    seen: PictureFindings,
    *,
    max_frame_bytes: int,
    app: dict[str, Any] | None = None,
    taken: bool = False,
) -> StationHello:
    return {
        "kind": "hello",
        "note": note,
        "station": station_info(station, max_frame_bytes=max_frame_bytes),
        "state": seen.state,
        "hint": seen.hint,
        "faces": list(seen.faces),
        "size": seen.size,
        "app": app,
        "taken": taken,
    }


def station_info(station: Station, *, max_frame_bytes: int) -> StationInfo:
    return {
        "slug": station.slug,
        "name": station.name,
        "place": station.place,
        "purpose": station.purpose,
        "view": station.view,
        "frame_width": frame_width(station),
        "max_frame_bytes": max_frame_bytes,
    }


def frame_width(station: Station) -> int:
    """A room camera must show small faces, and a library's small stripes; someone at a kiosk stands close by."""
    return 1280 if station.view == Station.View.ROOM or station.purpose == Purpose.LIBRARY else 640


def greeting(station: str, person: User, at: datetime, *, note: str = "", lane: str = "face") -> Greeting:
    return {
        "kind": "greeting",
        "station": station,
        "person": person.pk,
        "name": person.get_full_name(),
        "at": clock(at),
        "note": note,
        "lane": lane,
    }


def station_note(station: str, title: str, text: str, *, idle: bool = False) -> StationNote:
    return {"kind": "note", "station": station, "title": title, "text": text, "idle": idle}


def stranger(station: str, at: datetime) -> Stranger:
    return {"kind": "stranger", "station": station, "at": clock(at)}


SUSPICIONS = {
    "picture": _l("Possible picture of a person. No one was named."),
    "scene": _l("A still face, such as a poster. It is ignored from now on."),
}


def suspicion(station: str, at: datetime, kind: str) -> Suspected:
    return {"kind": "suspicion", "station": station, "at": clock(at), "note": str(SUSPICIONS[kind])}


def not_recorded(station: str) -> Trouble:
    return {
        "kind": "trouble",
        "station": station,
        "code": "not_recorded",
        "message": _("This could not be recorded. Step away for a moment and come back, or ask the staff."),
    }
