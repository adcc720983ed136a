"""Tags that were not switched: tried again with the book on the pad, or dealt with by hand."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from library.catalogue.tags import switching
from library.models import TagCommand
from library.rules.guards import done_or_said, for_librarians


@require_POST
@for_librarians
def act_on(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """`again` or `seen`."""
    if act not in ("again", "seen"):
        raise Http404
    row = get_object_or_404(TagCommand, pk=pk)
    done_or_said(request, lambda: _done(row, act))
    return redirect("library:today")


def _done(row: TagCommand, act: str) -> str:
    if act == "again" and switching.again(row, timezone.now()):
        return _("The tag is being switched. Leave the book on the pad for a moment.")
    if act == "seen" and switching.seen_to(row):
        return _("The tag is marked as dealt with.")
    return _("This tag was already dealt with.")
