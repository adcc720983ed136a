"""Lockers that no one empties: what is due, one case with its steps, and the witness's two confirmations."""

from __future__ import annotations

from datetime import date, timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from config.errors import Refused
from lockers.assignments import customers
from lockers.assignments.abandoned import mail, notices, witnessed_opening
from lockers.assignments.abandoned.steps import due_on
from lockers.bank.officers import serves
from lockers.bank.places import current_assignment
from lockers.models import Abandonment
from lockers.rules import abandonment
from lockers.rules.guards import button, date_of, done_or_said, for_holders, for_officers, kept_locker, typed
from lockers.rules.visibility import cases_for, kept_cases

A_PAGE = 50
MOST = 2000  # cases that are put in the order of their days
State = Abandonment.State


@require_GET
@for_officers
def cases(request: HttpRequest) -> HttpResponse:
    """What is due first, then by the day of the next step; closed ones on request."""
    closed = request.GET.get("closed") == "1"
    rows = kept_cases(request.user).select_related("assignment__locker__bank", "assignment__customer")
    rows = rows.filter(open_slot=None).order_by("-closed_at", "-pk") if closed else rows.filter(open_slot=1)
    lines = [(row, None if closed else due_on(row)) for row in rows[:MOST]]
    if not closed:
        lines.sort(key=lambda line: line[1] or date.min)
    today, shown = timezone.localdate(), Paginator(lines, A_PAGE).get_page(request.GET.get("page"))
    context = {"page": shown, "lines": shown, "today": today, "closed": closed, "query": "closed=1" if closed else ""}
    return render(request, "lockers/abandoned.html", context | {"tab": "abandoned"})


@require_GET
@for_holders
def case(request: HttpRequest, pk: int) -> HttpResponse:
    """For officers, and for the witness who was named."""
    row = _case(request, pk)
    due = due_on(row)
    context = {
        "case": row,
        "due": due,
        "today": timezone.localdate(),
        "is_due": due is not None and timezone.localdate() >= due,
        "steps": row.steps.select_related("by"),
        "officer_here": serves(asker(request), row.assignment.locker.bank),
        "is_witness": row.witness == request.user,
        "is_officer": row.officer == request.user,
        "notice_next": abandonment.NEXT.get(row.state) in abandonment.NOTICES,
        "letter": mail.state_of(row, row.state) if row.state in abandonment.NOTICES else "",
        "letter_failed": notices.last_notice_failed(row),
        "unopened": row.state in abandonment.UNOPENED,
        "failed": row.opening is not None and row.opening.state == "failed",
        "least": timezone.localdate() + timedelta(days=settings.LOCKER_ABANDONED_KEEP_DAYS),
        "tab": "abandoned",
    }
    return render(request, "lockers/abandoned_case.html", context)


def _case(request: HttpRequest, pk: int) -> Abandonment:
    rows = cases_for(request.user).select_related("assignment__locker__bank", "assignment__customer", "opening")
    return get_object_or_404(rows.select_related("officer", "witness", "begun_by", "closed_by"), pk=pk)


# --- an officer -----------------------------------------------------------------------------------


@require_POST
@for_officers
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """From the locker's page."""
    locker = kept_locker(request, pk)
    mine, reason = current_assignment(locker), request.POST.get("reason", "")

    def act() -> str:
        if mine is None:
            raise Refused("not_assigned", _("This locker is not assigned to anyone."), status=409)
        if reason not in Abandonment.Reason.values:
            raise Refused("no_reason", _("Choose a reason."))
        notices.begin(mine, reason, by=asker(request))
        return _("The case is open. The customer is notified of each step.")

    done_or_said(request, act)
    return redirect("lockers:locker", pk)


on_case = button(_case, "lockers:abandoned_case")


@on_case
def notice(request: HttpRequest, row: Abandonment, officer: User) -> str:
    """The next notice now; or, with `how`, that it was given by hand."""
    how = typed(request, "how")
    if notices.last_notice_failed(row):
        notices.gave_by_hand(row, by=officer, how=how)
    else:
        notices.notify(row, by=officer, how=how)
    return _("The notice is recorded. The next step is possible later.")


@on_case
def settle(request: HttpRequest, row: Abandonment, officer: User) -> str:
    notices.settle(row, by=officer, note=typed(request, "note"))
    return _("The case is settled.")


@on_case
def ask(request: HttpRequest, row: Abandonment, officer: User) -> str:
    witness = customers.one(typed(request, "witness"), officer)
    witnessed_opening.ask(row, by=officer, witness=witness)
    return _("%(name)s must now sign in and confirm this on this page.") % {"name": witness.get_full_name()}


@on_case
def call_off(request: HttpRequest, row: Abandonment, officer: User) -> str:
    witnessed_opening.call_off(row, by=officer)
    return _("The step is cancelled. You can name a witness again.")


@on_case
def inventory(request: HttpRequest, row: Abandonment, officer: User) -> str:
    witnessed_opening.take_inventory(
        row,
        by=officer,
        contents=typed(request, "contents"),
        place=typed(request, "place"),
        keep_until=date_of(request, "keep_until"),
    )
    return _("The list is saved. The witness must now confirm it.")


@on_case
def close(request: HttpRequest, row: Abandonment, officer: User, *, how: str) -> str:
    """`how`: hand-out or dispose."""
    acts = {"hand-out": witnessed_opening.hand_out, "dispose": witnessed_opening.dispose}
    if how not in acts:
        raise Http404
    acts[how](row, by=officer, note=typed(request, "note"))
    return _("The case is closed.")


# --- the witness ----------------------------------------------------------------------------------


@button(_case, "lockers:abandoned_case", who=for_holders)
def confirm(request: HttpRequest, row: Abandonment, witness: User) -> str:
    """What waits for the witness: that they are there, or that the list is right (`right`: 1 or 0)."""
    if row.state == State.LISTED:
        done = witnessed_opening.confirm_list(row, by=witness, right=request.POST.get("right", "1") != "0")
        return _listed(done)
    witnessed_opening.confirm(row, by=witness)
    return _("Confirmed. The lock has been told to open.")


def _listed(row: Abandonment) -> str:
    if row.state == State.STORED and row.keep_until:
        return _("Confirmed. The locker is free, and the contents are kept until %(day)s.") % {
            "day": date_format(row.keep_until)
        }
    return _("Confirmed. The locker is free.") if row.state == State.EMPTY else _("The list must be corrected.")
