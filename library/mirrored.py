"""What `mirror` has learnt of the college's own library system, written into the ledger: it has happened already.

No rule is asked, no fine is made and no receipt is sent: all that was theirs. The copy's row is held, as in `loans`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from config.live import clock
from library import holds, journal, loans, policy, shelves, under_way
from library.models import BasketLine, Copy, Loan
from library.rules import CopyStatus

STATION = "library-system"  # where it happened, in the journal
SECONDS_LOST = timedelta(minutes=1)  # a due date that differs by less has only lost its seconds


@transaction.atomic
def end(loan: Loan) -> bool:
    """It came back at their desk: on the shelf, or to the next in the queue. False when it was known by now."""
    copy = Copy.objects.select_for_update().get(pk=loan.copy_id)
    if not Loan.objects.filter(pk=loan.pk, open_slot=1).exists():
        return False
    loans.give_back(copy, station=STATION, fined=False)
    return True


@transaction.atomic
def put_off(loan: Loan, due: datetime) -> bool:
    """Renewed or recalled at their desk. Not when it was renewed here since it was read."""
    if abs(due - loan.due_at) < SECONDS_LOST or due <= loan.taken_at:
        return False
    unchanged = Loan.objects.filter(pk=loan.pk, open_slot=1, due_at=loan.due_at)
    if not unchanged.update(due_at=due):
        return False
    was = clock(loan.due_at)
    loan.due_at = due
    journal.note(journal.Kind.RENEWED, loan.person, copy=loan.copy, loan=loan, station=STATION, was_due=was)
    return True


@transaction.atomic
def lend(copy: Copy, *, to: User, due: datetime | None, asked: datetime) -> Loan | None:
    """Lent at their desk, as was said at `asked`. None when it is known, or our own ledger has moved on since."""
    copy = Copy.objects.select_for_update().select_related("title").get(pk=copy.pk)
    before = Loan.objects.select_related("person").filter(copy=copy, open_slot=1).first()
    if copy.status == CopyStatus.WITHDRAWN or _has_moved_on(copy, asked) or (before and before.person_id == to.pk):
        return None
    now = timezone.now()
    if before is not None:  # it came back over there in between
        Loan.objects.filter(pk=before.pk).update(returned_at=now, open_slot=None)
        journal.note(journal.Kind.RETURNED, before.person, copy=copy, loan=before, station=STATION, at=now)
    return _lent(copy, to, due or policy.Conditions().due(to, copy, now), now)


def _has_moved_on(copy: Copy, asked: datetime) -> bool:
    """Somebody borrows or returns it here at this moment, or has since the question."""
    if under_way.is_marked(copy) or BasketLine.objects.filter(copy=copy, open_slot=1).exists():
        return True
    return Loan.objects.filter(Q(taken_at__gte=asked) | Q(returned_at__gte=asked), copy=copy).exists()


def _lent(copy: Copy, to: User, due: datetime, now: datetime) -> Loan:
    loan = Loan.objects.create(copy=copy, person=to, taken_at=now, due_at=due, station=STATION, asked_at=now)
    holds.fulfil(to, [copy])
    shelves.let_go(copy)
    Copy.objects.filter(pk=copy.pk).update(status=CopyStatus.ON_LOAN)
    journal.note_loans([loan], station=STATION, at=now)
    return loan
