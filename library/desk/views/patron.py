"""The desk: find a person, issue, return, renew, block, settle."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from library.catalogue import scanner
from library.circulation import holds, patrons, renewals
from library.desk import branches
from library.desk import desk as at_desk
from library.models import Copy, ExitPass, FineEntry, Hold, Loan
from library.rules.guards import done_or_said, for_librarians

RENEWED = "library.desk_renewed"  # in the session


@require_GET
@for_librarians
def desk(request: HttpRequest) -> HttpResponse:
    """A card or number leads to its person, a book's barcode to its title; a name to all who bear it."""
    words = request.GET.get("q", "").strip().replace("\x00", "")
    if straight := _straight_to(words):
        return straight
    found = patrons.find(words)
    if len(found) == 1:
        return redirect("library:person", found[0].pk)
    return render(request, "library/desk.html", {"q": words, "people": found, "tab": "desk"})


def _straight_to(words: str) -> HttpResponse | None:
    """The person or thing that has exactly this number, as it was typed or as a scanner types it."""
    for text in scanner.readings(words):
        if person := patrons.known_by(text):
            return redirect("library:person", person.pk)
        if copy := Copy.objects.filter(barcode=text).first():
            return redirect("library:title", copy.title_id)
    return None


@require_GET
@for_librarians
def person_page(request: HttpRequest, person: int) -> HttpResponse:
    one = get_object_or_404(User.objects.select_related("department"), pk=person)
    offered = at_desk.returnable(request.GET.get("return", ""), one)
    context = {
        "account": patrons.account_of(one),
        "now": timezone.now(),
        "offered": offered,
        "renewed": _renewed(request, person),
        "waive_reasons": FineEntry.Reason.choices,
        "tab": "desk",
    }
    return render(request, "library/person.html", context)


def _to_person(request: HttpRequest, person: int, act: Callable[[User], str]) -> HttpResponse:
    one = get_object_or_404(User, pk=person)
    done_or_said(request, lambda: act(one))
    return redirect("library:person", person)


@require_POST
@for_librarians
def issue(request: HttpRequest, person: int) -> HttpResponse:
    """Where another has the book, the page offers to return it first."""
    one, typed = get_object_or_404(User, pk=person), request.POST.get("barcode", "")
    done = done_or_said(request, lambda: at_desk.issue(typed, to=one, by=asker(request)))
    offer = "" if done or not at_desk.returnable(typed, one) else "?" + urlencode({"return": typed})
    return redirect(reverse("library:person", args=[person]) + offer)


@require_POST
@for_librarians
def return_and_issue(request: HttpRequest, person: int, copy: int) -> HttpResponse:
    """The book lies on the desk, and the ledger has it on another person's account."""
    book, here = get_object_or_404(Copy.objects.select_related("title"), pk=copy), branches.here(request.session)
    return _to_person(request, person, lambda one: at_desk.return_and_issue(book, to=one, by=asker(request), here=here))


@require_POST
@for_librarians
def hold(request: HttpRequest, person: int) -> HttpResponse:
    barcode = request.POST.get("barcode", "")
    return _to_person(request, person, lambda one: at_desk.hold(barcode, to=one))


@require_POST
@for_librarians
def block(request: HttpRequest, person: int) -> HttpResponse:
    def act(one: User) -> str:
        patrons.block(one, request.POST.get("reason", ""), by=asker(request))
        return _("%(name)s is blocked.") % {"name": one.get_full_name()}

    return _to_person(request, person, act)


@require_POST
@for_librarians
def unblock(request: HttpRequest, person: int) -> HttpResponse:
    def act(one: User) -> str:
        patrons.unblock(one, by=asker(request))
        return _("%(name)s may borrow again.") % {"name": one.get_full_name()}

    return _to_person(request, person, act)


@require_POST
@for_librarians
def renew(request: HttpRequest, pk: int) -> HttpResponse:
    loan = get_object_or_404(Loan.objects.exclude(person=None), pk=pk)
    return _to_person(request, loan.person_id or 0, lambda _one: at_desk.renew(loan))


@require_POST
@for_librarians
def renew_all(request: HttpRequest, person: int) -> HttpResponse:
    """Every book has its line: until when, or why not. Kept for that person's page, and shown there once."""
    rows = [one.as_row for one in renewals.renew_all(get_object_or_404(User, pk=person), station=at_desk.STATION)]
    request.session[RENEWED] = {"person": person, "rows": rows}
    return redirect("library:person", person)


def _renewed(request: HttpRequest, person: int) -> list[dict[str, object]]:
    kept = request.session.pop(RENEWED, {})
    return kept["rows"] if kept.get("person") == person else []


@require_POST
@for_librarians
def let_in(request: HttpRequest, person: int) -> HttpResponse:
    return _to_person(request, person, at_desk.let_in)


@require_POST
@for_librarians
def settle_lost(request: HttpRequest, pk: int) -> HttpResponse:
    loan = get_object_or_404(Loan.objects.select_related("copy__title", "person").exclude(person=None), pk=pk)
    return _to_person(request, loan.person_id or 0, lambda _one: at_desk.settle_lost(loan, by=asker(request)))


@require_POST
@for_librarians
def open_again(request: HttpRequest, pk: int) -> HttpResponse:
    permission = get_object_or_404(ExitPass, pk=pk)
    done_or_said(request, lambda: at_desk.open_again(permission))
    return redirect("library:today")


@require_POST
@for_librarians
def cancel_hold(request: HttpRequest, pk: int) -> HttpResponse:
    hold = get_object_or_404(Hold.objects.select_related("person", "copy"), pk=pk)

    def act(_one: User) -> str:
        holds.cancel(hold)
        return _("The hold was cancelled.")

    return _to_person(request, hold.person_id, act)
