"""Waiting for a title: the queue, the hold shelf, and what happens when a copy is not picked up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.lifecycle import require_valid
from config.errors import Refused
from config.ops.jobs.steps import for_each
from library.circulation import journal, notices, policy
from library.models import Branch, Copy, Hold, Loan, Title, Transit
from library.rules.lending import CopyStatus, sent_to

State = Hold.State


def place(title: Title, person: User, *, at: datetime | None = None) -> Hold:
    """Join the queue. Refused `not_valid`, `held_already`, `yours_already`, `nothing_to_wait_for`, `on_shelf`.

    `on_shelf`: no one waits, and a copy that they may borrow can be taken now; `LIBRARY_HOLD_FROM_SHELF` allows it.
    """
    require_valid(person)
    if Loan.objects.filter(copy__title=title, person=person, open_slot=1).exists():
        raise Refused("yours_already", _("You have this title on loan."), status=409)
    if not title.copies.exclude(status__in=(CopyStatus.LOST, CopyStatus.WITHDRAWN, CopyStatus.REFERENCE)).exists():
        raise Refused("nothing_to_wait_for", _("The library has no copy of this title to lend."), status=409)
    if not settings.LIBRARY_HOLD_FROM_SHELF and stands_on_the_shelf(title, person):
        raise Refused("on_shelf", _("A copy is available on the shelf. You can take it now."), status=409)
    try:
        with transaction.atomic():
            hold = Hold.objects.create(title=title, person=person, placed_at=at or timezone.now())
            journal.note(journal.Kind.HELD, person, title=title.pk)
    except IntegrityError as error:
        raise Refused("held_already", _("You are already waiting for this title."), status=409) from error
    return hold


def stands_on_the_shelf(title: Title, person: User) -> bool:
    """A copy that this person may borrow, and no one waits for the title."""
    if title.holds.filter(state=State.WAITING, open_slot=1).exists():
        return False
    types = title.copies.filter(status=CopyStatus.AVAILABLE).order_by().values_list("item_type", flat=True)
    return any(policy.terms_for(person, kind).loanable for kind in types.distinct())


@transaction.atomic
def cancel(hold: Hold, *, state: str = State.CANCELLED) -> Hold:
    """Leave the queue; a copy that waited on the shelf goes to the next one. Twice is harmless."""
    if Hold.objects.filter(pk=hold.pk, open_slot=1).update(state=state, open_slot=None):
        journal.note(journal.Kind.HOLD_ENDED, hold.person, copy=hold.copy, why=state)
        if hold.copy is not None:
            shelve(Copy.objects.select_for_update().get(pk=hold.copy.pk))
    hold.refresh_from_db()
    return hold


def shelve(copy: Copy, at: datetime | None = None) -> Hold | None:
    """A copy is free: the first in the queue gets it on the hold shelf and is told; without a queue it is available.

    Call it in a transaction that holds the copy's row.
    """
    at = at or timezone.now()
    hold = (
        Hold.objects.select_for_update()
        .filter(title=copy.title_id, state=State.WAITING, open_slot=1)
        .order_by("placed_at", "pk")
        .select_related("person")
        .first()
    )
    copy.status = CopyStatus.HOLD_SHELF if hold else CopyStatus.AVAILABLE
    copy.save(update_fields=["status"])
    if hold is not None:
        hold.copy, hold.state, hold.ready_at = copy, State.READY, at
        hold.pick_up_by = at + timedelta(days=settings.LIBRARY_PICK_UP_DAYS)
        hold.save(update_fields=["copy", "state", "ready_at", "pick_up_by"])
        journal.note(journal.Kind.HOLD_READY, hold.person, copy=copy)
        notices.hold_ready(hold)
    return hold


def send_or_shelve(copy: Copy, here: Branch | None, at: datetime) -> None:
    """A copy is free at this branch: it is sent home, or goes to its shelf or to the next in the queue.

    Where no one knows the branch, what is in transit stays so. Call it as `shelve`.
    """
    if copy.status == CopyStatus.IN_TRANSIT and here is None and copy.branch_id is not None:
        return
    if here is not None and sent_to(copy.branch_id, here.pk):
        copy.status = CopyStatus.IN_TRANSIT
        copy.save(update_fields=["status"])
        Transit.objects.update_or_create(copy=copy, defaults={"origin": here, "since": at})
        return
    Transit.objects.filter(copy=copy).delete()
    shelve(copy, at)


def release(copy: Copy) -> None:
    """A hold that was ready on this copy waits in its old place again."""
    Hold.objects.filter(copy=copy, state=State.READY, open_slot=1).update(
        state=State.WAITING, copy=None, ready_at=None, pick_up_by=None
    )


def destination_of(copy: Copy) -> Branch | None:
    """Where it is in transit to."""
    row = Copy.objects.filter(pk=copy.pk, status=CopyStatus.IN_TRANSIT).select_related("branch").first()
    return row.branch if row else None


def box_of(copy: Copy) -> str:
    """The name of the branch that it is in transit to; empty for none."""
    return str(destination_of(copy) or "")


def fulfil(person: User, copies: Iterable[Copy]) -> None:
    """The person has borrowed copies of what they waited for."""
    waited = Hold.objects.filter(title__in={copy.title_id for copy in copies}, person=person, open_slot=1)
    waited.update(state=State.FULFILLED, open_slot=None)


def expire(now: datetime) -> int:
    """Copies that no one picked up go on to the next in the queue."""
    late = Hold.objects.filter(state=State.READY, open_slot=1, pick_up_by__lt=now).select_related("person", "copy")
    return len(for_each(lambda hold: cancel(hold, state=State.EXPIRED), late))


def queue_of(title: Title) -> list[Hold]:
    return list(title.holds.filter(open_slot=1).select_related("person").order_by("placed_at", "pk"))
