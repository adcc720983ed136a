"""The board of the officers, as page and socket show it: every door, what rings, and who waits for a yes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, NamedTuple, TypedDict

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from accounts.models import User
from config.live.news import clock
from lockers.assignments.expiry import how_it_ends
from lockers.bank.places import natural, station_names
from lockers.desk.emergency_release import progress as release_progress
from lockers.models import AccessAttempt, Alarm, Approval, Assignment, BankRelease, Locker, Opening, SilentAlarm
from lockers.rules.doors import DoorState
from lockers.rules.visibility import (
    alarms_for,
    banks_for,
    kept_attempts,
    kept_lockers,
    kept_openings,
    releases_for,
    silent_alarms_for,
)

Words = str | Promise
Use = Literal["free", "assigned", "ending", "ended", "blocked", "out_of_service"]


Look = Literal["free", "reserved", "in_use", "open", "blocked", "out_of_order", "alarm"]  # on the map


class Held(NamedTuple):
    """A locker that is assigned."""

    first: date
    last: date | None
    blocked: bool


Ends = dict[int, Held]
LOOKS: dict[Look, Words] = {
    "free": pgettext_lazy("locker", "free"),
    "reserved": gettext_lazy("reserved"),
    "in_use": gettext_lazy("in use"),
    "open": pgettext_lazy("door", "open"),
    "blocked": pgettext_lazy("locker", "blocked"),
    "out_of_order": gettext_lazy("out of order"),
    "alarm": gettext_lazy("alarm"),
}


class DoorTile(TypedDict):
    id: int
    number: str
    vault: str  # in words, or empty
    size: str  # its name, or empty
    state: str
    words: str  # the state in words
    use: Use
    use_words: str
    since: str
    ringing: bool
    look: Look
    look_words: str


class BankNow(TypedDict):
    id: int
    name: str
    place: str
    doors: list[DoorTile]


class RingingDoor(TypedDict):
    id: int
    locker: int
    where: str
    words: str
    at: str
    shut: str  # in words: whether the door is shut again


class AskingCustomer(TypedDict):
    """Card and PIN were right; an officer must look at the person now."""

    id: int
    name: str
    initials: str
    number: str
    where: str
    locker: int
    at: str


class Override(TypedDict):
    """Someone wants to open a vault, and an officer must agree: another officer, or its customer with a key."""

    id: int
    where: str
    locker: int
    by: str
    reason: str
    at: str
    said: list[int]  # officers who have said yes already, and the one who asked
    by_key: bool  # a customer's key waits: the officer's key is their own password or PIN


class SilentCall(TypedDict):
    """Someone has called for help silently."""

    id: int
    name: str
    number: str
    where: str
    how: str
    at: str


class Release(TypedDict):
    """An emergency release of a bank that waits for a second officer, or runs."""

    id: int
    bank: str
    state: str
    words: str
    opened: int
    by_hand: int
    total: int


class DoorBoardHello(TypedDict):
    kind: Literal["hello"]
    banks: list[BankNow]
    alarms: list[RingingDoor]
    asking: list[AskingCustomer]
    overrides: list[Override]
    silent: list[SilentCall]
    releases: list[Release]


def hello(viewer: User) -> DoorBoardHello:
    """The full state of this officer's banks; as many queries for a thousand doors as for one."""
    names = station_names()
    rings = list(alarms_for(viewer).filter(open_slot=1).select_related("locker__bank").order_by("pk"))
    return {
        "kind": "hello",
        "banks": _banks(viewer, {alarm.locker_id for alarm in rings}),
        "alarms": [_ringing(alarm) for alarm in rings],
        "asking": [_asking(row) for row in waiting_for_confirmation(viewer)],
        "overrides": _overrides(viewer),
        "releases": [_release(row) for row in releases_for(viewer).filter(open_slot=1).select_related("bank")],
        "silent": [
            _silent(alarm, names)
            for alarm in silent_alarms_for(viewer).filter(acknowledged_at=None).select_related("person")
        ],
    }


def waiting_for_confirmation(viewer: User) -> list[AccessAttempt]:
    rows = kept_attempts(viewer).filter(state=AccessAttempt.State.CONFIRMING, person__isnull=False)
    return list(rows.select_related("person", "locker__bank").order_by("pk")[:50])


def initials(person: User) -> str:
    return "".join(name[:1] for name in (person.first_name, person.last_name)).upper()


def _banks(viewer: User, ringing: set[int]) -> list[BankNow]:
    ends = _ends(Assignment.objects.filter(open_slot=1))
    banks: dict[int, BankNow] = {
        bank.pk: {"id": bank.pk, "name": bank.name, "place": bank.place, "doors": []} for bank in banks_for(viewer)
    }
    for locker in sorted(kept_lockers(viewer).select_related("size"), key=lambda one: natural(one.number)):
        if locker.bank_id in banks:  # a bank that was set up between the two queries is there next time
            banks[locker.bank_id]["doors"].append(_tile(locker, ends, locker.pk in ringing))
    return list(banks.values())


def _ends(rows: QuerySet[Assignment]) -> Ends:
    found = rows.values_list("locker", "starts_on", "ends_on", "blocked_at")
    return {locker: Held(first, last, blocked is not None) for locker, first, last, blocked in found}


def _use(locker: Locker, ends: Ends) -> Use:
    if locker.out_of_service:
        return "out_of_service"
    if locker.pk not in ends:
        return "free"
    held = ends[locker.pk]
    return "blocked" if held.blocked else how_it_ends(held.last, timezone.localdate())


def _tile(locker: Locker, ends: Ends, ringing: bool) -> DoorTile:
    use = _use(locker, ends)
    return {
        "id": locker.pk,
        "number": locker.number,
        "vault": _("Vault") if locker.kind == Locker.Kind.VAULT else "",
        "size": locker.size.name if locker.size else "",
        "state": str(locker.door),
        "words": str(locker.get_door_display()),
        "use": use,
        "use_words": _use_words(use, held.last if (held := ends.get(locker.pk)) else None),
        "since": clock(locker.door_since),
        "ringing": ringing,
        "look": (look := _look(locker, use, ends.get(locker.pk), ringing)),
        "look_words": _look_words(look),
    }


def _look(locker: Locker, use: Use, held: Held | None, ringing: bool) -> Look:
    """One word for the map: what an officer must see first."""
    if ringing:
        return "alarm"
    if use == "out_of_service" or locker.door in (DoorState.JAMMED, DoorState.UNAVAILABLE):
        return "out_of_order"
    if locker.door in (DoorState.OPEN, DoorState.UNLOCKING):
        return "open"
    if held is None:
        return "free"
    if held.blocked:
        return "blocked"
    return "reserved" if held.first > timezone.localdate() else "in_use"


def _look_words(look: Look) -> str:
    return str(LOOKS[look])


def _use_words(use: Use, last: date | None) -> str:
    until = _("until %(day)s") % {"day": date_format(last, "j M")} if last else ""
    return {
        "free": pgettext("locker", "free"),
        "assigned": _("assigned"),
        "ending": until,
        "ended": _("past last day"),
        "blocked": _("blocked by its holder"),
        "out_of_service": _("out of service"),
    }[use]


def tile_of(locker: Locker) -> DoorTile:
    """One door by itself."""
    ends = _ends(Assignment.objects.filter(locker=locker, open_slot=1))
    return _tile(locker, ends, Alarm.objects.filter(locker=locker, open_slot=1).exists())


def where(locker: Locker | None) -> str:
    return f"{locker.bank.name} · {locker.number}" if locker else "–"


def _ringing(alarm: Alarm) -> RingingDoor:
    return {
        "id": alarm.pk,
        "locker": alarm.locker_id,
        "where": where(alarm.locker),
        "words": str(alarm.get_kind_display()),
        "at": clock(alarm.raised_at),
        "shut": _("shut at %(time)s") % {"time": _hour(alarm.ended_at)} if alarm.ended_at else _("still open"),
    }


def _hour(at: datetime) -> str:
    return clock(at)[11:16]


def _asking(row: AccessAttempt) -> AskingCustomer:
    person = row.person
    assert person is not None  # noqa: S101  only such rows are read
    return {
        "id": row.pk,
        "name": person.get_full_name(),
        "initials": initials(person),
        "number": person.id_number,
        "where": where(row.locker),
        "locker": row.locker_id or 0,
        "at": clock(row.started_at),
    }


def _release(row: BankRelease) -> Release:
    progress = release_progress.of(row)
    words = str(row.get_state_display())
    if progress.total:
        words += ", " + _("%(opened)d of %(total)d open") % {"opened": progress.opened, "total": progress.total}
    return {
        "id": row.pk,
        "bank": row.bank.name,
        "state": str(row.state),
        "words": words,
        "opened": progress.opened,
        "by_hand": progress.by_hand,
        "total": progress.total,
    }


def _silent(alarm: SilentAlarm, names: dict[str, str]) -> SilentCall:
    person = alarm.person
    return {
        "id": alarm.pk,
        "name": person.get_full_name() if person else "–",
        "number": person.id_number if person else "",
        "where": names.get(alarm.station) or alarm.station or _("another kiosk on this site"),
        "how": str(alarm.get_how_display()),
        "at": clock(alarm.raised_at),
    }


def _overrides(viewer: User) -> list[Override]:
    rows = kept_openings(viewer).filter(state=Opening.State.REQUESTED)
    rows = rows.select_related("locker__bank", "person").order_by("pk")
    openings = list(rows[:50])
    said: dict[int, list[int]] = {row.pk: [row.person_id] if row.person_id else [] for row in openings}
    for opening, officer in Approval.objects.filter(opening__in=said).values_list("opening", "officer"):
        said[opening].append(officer or 0)
    return [_override(row, said[row.pk]) for row in openings]


def _override(row: Opening, said: list[int]) -> Override:
    return {
        "id": row.pk,
        "where": where(row.locker),
        "locker": row.locker_id,
        "by": row.person.get_full_name() if row.person else "–",
        "reason": row.reason or _("customer's key entered at the kiosk"),
        "at": clock(row.requested_at),
        "said": said,
        "by_key": row.route == Opening.Route.KEY,
    }
