"""A reader's receipt at the desk: today's loans, returns or payments, for a roll of 80 mm or by e-mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import User
from config.errors import Refused
from library.circulation import fines, notices
from library.models import FineEntry, Loan, Visit
from library.rules.due_words import due_words
from library.rules.guards import done_or_said, for_librarians
from library.visits import visits

Line = tuple[str, str]  # a title, and until when or how much


@require_http_methods(["GET", "POST"])
@for_librarians
def receipt(request: HttpRequest, person: int) -> HttpResponse:
    """GET shows what is printed; POST sets the choice for the visit, or sends today's loans by e-mail."""
    one = get_object_or_404(User, pk=person)
    if request.method == "POST":
        done_or_said(request, lambda: _done(one, request.POST.get("choice", "")))
        return redirect(reverse("library:desk_receipt", args=[person]))
    of = request.GET.get("of", "") if request.GET.get("of") in MAKERS else "loans"
    visit = Visit.objects.filter(person=one, open_slot=1).first()
    context = {"person": one, "of": of, "lines": MAKERS[of](one, _midnight()), "now": timezone.now(), "tab": "desk"}
    context |= {"visit": visit, "choices": Visit.Receipt.choices}
    return render(request, "library/receipt.html", context)


def _midnight() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _done(person: User, choice: str) -> str:
    if choice == "send":
        return _sent(person)
    visits.choose_receipt(person, choice)
    return _("The choice applies until the end of this visit.")


def _sent(person: User) -> str:
    """Refused `nothing_today`, `no_email`."""
    loans = list(_lent(person, _midnight()))
    if not loans:
        raise Refused("nothing_today", _("Nothing was lent to this person today."), status=409)
    if not person.email:
        raise Refused("no_email", _("This person has no e-mail address. Print the receipt instead."), status=409)
    notices.receipt(loans, again=f":desk:{timezone.now():%Y%m%d%H%M}")  # pressed twice within a minute it is one
    return _("The receipt is sent by e-mail, unless the person does not want such e-mails.")


def _lent(person: User, since: datetime) -> list[Loan]:
    rows = Loan.objects.filter(person=person, taken_at__gte=since, open_slot=1)
    return list(rows.select_related("copy__title", "person").order_by("-pk"))  # the newest first: the key of the e-mail


def _loans(person: User, since: datetime) -> list[Line]:
    words = _("Due %(date)s")
    return [(loan.copy.title.title, words % {"date": due_words(loan)}) for loan in _lent(person, since)]


def _returns(person: User, since: datetime) -> list[Line]:
    rows = Loan.objects.filter(person=person, returned_at__gte=since).select_related("copy__title")
    return [(loan.copy.title.title, "") for loan in rows.order_by("returned_at", "pk")]


def _payments(person: User, since: datetime) -> list[Line]:
    kinds = (FineEntry.Kind.PAYMENT, FineEntry.Kind.REFUND)
    rows = FineEntry.objects.filter(fine__loan__person=person, at__gte=since, kind__in=kinds)
    rows = rows.select_related("fine__loan__copy__title").order_by("at", "pk")
    return [(row.fine.loan.copy.title.title, _paid(row)) for row in rows]


def _paid(row: FineEntry) -> str:
    return f"{row.get_kind_display()} {fines.money(abs(row.amount))}"


MAKERS: dict[str, Callable[[User, datetime], list[Line]]] = {"loans": _loans, "returns": _returns, "fines": _payments}
