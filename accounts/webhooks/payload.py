"""What a subscriber is told of an event: `type`, `timestamp` and `data`, with names only where they may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from accounts.models import User, WebhookDelivery
from accounts.webhooks import kinds


def payload_of(delivery: WebhookDelivery) -> dict[str, Any]:
    """As it is now: who was deleted since it happened is not named any more."""
    kind = kinds.get(delivery.kind)
    names = delivery.endpoint.sees_names
    person = User.objects.filter(pk=delivery.account).first() if names and kind.about_a_person else None
    return written(kind, delivery.body, delivery.at, person, names=names)


def example_of(kind: kinds.EventKind) -> dict[str, Any]:
    """As a subscriber with names gets it."""
    someone = User(id_number="s-ada", first_name="Ada", last_name="Lovelace") if kind.about_a_person else None
    return written(kind, kind.example, datetime(2026, 3, 2, 10, 15, tzinfo=UTC), someone, names=True)


def written(
    kind: kinds.EventKind, facts: Mapping[str, Any], at: datetime, person: User | None, *, names: bool
) -> dict[str, Any]:
    open_facts = {name: value for name, value in facts.items() if names or name not in kind.private}
    when = at.astimezone(UTC).isoformat()
    told = {"type": kind.code, "timestamp": when, "data": open_facts | {"person": _named(person)}}
    return told | _flat(kind, open_facts, when, person) if kind.flat else told


def _named(person: User | None) -> dict[str, str] | None:
    return {"id_number": person.id_number, "name": person.get_full_name()} if person else None


def _flat(kind: kinds.EventKind, facts: Mapping[str, Any], when: str, person: User | None) -> dict[str, Any]:
    """The fields as receivers have read them since before there was `data`."""
    hidden: dict[str, Any] = {"detail": {}} if "detail" in kind.private else {}
    account = person.id_number if person else None
    return {**hidden, **facts, "kind": kind.code, "at": when, "account": account}
