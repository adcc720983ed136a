"""Every look at, use or erasure of someone's biometrics leaves a row."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from accounts.models import User
from recognition.models import BiometricAccess

log = logging.getLogger("ostiary.biometrics")

SYSTEM = "system"


def record_search(found: Iterable[int | None], *, actor: User | None, faces: int, purpose: str, **detail: Any) -> None:
    """A picture with `faces` faces was searched: one row for it, and one for each person whose face was used."""
    about = {"purpose": str(purpose), **detail}
    record("picture_searched", actor=actor, faces=faces, **about)
    for person in User.objects.filter(pk__in={pk for pk in found if pk is not None}).order_by("pk"):
        record("identified", actor=actor, person=person, **about)


def record(action: str, *, actor: User | None, person: User | None = None, **detail: Any) -> BiometricAccess:
    """Remember that `actor` (None: a command, or the system itself) did `action` to `person`'s face data.

    `detail` holds plain values only: counts, codes, row numbers. Never an image or a vector.
    """
    detail = {name: _plain(value) for name, value in detail.items()}
    row = BiometricAccess.objects.create(
        actor=actor,
        actor_name=str(actor)[:200] if actor else SYSTEM,
        person_id_number=person.id_number if person else "",
        action=action,
        detail=detail,
    )
    log.info("%s by %s on %s %s", action, row.actor_name, row.person_id_number or "-", detail)
    return row


def _plain(value: Any) -> Any:
    """A choice such as `Purpose.LIBRARY` is written as its word."""
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, str) else value
