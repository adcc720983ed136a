"""The documents, inside the product, for everyone who works with it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from accounts.roles import Role
from config.web.guards import only, own_address
from home.help.pages import document_of, documents
from home.help.rendering import rendered


def works_here(person: Any) -> bool:
    return bool(person.is_active and person.role != Role.MEMBER)


@require_GET
@only(works_here)
def about(request: HttpRequest) -> HttpResponseBase:
    """The document about the page at `?page=`: where the header's question mark leads."""
    return redirect("help:document", document_of(own_address(request.GET.get("page", "")) or "/"))


@require_GET
@only(works_here)
def document(request: HttpRequest, name: str) -> HttpResponse:
    if name not in documents():
        raise Http404
    others = [(one, rendered(one).title) for one in documents()]
    return render(request, "home/help.html", {"document": rendered(name), "name": name, "others": others})
