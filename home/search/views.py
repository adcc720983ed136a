"""The search: a page of its own, and the part of it that the dialog shows while someone types."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from config.ops.registries.search_providers import SearchQuery
from config.web.guards import signed_in, words_of
from home.search.finding import find, the_one


@require_GET
@signed_in
def search(request: HttpRequest) -> HttpResponse:
    """`go`: Enter was pressed or a scanner has typed, so the only thing that was found opens at once."""
    query = SearchQuery(words_of(request))
    groups = find(request.user, query)
    if "go" in request.GET and (hit := the_one(groups)):
        return redirect(hit.url)
    template = "home/_found.html" if "part" in request.GET else "home/search.html"
    return render(request, template, {"query": query.text, "groups": groups})
