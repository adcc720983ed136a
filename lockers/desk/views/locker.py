"""One locker: how it stands, whose it is and was, what happened at it, and what an officer may do."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import User
from config.errors import Refused
from lockers.access import vaults
from lockers.assignments import blocking, customers, out_of_service, registration, sharing
from lockers.bank import access_times, door_labels, layout, places, week_words
from lockers.bank.release_words import CHECKS
from lockers.desk import board
from lockers.doors import officer_keys, openings
from lockers.models import Abandonment, AccessAttempt, Alarm, Approval, Assignment, JointHolder, Locker, Opening
from lockers.rules.guards import button, date_of, for_officers, kept_locker
from lockers.rules.opening import RELEASE_CHECKLIST, officers_needed

SHOWN = 20  # rows of each kind


@require_GET
@for_officers
def locker_page(request: HttpRequest, pk: int) -> HttpResponse:
    locker = kept_locker(request, pk)
    openings_of = Opening.objects.filter(locker=locker).select_related("person")
    approvals = Prefetch("approvals", Approval.objects.select_related("officer"))
    mine = _assignments(locker).filter(open_slot=1).first()
    context = {
        "locker": locker,
        "tile": board.tile_of(locker),
        "mine": mine,
        "today": timezone.localdate(),
        "joint": [holder for holder in mine.joint_holders.all() if holder.open_slot] if mine else [],
        "history": _assignments(locker).filter(open_slot=None)[:SHOWN],
        "openings": openings_of.prefetch_related(approvals)[:SHOWN],
        "attempts": AccessAttempt.objects.filter(locker=locker).select_related("person")[:SHOWN],
        "alarms": Alarm.objects.filter(locker=locker).select_related("acknowledged_by")[:SHOWN],
        "checks": [(name, CHECKS[name]) for name in RELEASE_CHECKLIST],
        "where": layout.where_words(locker),
        "officers": officers_needed(locker.kind),
        "hours": week_words.fields_of(mine.hours) if mine else [],
        "hours_now": access_times.now_words(access_times.of_locker(locker), timezone.now()),
        "takes_two": vaults.takes_two(locker),
        "half": officer_keys.waiting(locker, timezone.now()),
        "tab": "board",
    }
    return render(request, "lockers/locker.html", context | abandoned_case(mine))


def abandoned_case(mine: Assignment | None) -> dict[str, Any]:
    """The open case of an assignment, and the reasons for which one may be begun."""
    if mine is None:
        return {}
    ended = mine.ends_on is not None and mine.ends_on < timezone.localdate()
    reasons = [pair for pair in Abandonment.Reason.choices if ended or pair[0] != Abandonment.Reason.ENDED]
    return {"case": Abandonment.objects.filter(assignment=mine, open_slot=1).first(), "case_reasons": reasons}


def _assignments(locker: Locker) -> Any:
    joint = Prefetch("joint_holders", JointHolder.objects.select_related("person"))
    rows = Assignment.objects.filter(locker=locker).select_related("customer", "assigned_by", "released_by")
    return rows.prefetch_related(joint)


on_locker = button(kept_locker, "lockers:locker")


def _current(locker: Locker) -> Assignment:
    """Refused `not_assigned`."""
    mine = places.current_assignment(locker)
    if mine is None:
        raise Refused("not_assigned", _("This locker is not assigned to anyone."), status=409)
    return mine


@on_locker
def assign(request: HttpRequest, locker: Locker, officer: User) -> str:
    customer = customers.one(request.POST.get("person", ""), officer)
    first, last = date_of(request, "starts_on"), date_of(request, "ends_on")
    registration.assign(locker, customer, by=officer, starts_on=first, ends_on=last)
    return _("%(locker)s is now assigned to %(name)s.") % {
        "locker": locker.number,
        "name": customer.get_full_name(),
    }


@on_locker
def share(request: HttpRequest, locker: Locker, officer: User) -> str:
    person = customers.one(request.POST.get("person", ""), officer)
    first, last = date_of(request, "starts_on"), date_of(request, "ends_on")
    made = registration.share(_current(locker), person, by=officer, starts_on=first, ends_on=last)
    if made.starts_on and made.starts_on > timezone.localdate():
        words = _("%(name)s can open it too from %(day)s.")
        return words % {"name": person.get_full_name(), "day": date_format(made.starts_on)}
    return _("%(name)s can now open it too.") % {"name": person.get_full_name()}


@on_locker
def share_dates(request: HttpRequest, locker: Locker, officer: User, *, person: int) -> str:
    """The joint holder's own days. An empty field: as long as the locker is assigned."""
    holder = get_object_or_404(User, pk=person)
    first, last = date_of(request, "starts_on"), date_of(request, "ends_on")
    sharing.set_dates(_current(locker), holder, starts_on=first, ends_on=last, by=officer)
    return _("The dates of %(name)s are saved.") % {"name": holder.get_full_name()}


@on_locker
def unshare(request: HttpRequest, locker: Locker, officer: User, *, person: int) -> str:
    holder = get_object_or_404(User, pk=person)
    registration.unshare(_current(locker), holder, by=officer)
    return _("%(name)s can no longer open it.") % {"name": holder.get_full_name()}


@on_locker
def release(request: HttpRequest, locker: Locker, officer: User) -> str:
    ticked = {name: name in request.POST for name in RELEASE_CHECKLIST}
    registration.release(_current(locker), by=officer, checklist=ticked)
    return _("%(locker)s is released and free.") % {"locker": locker.number}


@on_locker
def end(request: HttpRequest, locker: Locker, officer: User) -> str:
    """More time, or less. An empty field: no end."""
    mine = registration.set_end(_current(locker), date_of(request, "ends_on"), by=officer)
    if mine.ends_on is None:
        return _("The assignment now has no end.")
    return _("The last day is now %(day)s.") % {"day": date_format(mine.ends_on)}


@on_locker
def service(request: HttpRequest, locker: Locker, officer: User) -> str:
    out = request.POST.get("out") == "1"
    out_of_service.set_service(locker, out=out, note=request.POST.get("note", "") if out else "", by=officer)
    return _("The locker is out of service.") if out else _("The locker is back in service.")


@on_locker
def replace_label(request: HttpRequest, locker: Locker, officer: User) -> str:
    door_labels.replace(locker, by=officer)
    return _("The old label no longer works. Print the new one.")


@on_locker
def unblock(request: HttpRequest, locker: Locker, officer: User) -> str:
    """Its holder has been here, and an officer has seen who they are."""
    blocking.unblock(_current(locker), by=officer)
    return _("The block is lifted. Keys open the locker again.")


@on_locker
def open_door(request: HttpRequest, locker: Locker, officer: User) -> str:
    """The officer's override: with a reason, and for a vault only with a second officer."""
    opening = openings.override(locker, by=officer, reason=request.POST.get("reason", ""))
    if opening.state == Opening.State.REQUESTED:
        return _("Another officer must approve this on the page “Doors”.")
    if opening.state == Opening.State.FAILED:
        raise Refused("not_opened", _("The lock did not open. This page shows the door status."))
    return _("The lock has been told to open. The holders are notified and see your reason.")
