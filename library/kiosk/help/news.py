"""What a station and the desk are told of a call for help: display words, and nothing of other people."""

from __future__ import annotations

from typing import Literal, TypedDict

from django.utils.translation import gettext as _

from config.live.news import clock
from library.kiosk.help import staffing
from library.models import HelpRequest, LibraryStation
from library.rules.messages import sentence

Cause = HelpRequest.Cause


class HelpNow(TypedDict):
    """For the station's own screen. `state`: empty when no help is wanted here any more."""

    kind: Literal["library.help"]
    state: Literal["", "wanted", "coming"]
    message: str  # what happened, why, and what next
    contact: str  # in unstaffed hours: whom one reaches; else empty


class HelpWantedNow(TypedDict):
    """For the desk's pages."""

    id: int
    station: str  # its name
    since: str  # ISO 8601 in the site's zone
    name: str  # empty: not recognised
    person: int | None
    what: str  # in words
    answered_by: str


def help_now(row: HelpRequest | None) -> HelpNow:
    away = staffing.unstaffed_now()
    contact = staffing.contact(away) if away else ""
    if row is None or row.open_slot is None:
        return {"kind": "library.help", "state": "", "message": "", "contact": contact}
    if row.answered_at:
        words = _("A member of staff is coming. Please wait here.")
        return {"kind": "library.help", "state": "coming", "message": words, "contact": contact}
    words = " ".join([_why(row), _next_alone(row) if away else _next(row)]).strip()
    return {"kind": "library.help", "state": "wanted", "message": words, "contact": contact}


def _why(row: HelpRequest) -> str:
    if row.cause == Cause.SCANS:
        words = _("Several scans did not work. Last message: %(why)s")
        return words % {"why": _reason(row.code)}
    if row.cause == Cause.STUCK:
        return _("Nothing has been scanned here for a while.")
    return ""


def _reason(code: str) -> str:
    if code == "nobody_here":
        return _("It is not known yet who is at this exit.")
    return sentence(code)


def _next(row: HelpRequest) -> str:
    if row.cause == Cause.ASKED:
        return _("The desk knows that you need help. Please wait here.")
    return _("The desk has been told. You can go on, or wait here.")


def _next_alone(row: HelpRequest) -> str:
    """In unstaffed hours."""
    if row.cause == Cause.ASKED:
        return _("Your call for help was recorded.")
    return _("It was recorded for the staff. You can go on.")


def wanted_now(row: HelpRequest, names: dict[str, str]) -> HelpWantedNow:
    return {
        "id": row.pk,
        "station": names.get(row.station, row.station),
        "since": clock(row.at),
        "name": row.person.get_full_name() if row.person else "",
        "person": row.person_id,
        "what": what_failed(row),
        "answered_by": row.answered_by.get_full_name() if row.answered_by else "",
    }


def what_failed(row: HelpRequest) -> str:
    """For staff."""
    if row.cause == Cause.SCANS:
        words = _("Several scans did not work. The person was told: %(why)s")
        return words % {"why": _reason(row.code)}
    if row.cause == Cause.STUCK:
        return _("A person has been at this exit for a while without progress.")
    return _("The Help button was pressed.")


def station_names() -> dict[str, str]:
    return dict(LibraryStation.objects.values_list("station__slug", "station__name"))
