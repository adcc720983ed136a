"""Entries of the access log in words. The log itself holds numbers and codes; names are looked up when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lockers.models import AccessAttempt, AccessLog, Alarm, Locker
from lockers.models.places import STATES
from lockers.places import station_names
from lockers.tries_words import reason_words

Words = str | Promise

KINDS: dict[str, Words] = {
    "attempt.started": _("Somebody wanted in"),
    "attempt.refused": _("Refused at once"),
    "attempt.failed": _("An attempt failed"),
    "attempt.abandoned": _("An attempt was given up"),
    "attempt.succeeded": _("An attempt succeeded"),
    "pin.refused": _("A PIN was refused"),
    "pin.chosen": _("A first PIN was chosen"),
    "pin.replaced": _("A PIN was replaced at the desk"),
    "card.given": _("A card was given"),
    "card.replaced": _("A card was replaced"),
    "card.withdrawn": _("A card was withdrawn"),
    "key.issued": _("A key was shown"),
    "key.used": _("A key was used"),
    "key.refused": _("A key was refused"),
    "opening.requested": _("An officer wants to open"),
    "opening.approved": _("A second officer approved"),
    "opening.authorised": _("An opening was authorised"),
    "opening.commanded": _("The lock was told"),
    "opening.opened": _("The door opened"),
    "opening.closed": _("The door was shut"),
    "opening.failed": _("The door did not open"),
    "opening.refused": _("An officer's opening was refused"),
    "door.state": _("A door changed"),
    "alarm.raised": _("An alarm rings"),
    "alarm.ended": _("The door of an alarm was shut"),
    "alarm.acknowledged": _("An officer took note of an alarm"),
    "lockout.delayed": _("Further tries must wait"),
    "lockout.disabled": _("The way by face was shut"),
    "lockout.lifted": _("A lock-out was lifted"),
    "locker.assigned": _("A locker was assigned"),
    "locker.end_moved": _("The end of an assignment was moved"),
    "locker.released": _("A locker was given back"),
    "locker.out_of_service": _("A locker went out of service"),
    "locker.in_service": _("A locker is in service again"),
    "joint.added": _("A joint holder was added"),
    "joint.removed": _("A joint holder was removed"),
    "customer.registered": _("A customer was registered"),
    "log.checkpoint": _("Old entries were cut off"),
}
LABELS: dict[str, Words] = {
    "person": _("person"),
    "by": _("by"),
    "confirmed_by": _("confirmed by"),
    "locker": _("locker"),
    "joint": _("with"),
    "station": _("at"),
    "reason": _("reason"),
    "note": _("note"),
    "lane": _("method"),
    "before": _("before"),
    "after": _("after"),
    "attempt": _("attempt"),
    "opening": _("opening"),
    "alarm_kind": _("alarm"),
    "failures": _("failures in a row"),
    "starts_on": _("from"),
    "ends_on": _("until"),
}
CODES: dict[str, dict[str, Words]] = {
    "lane": dict(AccessAttempt.Lane.choices),
    "before": dict(STATES),
    "after": dict(STATES),
    "alarm_kind": dict(Alarm.Kind.choices),
}
PEOPLE, HIDDEN = ("person", "by", "confirmed_by"), frozenset({"transaction", "liveness", "distances", "key", "hash"})


@dataclass(frozen=True)
class Line:
    entry: AccessLog
    words: str
    facts: list[tuple[str, str]]  # label and value

    @property
    def short_hash(self) -> str:
        return self.entry.hash[:12]


def kind_words(kind: str) -> str:
    return str(KINDS.get(kind) or kind)


def lines(entries: Iterable[AccessLog]) -> list[Line]:
    """Three queries more, however many entries they are."""
    rows = [(entry, entry.facts) for entry in entries]
    people = {pk for _entry, facts in rows for pk in _people(facts)}
    names = {one.pk: one.get_full_name() for one in User.objects.filter(pk__in=people)}
    wanted = {facts["locker"] for _entry, facts in rows if "locker" in facts}
    lockers = {one.pk: str(one) for one in Locker.objects.filter(pk__in=wanted).select_related("bank")}
    known = {"locker": lockers, "station": station_names()}
    return [Line(entry, kind_words(entry.kind), _told(facts, names, known)) for entry, facts in rows]


def _people(facts: dict[str, Any]) -> list[int]:
    return [facts[name] for name in PEOPLE if name in facts] + list(facts.get("joint") or [])


def _told(facts: dict[str, Any], names: dict[int, str], known: dict[str, Any]) -> list[tuple[str, str]]:
    """In the order of LABELS, then what has no label, by its own name."""
    labelled = [name for name in LABELS if name in facts]
    others = sorted(set(facts) - set(LABELS) - HIDDEN)
    return [(str(LABELS.get(name, name)), _value(name, facts[name], names, known)) for name in labelled + others]


def _value(name: str, value: Any, names: dict[int, str], known: dict[str, Any]) -> str:
    if name in PEOPLE:
        return names.get(value) or f"#{value}"
    if name == "joint":
        return ", ".join(names.get(one) or f"#{one}" for one in value)
    if name == "locker":
        return known["locker"].get(value) or f"#{value}"
    if name == "station":
        return known["station"].get(value, str(value))
    if name in CODES:
        return str(CODES[name].get(str(value), value))
    if name == "reason":
        return reason_words(str(value))
    if isinstance(value, dict):
        return ", ".join(sorted(name for name, ticked in value.items() if ticked))
    return str(value)
