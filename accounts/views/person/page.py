"""A person is one page: every app's section of it, those below the first screen when someone gets to them."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.identity.signed_in import asker
from accounts.models import User
from accounts.roles import Role
from config.ops.registries.person_sections import PersonSection, sections_for

Sections = list[tuple[str, PersonSection]]


@require_safe
@login_required
@never_cache
def page(request: HttpRequest, pk: int) -> HttpResponse:
    person, sections = seen(request, pk)
    return render(request, "accounts/person/page.html", page_context(request, person, sections))


@require_safe
@login_required
@never_cache
def part(request: HttpRequest, pk: int, name: str) -> HttpResponse:
    """One section: alone for htmx, as a page of its own where there are no scripts."""
    person, sections = seen(request, pk)
    section = dict(sections).get(name)
    if section is None:
        raise Http404
    if request.headers.get("HX-Request"):
        return HttpResponse(_written(request, person, section))
    context = page_context(request, person, [(name, section)], at_once={name})
    return render(request, "accounts/person/page.html", context | {"alone": True})


def seen(request: HttpRequest, pk: int) -> tuple[User, Sections]:
    """The person, and what this member of staff may see of them. Where that is nothing, no one is there."""
    viewer = asker(request)
    if viewer.role == Role.MEMBER:
        raise PermissionDenied
    person = get_object_or_404(User.objects.select_related("department"), pk=pk)
    sections = sections_for(viewer, person)
    if not sections:
        raise Http404
    return person, sections


def page_context(
    request: HttpRequest, person: User, sections: Sections, *, at_once: set[str] | None = None
) -> dict[str, Any]:
    """`at_once`: the sections that are written now; if it is not given, those of the first screen."""
    now = {name for name, section in sections if section.at_once} if at_once is None else at_once
    shown = [(name, sec.title, _written(request, person, sec) if name in now else "") for name, sec in sections]
    return {"person": person, "sections": shown}


def _written(request: HttpRequest, person: User, section: PersonSection) -> SafeString:
    context = {"person": person, **section.context(request, person)}
    return mark_safe(render_to_string(section.template, context, request))  # noqa: S308  a template's own output
