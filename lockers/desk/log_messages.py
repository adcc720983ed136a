"""Entries of the access log in words. The log itself holds numbers and codes; names are looked up when it is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from lockers.access import sealing
from lockers.access.attempt_messages import reason_words
from lockers.access.sealing import Unreadable
from lockers.bank.places import station_names
from lockers.models import AccessAttempt, AccessLog, Alarm, Bank, Locker, OfficerKey
from lockers.models.places import STATES

Words = str | Promise

KINDS: dict[str, Words] = {
    "attempt.started": _("An attempt was started"),
    "attempt.refused": _("Refused at once"),
    "attempt.failed": _("An attempt failed"),
    "attempt.abandoned": _("An attempt was abandoned"),
    "attempt.succeeded": _("An attempt succeeded"),
    "pin.refused": _("A PIN was refused"),
    "pin.chosen": _("A first PIN was chosen"),
    "pin.replaced": _("A PIN was replaced at the desk"),
    "card.given": _("A card was issued"),
    "card.replaced": _("A card was replaced"),
    "card.withdrawn": _("A card was withdrawn"),
    "key.issued": _("A key was shown"),
    "key.used": _("A key was used"),
    "key.refused": _("A key was refused"),
    "officer_key.issued": _("An officer's key was shown"),
    "officer_key.turned": _("An officer's key was turned"),
    "officer_key.used": _("An officer's key and a customer's key were used together"),
    "officer_key.refused": _("An officer's key was refused"),
    "opening.requested": _("An opening is waiting for an officer"),
    "opening.approved": _("A second officer approved"),
    "opening.authorised": _("An opening was authorised"),
    "opening.commanded": _("The command was sent to the lock"),
    "opening.opened": _("The door opened"),
    "opening.closed": _("The door was shut"),
    "opening.failed": _("The door did not open"),
    "opening.refused": _("An officer's opening was refused"),
    "door.state": _("A door changed"),
    "passkey.added": _("A passkey was added"),
    "passkey.forgotten": _("Passkeys were deleted with their person"),
    "passkey.invited": _("A code for a passkey was issued"),
    "passkey.refused": _("A passkey was not added"),
    "passkey.removed": _("A passkey was removed"),
    "passkey.stopped": _("A passkey was disabled: it may have been copied"),
    "lockout.passkey_delayed": _("Further attempts with passkeys must wait"),
    "lockout.passkey_disabled": _("Opening by passkey was blocked"),
    "home.refused": _("A command from Home Assistant was refused"),
    "door.trial": _("An administrator tries out a device"),
    "door.tried": _("A device was tried out"),
    "door.trial_refused": _("Trying out an assigned locker was refused"),
    "release.begun": _("An emergency release was begun"),
    "release.confirmed": _("An emergency release was confirmed"),
    "release.finished": _("All commands of a release were sent"),
    "release.ended": _("An emergency release was ended"),
    "release.lapsed": _("An emergency release was not confirmed in time"),
    "release.interrupted": _("An emergency release was interrupted"),
    "alarm.silent": _("Silent alarm"),
    "duress.chosen": _("Duress settings were changed"),
    "alarm.raised": _("An alarm was raised"),
    "alarm.ended": _("The door of an alarm was shut"),
    "alarm.acknowledged": _("An officer acknowledged an alarm"),
    "bank.hours": _("The hours of a bank were set"),
    "bank.laid_out": _("The map of a bank was arranged"),
    "bank.closed": _("A bank was closed on some days"),
    "bank.reopened": _("Closed days of a bank were removed"),
    "locker.label_replaced": _("The label code of a locker was replaced"),
    "locker.hours": _("The hours of an assignment were set"),
    "lockout.delayed": _("Further attempts must wait"),
    "lockout.disabled": _("Opening by face was blocked"),
    "lockout.lifted": _("A lock-out was lifted"),
    "locker.assigned": _("A locker was assigned"),
    "locker.end_moved": _("The last day of an assignment was changed"),
    "locker.released": _("A locker was released"),
    "locker.out_of_service": _("A locker was taken out of service"),
    "locker.in_service": _("A locker was returned to service"),
    "locker.blocked": _("A holder blocked a locker"),
    "locker.unblocked": _("An officer lifted the block of a locker"),
    "joint.added": _("A joint holder was added"),
    "joint.removed": _("A joint holder was removed"),
    "joint.dates_moved": _("The dates of a joint holder were changed"),
    "joint.ended": _("The share of a joint holder expired"),
    "grant.started": _("A group grant was started"),
    "grant.ended": _("A group grant was ended"),
    "grant.released": _("Lockers of a group grant were released together"),
    "grant.undone": _("A group grant was undone"),
    "locker.taken_back": _("An unused locker was released again"),
    "abandoned.begun": _("A case of an abandoned locker was opened"),
    "abandoned.first": _("The first notice was given"),
    "abandoned.second": _("The second notice was given"),
    "abandoned.last": _("The last notice was given"),
    "abandoned.by_hand": _("A notice was given by hand"),
    "abandoned.asked": _("A witness was named"),
    "abandoned.opened": _("The witness confirmed their presence: the door may open"),
    "abandoned.listed": _("The contents were listed"),
    "abandoned.stored": _("The witness confirmed the list: contents in storage"),
    "abandoned.empty": _("The witness confirmed that the locker was empty"),
    "abandoned.handed_out": _("The contents were handed out"),
    "abandoned.disposed": _("The contents were disposed of"),
    "abandoned.settled": _("A case of an abandoned locker was settled"),
    "terms.published": _("Terms of a bank were published"),
    "terms.accepted": _("Terms were accepted"),
    "terms.refused": _("Terms were refused"),
    "terms.postponed": _("More time was given for the terms"),
    "customer.registered": _("A customer was registered"),
    "log.checkpoint": _("Old entries were removed"),
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
    "method": _("by"),
    "before": _("before"),
    "after": _("after"),
    "attempt": _("attempt"),
    "opening": _("opening"),
    "alarm_kind": _("alarm"),
    "failures": _("failures in a row"),
    "bank": _("bank"),
    "release": _("release"),
    "doors": _("doors"),
    "not_told": _("no command sent"),
    "outside_hours": _("outside the opening hours"),
    "starts_on": _("from"),
    "ends_on": _("until"),
    "grant": _("group grant"),
    "case": _("case"),
    "terms": _("terms"),
    "version": _("version"),
    "how": _("how"),
    "until": _("until"),
    "in_force_from": _("in force from"),
    "text_sha256": _("SHA-256 of the text"),
    "case_reason": _("reason"),
    "witness": _("witness"),
    "by_hand": _("by hand"),
    "contents_sha256": _("SHA-256 of the list"),
    "lines": _("lines"),
}
CODES: dict[str, dict[str, Words]] = {
    "lane": dict(AccessAttempt.Lane.choices),
    "method": dict(OfficerKey.Method.choices),
    "before": dict(STATES),
    "after": dict(STATES),
    "alarm_kind": dict(Alarm.Kind.choices),
}
PEOPLE = ("person", "by", "confirmed_by", "witness")
HIDDEN = frozenset({"transaction", "liveness", "distances", "key", "hash", "officer_key", "sealed"})


@dataclass(frozen=True)
class LogLine:
    entry: AccessLog
    words: str
    facts: list[tuple[str, str]]  # label and value

    @property
    def short_hash(self) -> str:
        return self.entry.hash[:12]


def kind_words(kind: str) -> str:
    return str(KINDS.get(kind) or kind)


def lines(entries: Iterable[AccessLog]) -> list[LogLine]:
    """Three queries more, however many entries they are."""
    rows = [(entry, _opened(entry)) for entry in entries]
    people = {pk for _entry, facts in rows for pk in _people(facts)}
    names = {one.pk: one.get_full_name() for one in User.objects.filter(pk__in=people)}
    wanted = {facts["locker"] for _entry, facts in rows if "locker" in facts}
    lockers = {one.pk: str(one) for one in Locker.objects.filter(pk__in=wanted).select_related("bank")}
    banks = dict(
        Bank.objects.filter(pk__in={facts["bank"] for _entry, facts in rows if "bank" in facts}).values_list(
            "pk", "name"
        )
    )
    known = {"locker": lockers, "station": station_names(), "bank": banks}
    return [LogLine(entry, kind_words(entry.kind), _told(facts, names, known)) for entry, facts in rows]


def _opened(entry: AccessLog) -> dict[str, Any]:
    """Its facts, with what is sealed from everyone but officers: only they read these lines."""
    facts = entry.facts
    if "sealed" not in facts:
        return facts
    try:
        return facts | {"sealed": None} | sealing.unseal(facts["sealed"], entry.kind)
    except Unreadable:
        return facts


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
    if name in ("before", "after") and isinstance(value, dict):  # hours
        return "; ".join(f"{day} {', '.join(spans)}" for day, spans in value.items())
    if name == "bank":
        return known["bank"].get(value) or f"#{value}"
    if name in CODES:
        return str(CODES[name].get(str(value), value))
    if name == "reason":
        return reason_words(str(value))
    if isinstance(value, dict):
        return ", ".join(sorted(name for name, ticked in value.items() if ticked))
    return str(value)
