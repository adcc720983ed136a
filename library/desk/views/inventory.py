"""Copies: lost, found, withdrawn; and the inventory of a shelf."""

from __future__ import annotations

from collections.abc import Callable

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from library.catalogue import scanner
from library.circulation import inventory as shelves
from library.desk import branches
from library.models import Branch, Copy
from library.rules.guards import done_or_said, for_librarians

MOST_SCANNED = 2000  # barcodes at a time
ACTS: dict[str, tuple[Callable[..., Copy], object]] = {
    "lost": (shelves.mark_lost, gettext_lazy("%(barcode)s is recorded as lost.")),
    "found": (shelves.found, gettext_lazy("%(barcode)s was found.")),
    "withdraw": (shelves.withdraw, gettext_lazy("%(barcode)s was withdrawn.")),
    "restore": (shelves.restore, gettext_lazy("%(barcode)s is available again.")),
}


@require_POST
@for_librarians
def change_copy(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    copy = get_object_or_404(Copy.objects.select_related("title"), pk=pk)
    if act not in ACTS:
        raise Http404
    change, words = ACTS[act]

    def changed() -> str:
        if act == "found":
            shelves.found(copy, by=asker(request), here=branches.here(request.session))
        else:
            change(copy, by=asker(request))
        return str(words) % {"barcode": copy.barcode}

    done_or_said(request, changed)
    return redirect("library:title", copy.title_id)


@require_http_methods(["GET", "POST"])
@for_librarians
def inventory(request: HttpRequest) -> HttpResponse:
    """Scan a shelf into the field, one barcode on each line; nothing is changed but `last seen`."""
    context: dict[str, object] = {"tab": "inventory", "locations": shelves.locations()}
    context["branches"] = Branch.objects.all()
    if request.method == "GET":
        context["chosen"] = branches.here(request.session)
        return render(request, "library/inventory.html", context)
    location, scanned = request.POST.get("location", "").strip(), request.POST.get("barcodes", "")
    context |= {"location": location, "barcodes": scanned}
    try:
        context["chosen"] = branch = Branch.named(request.POST.get("branch", ""))
        context["found"] = _found(location, scanned.split(), branch)
    except Refused as refusal:
        return render(request, "library/inventory.html", context | {"refusal": refusal.message}, status=400)
    return render(request, "library/inventory.html", context)


def _found(location: str, barcodes: list[str], branch: Branch | None) -> shelves.Inventory:
    if len(barcodes) > MOST_SCANNED:
        words = ngettext(
            "Scan at most %(most)d book at a time.", "Scan at most %(most)d books at a time.", MOST_SCANNED
        )
        raise Refused("too_many", words % {"most": MOST_SCANNED})
    return shelves.take_stock(location, scanner.barcodes(barcodes), branch)
