"""Money at the desk: paid in full or in part, waived with a reason, refunded, and the statement of it all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from library.circulation import fines
from library.models import Fine
from library.rules.guards import done_or_said, for_librarians, for_readers
from library.rules.visibility import fines_for


@require_POST
@for_librarians
def pay(request: HttpRequest, person: int) -> HttpResponse:
    one = get_object_or_404(User, pk=person)

    def act() -> str:
        amount, shown = (fines.amount_of(request.POST.get(name, "")) for name in ("amount", "of"))
        fines.pay_account(one, amount, of=shown, by=asker(request))
        return _("%(amount)s was recorded as paid.") % {"amount": fines.money(amount)}

    done_or_said(request, act)
    return redirect("library:person", person)


@require_POST
@for_librarians
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    fine = _fine(request, pk)

    def act() -> str:
        fines.waive(fine, by=asker(request), reason=request.POST.get("reason", ""), note=request.POST.get("note", ""))
        return _("The fine was waived.")

    done_or_said(request, act)
    return redirect("library:person", fine.loan.person_id)


@require_POST
@for_librarians
def refund(request: HttpRequest, pk: int) -> HttpResponse:
    fine = _fine(request, pk)

    def act() -> str:
        fines.refund(fine, by=asker(request))
        return _("The refund was recorded.")

    done_or_said(request, act)
    return redirect("library:person", fine.loan.person_id)


def _fine(request: HttpRequest, pk: int) -> Fine:
    return get_object_or_404(fines_for(request.user).select_related("loan"), pk=pk)


@require_GET
@for_librarians
def statement(request: HttpRequest, person: int) -> HttpResponse:
    return _statement(request, get_object_or_404(User, pk=person), at_desk=True)


@require_GET
@for_readers
def my_statement(request: HttpRequest) -> HttpResponse:
    return _statement(request, asker(request), at_desk=False)


def _statement(request: HttpRequest, person: User, *, at_desk: bool) -> HttpResponse:
    lines = fines.statement(person)
    balance = lines[-1][1] if lines else fines.NOTHING
    context = {"person": person, "lines": lines, "balance": balance, "at_desk": at_desk, "now": timezone.now()}
    return render(request, "library/statement.html", context | {"tab": "desk"})
