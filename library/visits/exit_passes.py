"""Permission to leave: a function of the ledger, remembered whatever it says, and shown to the gate once."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from config.errors import Refused
from library.circulation import journal, policy
from library.models import ExitPass, Visit
from library.rules.lending import Leaving, may_leave
from library.rules.messages import sentence
from library.visits import alarms, visits
from library.visits.gates import WAITS, Gate, gate_of

log = logging.getLogger("ostiary.library")

LETTERS = "ACDEFGHJKMNPQRTWXY34679"  # nothing that looks like something else
PASS_LIVES = timedelta(seconds=60)
AGAIN_WITHIN = timedelta(minutes=15)  # in which a librarian may open a gate that has failed
TAKEN_UP_AFTER = timedelta(seconds=3)  # in which the process that wrote a pass has shown it to its gate itself
IN_FLIGHT = timedelta(seconds=12)  # in which the process that wrote the pass is still asking its gate (gates.PATIENCE)


def decide(person: User, *, station: str, loans: int = 0, at: datetime | None = None, alarm: bool = False) -> ExitPass:
    """Ask the ledger, write down what it says, and end the visit where it says yes. In the caller's transaction.

    The row is also the order to open: until a gate's answer stands in it, any process that runs tells the gate
    (`pending_gates`), or the desk does.
    """
    at = at or timezone.now()
    visit = Visit.objects.select_for_update().filter(person=person, open_slot=1).first()
    verdict = may_leave(Leaving(inside=visit is not None, unfinished=policy.unfinished_lines(person), alarm=alarm))
    if verdict.allowed and visit is not None:
        visits.end(visit, station=station, at=at)
    else:
        journal.note(journal.Kind.REFUSED, person, station=station, at=at, code=verdict.code)
    return _written(station, at, person=person, visit=visit, allowed=verdict.allowed, reason=verdict.code, loans=loans)


def _written(station: str, at: datetime, *, allowed: bool, **fields: Any) -> ExitPass:
    """A gate that asks by itself is never told, so nothing is left to do for it."""
    gate = gate_of(station)
    return ExitPass.objects.create(
        number=_number(),
        station=station,
        allowed=allowed,
        decided_at=at,
        expires_at=at + PASS_LIVES,
        gate=gate.name,
        gate_answer=WAITS if allowed and gate.asks else "",
        **fields,
    )


@transaction.atomic
def refused(person: User, code: str, *, station: str, at: datetime | None = None) -> ExitPass:
    """A person could not finish, and why: told to the desk, and counted among the exits that did not work at once."""
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
    """Show a permission to its gate, once. What the gate answers is written down; an error opens nothing.

    The pass is used up before the gate is asked: of two processes one asks, and one that is killed meanwhile leaves
    a pass that only a librarian opens again, for no one knows whether the gate has heard it.
    """
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
    """A gate has failed a person who may go: a new pass for it, by a librarian. Refused `no_failed_gate`."""
    at = at or timezone.now()
    row = ExitPass.objects.select_for_update().get(pk=permission.pk)
    if not (at - row.decided_at < AGAIN_WITHIN and _has_failed(row, at)):
        raise Refused("no_failed_gate", sentence("no_failed_gate"), status=409)
    answer = f"again after {row.gate_answer or 'no answer'}"[:200]
    ExitPass.objects.filter(pk=row.pk).update(gate_answer=answer, used_at=row.used_at or at)
    return _written(
        row.station, at, allowed=True, person_id=row.person_id, visit_id=row.visit_id, reason="", loans=row.loans
    )


def _has_failed(row: ExitPass, at: datetime) -> bool:
    """The gate did not open, or the process ended before its answer came."""
    silent = not row.gate_answer and (row.used_at or row.decided_at) <= at - IN_FLIGHT
    return row.allowed and (row.gate_answer.startswith("failed") or silent)


def failed(at: datetime) -> QuerySet[ExitPass]:
    """The person who may go and stands before a closed gate, for the desk: as `again` sees it."""
    long_ago = at - IN_FLIGHT
    silent = Q(gate_answer="") & (Q(used_at=None, decided_at__lte=long_ago) | Q(used_at__lte=long_ago))
    rows = ExitPass.objects.filter(silent | Q(gate_answer__startswith="failed"), allowed=True)
    return rows.select_related("person")


def pending(at: datetime) -> QuerySet[ExitPass]:
    """Good passes that no process has shown to their gate: the one that wrote them was killed, or is slow."""
    return ExitPass.objects.filter(
        allowed=True, gate_answer="", used_at=None, decided_at__lte=at - TAKEN_UP_AFTER, expires_at__gt=at
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
