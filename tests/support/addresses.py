"""Every address of the project, found in the URL configuration itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.admindocs.views import simplify_regex
from django.urls import URLPattern, URLResolver, get_resolver

PAGE_METHODS = ("GET", "POST")  # Django's form views take PUT for POST; it is the same code and the same rule
API_METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
CONVERTER = re.compile(r"<\w+:(\w+)>")


class Address(NamedTuple):
    method: str
    path: str  # as in /api/v1/people/<id_number>/


def addresses(urlconf: str | None = None) -> set[Address]:
    """Every path with the methods that its view is known to answer; GET when a plain function does not say."""
    return set(_walk(get_resolver(urlconf).url_patterns, ""))


def _walk(patterns: Any, prefix: str) -> Iterator[Address]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _walk(pattern.url_patterns, route)
        elif isinstance(pattern, URLPattern):
            if "\x00" in route:  # which no address has: it only refuses those that do
                continue
            path = CONVERTER.sub(r"<\1>", simplify_regex(route))
            yield from (Address(method, path) for method in _methods(pattern.callback))


def _methods(view: Any) -> frozenset[str]:
    if actions := getattr(view, "actions", None):  # a viewset: method to action
        return frozenset(method.upper() for method in actions if method != "head")
    page, api = getattr(view, "view_class", None), getattr(view, "cls", None)
    known = API_METHODS if api else PAGE_METHODS
    return frozenset(method for method in known if hasattr(api or page, method.lower())) or frozenset({"GET"})
