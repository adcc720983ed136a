"""Coming in and going out: who is inside."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.people.lifecycle import require_valid
from config.errors import Refused
from config.ops.jobs.steps import for_each
from library.circulation import journal
from library.models import Turnstile, Visit

THE_ONE = 1  # the turnstile's only row


def enter(person: User, *, station: str = "", lane: str = "face", at: datetime | None = None) -> tuple[Visit, bool]:
    """A person comes in; (their visit, whether it is new). Coming in twice is one visit.

    Refused `not_valid` and, where LIBRARY_CAPACITY is set, `full`.
    """
    at = at or timezone.now()
    require_valid(person, timezone.localdate(at))
    known = Visit.objects.filter(person=person, open_slot=1).first()
    if known is not None:
        return known, False
    try:
        with transaction.atomic():
            _refuse_full(person)
            visit = Visit.objects.create(person=person, entered_at=at, entry_station=station, lane=lane)
            journal.note(journal.Kind.ENTERED, person, station=station, at=at, lane=lane)
    except IntegrityError:  # another station was faster
        return Visit.objects.get(person=person, open_slot=1), False
    return visit, True


def _refuse_full(person: User) -> None:
    """Of two who want the last place at the same instant, one waits here until the other is counted."""
    capacity = settings.LIBRARY_CAPACITY
    if not capacity:
        return
    _hold_turnstile()
    if Visit.objects.filter(open_slot=1).exclude(person=person).count() >= capacity:
        raise Refused("full", _("The library is full at the moment. Please wait until a person leaves."), status=409)


def _hold_turnstile() -> None:
    """Until the transaction ends. On SQLite every transaction is alone from its beginning anyway."""
    if Turnstile.objects.select_for_update().filter(pk=THE_ONE).first():
        return
    try:  # only without migrations: they make it, so that no two requests make it at the same moment
        with transaction.atomic():
            Turnstile.objects.create(pk=THE_ONE)
    except IntegrityError:
        Turnstile.objects.select_for_update().get(pk=THE_ONE)


def end(visit: Visit, *, station: str = "", how: str = "left", at: datetime | None = None) -> bool:
    """Close a visit; False when it was closed already."""
    at = at or timezone.now()
    with transaction.atomic():
        closed = Visit.objects.filter(pk=visit.pk, open_slot=1).update(
            left_at=at, exit_station=station, how_ended=how, open_slot=None
        )
        if closed:
            journal.note(journal.Kind.LEFT, visit.person, station=station, at=at, how=how)
    return bool(closed)


def inside() -> QuerySet[Visit]:
    """Open visits, the newest first."""
    return Visit.objects.filter(open_slot=1).select_related("person").order_by("-entered_at")


def inside_ids() -> frozenset[int]:
    return frozenset(Visit.objects.filter(open_slot=1).values_list("person_id", flat=True))


def close_forgotten(now: datetime) -> int:
    """Anyone who went out unseen is not inside for ever: visits older than LIBRARY_VISIT_HOURS end by themselves."""
    old = Visit.objects.filter(open_slot=1, entered_at__lt=now - timedelta(hours=settings.LIBRARY_VISIT_HOURS))
    return sum(for_each(lambda visit: end(visit, how="overnight", at=now), old.select_related("person")))


def choose_receipt(person: User, choice: str) -> None:
    """For the rest of this visit. Refused `unknown_receipt`, `not_inside`."""
    if choice not in Visit.Receipt.values:
        raise Refused("unknown_receipt", _("Choose none, on paper or by e-mail."))
    if not Visit.objects.filter(person=person, open_slot=1).update(receipt=choice):
        raise Refused("not_inside", _("You are not recorded as inside. Please ask at the desk."), status=409)
