"""What goes on with a title or a copy, above its form in the administration: as the librarian's own pages show it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from config.web.admin.lookups import OnlyItsFilters
from library.circulation.patrons import with_places
from library.models import Copy, Hold, Loan, Title
from library.rules.visibility import holds_for, keeps_library, loans_for


class ShowsHoldings(OnlyItsFilters):
    """Copies with their status, who has them until when, and who waits."""

    change_form_template = "admin/library/holdings_form.html"

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        row = context.get("original")
        if row is not None and keeps_library(request.user):
            context |= holdings(request, row)
        return super().render_change_form(request, context, *args, **kwargs)


def holdings(request: HttpRequest, row: Title | Copy) -> dict[str, Any]:
    """`title_pk`: the page of the title, where a copy is reported lost, found or withdrawn."""
    title = row.pk if isinstance(row, Title) else row.title_id
    copies = (
        list(Copy.objects.filter(title=title).select_related("branch").order_by("barcode"))
        if isinstance(row, Title)
        else [row]
    )
    loans = _loans(request, copies)
    waits = holds_for(request.user).filter(title=title, open_slot=1)
    return {
        "title_pk": title,
        "copies": [(copy, loans.get(copy.pk)) for copy in copies],
        "holds": _in_order(with_places(waits)),
        "now": timezone.now(),
    }


def _loans(request: HttpRequest, copies: Iterable[Copy]) -> dict[int, Loan]:
    open_ones = loans_for(request.user).filter(copy__in=list(copies), open_slot=1).select_related("person")
    return {loan.copy_id: loan for loan in open_ones}


def _in_order(holds: list[Hold]) -> list[Hold]:
    """What is ready first, then the queue."""
    return sorted(holds, key=lambda hold: hold.place)  # type: ignore[attr-defined]
