"""Permission to leave: a function of the ledger, remembered whatever it says, and shown to the gate once."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from config.errors import Refused
from library import alarms, journal, policy, visits
from library.gates import Gate, gate_of
from library.models import ExitPass, Visit
from library.rules import Leaving, may_leave
from library.words import sentence

log = logging.getLogger("ostiary.library")

LETTERS = "ACDEFGHJKMNPQRTWXY34679"  # nothing that looks like something else
PASS_LIVES = timedelta(seconds=60)
AGAIN_WITHIN = timedelta(minutes=15)  # in which a librarian may open a gate that has failed


def decide(person: User, *, station: str, loans: int = 0, at: datetime | None = None, alarm: bool = False) -> ExitPass:
    """Ask the ledger, write down what it says, and end the visit where it says yes. In the caller's transaction."""
    at = at or timezone.now()
    visit = Visit.objects.select_for_update().filter(person=person, open_slot=1).first()
    verdict = may_leave(Leaving(inside=visit is not None, unfinished=policy.unfinished_lines(person), alarm=alarm))
    if verdict.allowed and visit is not None:
        visits.end(visit, station=station, at=at)
    else:
        journal.note(journal.Kind.REFUSED, person, station=station, at=at, code=verdict.code)
    return ExitPass.objects.create(
        number=_number(),
        person=person,
        visit=visit,
        station=station,
        allowed=verdict.allowed,
        reason=verdict.code,
        loans=loans,
        decided_at=at,
        expires_at=at + PASS_LIVES,
        gate=gate_of(station).name,
    )


@transaction.atomic
def refused(person: User, code: str, *, station: str, at: datetime | None = None) -> ExitPass:
    """Somebody could not finish, and why: told to the desk, and counted among the exits that did not work at once."""
    at = at or timezone.now()
    visit = Visit.objects.filter(person=person, open_slot=1).first()
    journal.note(journal.Kind.REFUSED, person, station=station, at=at, code=code)
    return ExitPass.objects.create(
        number=_number(),
        person=person,
        visit=visit,
        station=station,
        allowed=False,
        reason=code[:32],
        decided_at=at,
        expires_at=at,
    )


def _number() -> str:
    return "".join(secrets.choice(LETTERS) for _letter in range(8))


def why(permission: ExitPass) -> str:
    """The reason in words for the person; empty when the gate opens."""
    return "" if permission.allowed else sentence(permission.reason)


def open_gate(permission: ExitPass) -> ExitPass:
    """Show a permission to its gate, once. What the gate answers is written down; an error opens nothing."""
    if not permission.allowed:
        return permission
    gate = gate_of(permission.station)
    if alarms.rings(permission.station):  # it began after the ledger was asked
        answer = "failed: alarm"
    elif gate.asks or use(permission.number):
        answer = _asked(gate, permission)
    else:
        return permission
    ExitPass.objects.filter(pk=permission.pk).update(gate_answer=answer[:200])
    permission.refresh_from_db()
    return permission


def _asked(gate: Gate, permission: ExitPass) -> str:
    try:
        return gate.open(permission.number, permission.expires_at)
    except Exception as error:
        log.exception("The gate %s did not open for pass %s", gate.name, permission.number)
        return f"failed: {type(error).__name__}"


@transaction.atomic
def use(number: str, at: datetime | None = None) -> bool:
    """A pass opens a gate once, and not for long: a message that comes twice or late opens nothing."""
    at = at or timezone.now()
    good = ExitPass.objects.filter(number=number, allowed=True, used_at=None, expires_at__gt=at)
    return bool(good.update(used_at=at))


@transaction.atomic
def again(permission: ExitPass, *, at: datetime | None = None) -> ExitPass:
    """A gate has failed somebody who may go: a new pass for it, by a librarian. Refused `no_failed_gate`."""
    at = at or timezone.now()
    row = ExitPass.objects.select_for_update().get(pk=permission.pk)
    fresh = at - row.decided_at < AGAIN_WITHIN
    if not (row.allowed and fresh and row.gate_answer.startswith("failed")):
        raise Refused("no_failed_gate", sentence("no_failed_gate"), status=409)
    ExitPass.objects.filter(pk=row.pk).update(gate_answer=f"again after {row.gate_answer}"[:200])
    return ExitPass.objects.create(
        number=_number(),
        person_id=row.person_id,
        visit_id=row.visit_id,
        station=row.station,
        allowed=True,
        loans=row.loans,
        decided_at=at,
        expires_at=at + PASS_LIVES,
        gate=gate_of(row.station).name,
    )


def check(number: str) -> ExitPass:
    """For a gate that asks by itself (API): the pass is good, and is used up by asking.

    Refused `bad_pass`; `alarm` while the gate's tags ring: then the pass is not used up.
    """
    station = ExitPass.objects.filter(number=number).values_list("station", flat=True).first()
    if station and alarms.rings(station):
        raise Refused("alarm", sentence("alarm"), status=403)
    if not use(number):
        raise Refused("bad_pass", sentence("bad_pass"), status=403)
    ExitPass.objects.filter(number=number).update(gate_answer="opened")
    return ExitPass.objects.get(number=number)
