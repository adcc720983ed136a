"""My reading list: titles that I want to remember. No one else sees it, staff included."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from config.web.guards import own_address
from library.catalogue.search import with_numbers
from library.circulation import reading_lists
from library.models import Title
from library.rules.guards import done_or_said, for_readers


@require_GET
@for_readers
def reading_list(request: HttpRequest) -> HttpResponse:
    titles = with_numbers(reading_lists.titles_of(asker(request)))
    return render(request, "library/reading_list.html", {"titles": titles})


@require_POST
@for_readers
def change(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """`add` or `remove`; twice is harmless."""
    title, me = get_object_or_404(Title, pk=pk), asker(request)
    change = reading_lists.add if act == "add" else reading_lists.remove
    done_or_said(request, lambda: change(me, title))
    back = own_address(request.POST.get("back", ""))
    return redirect(back) if back else redirect("library:title", pk)
