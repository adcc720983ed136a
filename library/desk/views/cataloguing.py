"""A book without a record: its ISBN is looked up in other catalogues, one record is taken over, copies are made."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from library.catalogue import make_copies, scanner
from library.catalogue.make_copies import CopyPlan
from library.catalogue.sru import lookup
from library.catalogue.sru.sources import sources
from library.circulation import inventory
from library.desk.branches import AsksForBranch
from library.models import Copy, Title
from library.rules import isbn as isbns
from library.rules.guards import done_or_said, for_librarians

LONGEST = 40  # signs of an ISBN as it is typed


def _typed(request: HttpRequest) -> str:
    return scanner.cleaned(request.GET.get("isbn", ""))[:LONGEST].replace("\x00", "")


@require_GET
@for_librarians
def isbn_page(request: HttpRequest) -> HttpResponse:
    """At once, with what is being asked; the results come when the other catalogues have answered."""
    typed = _typed(request)
    wrong = bool(typed) and isbns.read(typed) is None
    context = {"isbn": typed, "wrong": wrong, "sources": [one.name for one in sources()], "tab": "isbn"}
    return render(request, "library/isbn.html", context, status=400 if wrong else 200)


@require_GET
@for_librarians
def isbn_results(request: HttpRequest) -> HttpResponse:
    """Part of that page. What is refused is said in it."""
    try:
        context: dict[str, Any] = {"found": lookup.look_up(_typed(request), owner=asker(request).pk)}
    except Refused as refusal:
        return render(request, "library/_isbn_results.html", {"refusal": refusal.message}, status=422)
    return render(request, "library/_isbn_results.html", context)


@require_POST
@for_librarians
def take_over(request: HttpRequest, token: str, number: int) -> HttpResponse:
    taken: list[Title] = []

    def act() -> str:
        taken.append(lookup.take_over(token, number, owner=asker(request).pk))
        return _("“%(title)s” is in the catalogue. Now make its copies.") % {"title": taken[0]}

    done_or_said(request, act)
    return redirect("library:make_copies", taken[0].pk) if taken else redirect("library:isbn")


# --- copies ---------------------------------------------------------------------------------------


class CopiesForm(AsksForBranch):
    first = forms.CharField(
        label=gettext_lazy("First barcode"), max_length=64, help_text=gettext_lazy("Scan it, or type it.")
    )
    count = forms.IntegerField(
        label=gettext_lazy("Number of copies"), min_value=1, max_value=make_copies.MOST, initial=1, required=False
    )
    last = forms.CharField(
        label=gettext_lazy("Last barcode"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Instead of a number: all barcodes from the first to this one."),
    )
    location = forms.CharField(
        label=gettext_lazy("Location"), required=False, max_length=120, widget=forms.TextInput({"list": "locations"})
    )
    item_type = forms.SlugField(label=gettext_lazy("Item type"), max_length=32, initial="book")
    status = forms.ChoiceField(
        label=gettext_lazy("Status"),
        choices=[(code, label) for code, label in Copy.STATUSES if code in make_copies.STATUSES],
    )

    field_order = ("first", "count", "last", "branch", "location", "item_type", "status")

    def plan(self) -> CopyPlan:
        """Barcodes as a scanner types them are read as they are in the catalogue."""
        given = dict(self.cleaned_data)
        given["count"] = given["count"] or 1
        given["first"], given["last"] = scanner.cleaned(given["first"]), scanner.cleaned(given["last"])
        return CopyPlan(**given)


@require_http_methods(["GET", "POST"])
@for_librarians
def copies_page(request: HttpRequest, pk: int) -> HttpResponse:
    title = get_object_or_404(Title, pk=pk)
    form = CopiesForm(request.POST) if request.method == "POST" else CopiesForm(initial=_usual(title))
    if form.is_bound and form.is_valid():
        try:
            return _made(request, title, make_copies.make(title, form.plan()))
        except Refused as refusal:
            form.add_error(None, refusal.message)
    context = {
        "title": title,
        "form": form,
        "locations": inventory.locations(),
        "scheme": settings.LIBRARY_BARCODE_SCHEME,
    }
    return render(request, "library/make_copies.html", context | {"tab": "isbn"}, status=400 if form.errors else 200)


def _usual(title: Title) -> dict[str, str]:
    """As the copies that there are."""
    known = title.copies.order_by("-pk").first()
    usual = {"location": known.location, "item_type": known.item_type} if known else {}
    usual |= {"branch": known.branch.code} if known and known.branch else {}
    return {"first": make_copies.suggested(), **usual}


def _made(request: HttpRequest, title: Title, copies: list[Copy]) -> HttpResponse:
    words = ngettext("%(count)d copy was made.", "%(count)d copies were made.", len(copies))
    messages.success(request, words % {"count": len(copies)})
    stretch = urlencode({"first": copies[0].barcode, "last": copies[-1].barcode})
    return redirect(f"{reverse('library:title', args=[title.pk])}?{urlencode({'labels': stretch})}")
