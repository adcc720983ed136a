"""Every step of a case goes through here: in its order, not before its day, written down, and in the access log."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from lockers.bank import places
from lockers.bank.log import access_log
from lockers.models import Abandonment, AbandonmentStep, Assignment
from lockers.rules import abandonment
from lockers.rules.messages import refusal

State = Abandonment.State
DEFAULT_GAPS = (7, 14, 14, 14)  # for cases that officers begin where none begins by itself


def gaps() -> Sequence[int]:
    return settings.LOCKER_ABANDONED_DAYS or DEFAULT_GAPS


def held(case: Abandonment) -> Abandonment:
    """The case as it stands. Its locker's row is held until the transaction ends: anyone who steps takes that first."""
    places.locked(case.assignment.locker)
    rows = Abandonment.objects.select_related("assignment__locker__bank", "assignment__customer", "opening")
    return rows.select_related("officer", "witness").get(pk=case.pk)


def due_on(case: Abandonment) -> date | None:
    return abandonment.due_on(case.state, timezone.localdate(case.stepped_at), gaps(), case.keep_until)


def require_due(case: Abandonment, at: datetime) -> None:
    """Refused `too_early`."""
    due = due_on(case)
    if due is not None and timezone.localdate(at) < due:
        words = _("This step is not possible before %(day)s.") % {"day": date_format(due)}
        raise Refused("too_early", words, status=409, details={"day": due.isoformat()})


def require_still_abandoned(case: Abandonment) -> None:
    """Refused `settled_meanwhile` when the locker was returned, or has more time."""
    mine = Assignment.objects.get(pk=case.assignment_id)
    if not still_abandoned(case, mine):
        raise refusal("settled_meanwhile")


def still_abandoned(case: Abandonment, mine: Assignment) -> bool:
    if mine.open_slot is None:
        return False
    if case.reason == Abandonment.Reason.ENDED:
        return mine.ends_on is not None and mine.ends_on < timezone.localdate()
    if case.reason == Abandonment.Reason.UNUSED:
        used = mine.locker.openings.filter(opened_at__gte=case.begun_at).exclude(route="override")
        return not used.exists()
    return True


def step(case: Abandonment, to: str, *, at: datetime, by: User | None, note: str = "", **facts: Any) -> Abandonment:
    """One step on. Refused `not_this_step`."""
    if not abandonment.may_step(case.state, to):
        raise refusal("not_this_step")
    case.state = to
    case.stepped_at = at
    if to in abandonment.OVER:
        case.closed_at, case.closed_by, case.open_slot = at, by, None
    case.save()
    AbandonmentStep.objects.create(case=case, state=to, at=at, by=by, note=note[:300])
    log(f"abandoned.{to}", case, at, by, **facts)
    return case


def log(kind: str, case: Abandonment, at: datetime, by: User | None, **facts: Any) -> None:
    access_log.append(
        kind,
        at=at,
        case=case.pk,
        locker=case.assignment.locker_id,
        assignment=case.assignment_id,
        person=case.assignment.customer_id,
        by=by and by.pk,
        **facts,
    )
