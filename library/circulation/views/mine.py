"""My books: what I have and until when, what I wait for, what I owe, and what I had."""

from __future__ import annotations

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from library.circulation import history as loan_history
from library.circulation import holds, renewals
from library.circulation.ledger import ledger
from library.circulation.patrons import account_of
from library.models import Hold, Loan
from library.rules.guards import done_or_said, for_readers

A_PAGE = 30
RENEWED = "library.renewed"  # in the session: results of "Renew all", shown once


@require_GET
@for_readers
def mine(request: HttpRequest) -> HttpResponse:
    renewed = request.session.pop(RENEWED, [])
    context = {"account": account_of(asker(request)), "now": timezone.now(), "renewed": renewed}
    return render(request, "library/mine.html", context)


@require_GET
@for_readers
def history(request: HttpRequest) -> HttpResponse:
    """Until it is made anonymous: then it is no one's any more, also not one's own."""
    ended = Loan.objects.filter(person=asker(request), open_slot=None).select_related("copy__title")
    page = Paginator(ended.order_by("-returned_at", "-pk"), A_PAGE).get_page(request.GET.get("page"))
    kept = loan_history.chosen(asker(request))
    context = {
        "page": page,
        "days": kept,
        "usual": settings.LIBRARY_HISTORY_DAYS,
        "most": settings.LIBRARY_HISTORY_DAYS - 1,
    }
    return render(request, "library/history.html", context)


@require_POST
@for_readers
def choose_history(request: HttpRequest) -> HttpResponse:
    """How long one's own finished loans are kept with one's name."""

    def act() -> str:
        loan_history.choose(asker(request), _days(request.POST.get("keep", ""), request.POST.get("days", "")))
        return _("Saved. Finished loans are kept as you have chosen.")

    done_or_said(request, act)
    return redirect("library:history")


def _days(keep: str, days: str) -> int | None:
    """None: as the library does it. Refused `bad_days`."""
    if keep == "usual":
        return None
    if keep == "none":
        return 0
    if keep != "days" or not days.isascii() or not days.isdigit() or len(days) > 5:
        raise Refused("bad_days", _("Choose how long finished loans are kept, and enter a number of days."))
    return int(days)


@require_POST
@for_readers
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    """Another person's loan is not there for me."""
    loan = get_object_or_404(Loan.objects.select_related("copy__title"), pk=pk, person=asker(request), open_slot=1)

    def act() -> str:
        ledger().renew(loan, at=timezone.now())
        return _("“%(title)s” was renewed.") % {"title": loan.copy.title}

    done_or_said(request, act)
    return redirect("library:mine")


@require_POST
@for_readers
def renew_all(request: HttpRequest) -> HttpResponse:
    """Every book has its line: until when, or why not."""
    request.session[RENEWED] = [one.as_row for one in renewals.renew_all(asker(request))]
    return redirect("library:mine")


@require_POST
@for_readers
def cancel_hold(request: HttpRequest, pk: int) -> HttpResponse:
    hold = get_object_or_404(Hold.objects.select_related("person", "copy"), pk=pk, person=asker(request), open_slot=1)

    def act() -> str:
        holds.cancel(hold)
        return _("Your hold was cancelled.")

    done_or_said(request, act)
    return redirect("library:mine")
