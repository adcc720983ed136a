"""The catalogue for everyone: search, one title, and waiting for it. No one sees who has a book."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from library.catalogue import facets
from library.catalogue.facets import Narrowing
from library.catalogue.search import FREE, GONE, search, with_numbers
from library.circulation import holds, reading_lists
from library.models import Copy, Hold, Loan, Title
from library.rules.guards import done_or_said, for_readers
from library.rules.visibility import keeps_library

NARROWED = {
    "subject": gettext_lazy("Subject"),
    "language": gettext_lazy("Language"),
    "decade": gettext_lazy("Year"),
    "branch": gettext_lazy("Branch"),
    "shelf": gettext_lazy("Location"),
}
A_PAGE = 25
LONGEST_QUERY = 200  # letters
FIELDS = {
    "": gettext_lazy("Everywhere"),
    "title": gettext_lazy("Title"),
    "author": gettext_lazy("Author"),
    "subject": gettext_lazy("Subject"),
    "isbn": gettext_lazy("ISBN"),
}


class Counted(Paginator[Title]):
    """Counts the titles without their copies, which would be counted for nothing."""

    def __init__(self, found: QuerySet[Title]) -> None:
        super().__init__(with_numbers(found), A_PAGE)
        self.total = found.order_by().count()

    @property
    def count(self) -> int:
        return self.total


@require_GET
def search_page(request: HttpRequest) -> HttpResponse:
    query = request.GET.get("q", "").strip()[:LONGEST_QUERY].replace("\x00", "")
    field = request.GET.get("in", "") if request.GET.get("in", "") in FIELDS else ""
    available = request.GET.get("available") == "1"
    by = Narrowing(**{name: _asked(request, name) for name in NARROWED})
    found = facets.narrowed(search(query, field, available=available), by)
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in facets.SORTS else ""
    page = Counted(facets.in_order(found, sort)).get_page(request.GET.get("page"))
    context = {"page": page, "q": query, "field": field, "fields": FIELDS, "available": available, "sort": sort}
    context |= {"sorts": [(code, label) for code, (label, _order) in facets.SORTS.items()], "narrowed": bool(by)}
    return render(request, "library/search.html", context | _choices(request, found, by))


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "")[:LONGEST_QUERY].replace("\x00", "")


def _choices(request: HttpRequest, found: QuerySet[Title], by: Narrowing) -> dict[str, object]:
    """Each facet: what was chosen, with the address without it, or what can be chosen, with the address with it."""
    rest = request.GET.copy()
    rest.pop("page", None)
    groups, counted = [], facets.facets(found)
    for name, label in NARROWED.items():
        without = rest.copy()
        without.pop(name, None)
        values = [(one, _with(without, name, one.value)) for one in counted[name]]
        chosen = getattr(by, name)
        shown = next((one.label for one, _link in values if one.value == chosen), chosen)
        groups.append({"label": label, "chosen": shown, "without": without.urlencode(), "values": values})
    hidden = [(name, getattr(by, name)) for name in NARROWED if getattr(by, name)]
    return {"query": rest.urlencode(), "groups": groups, "hidden": hidden}


def _with(rest: QueryDict, name: str, value: str) -> str:
    more = rest.copy()
    more[name] = value
    return more.urlencode()


@require_GET
def title_page(request: HttpRequest, pk: int) -> HttpResponse:
    title = get_object_or_404(Title, pk=pk)
    librarian = keeps_library(request.user)
    copies = [copy for copy in title.copies.select_related("branch") if librarian or copy.status not in GONE]
    context = {
        "title": title,
        "copies": [(copy, loan_of) for copy, loan_of in _with_due_dates(copies)],
        "branches": any(copy.branch for copy in copies),
        "free": sum(copy.status in FREE for copy in copies),
        "waiting": Hold.objects.filter(title=title, open_slot=1).count(),
        "librarian": librarian,
        "labels": urlencode(_stretch(request)) if librarian else "",
        "subjects": title.subjects.splitlines(),
        "can_wait": any(copy.status not in (*GONE, "reference") for copy in copies),
        "on_shelf": _on_shelf(request, title),
    }
    return render(request, "library/title.html", context | _mine(request, title))


def _stretch(request: HttpRequest) -> dict[str, str]:
    """The barcodes of copies that were just made."""
    asked = dict(parse_qsl(request.GET.get("labels", "")[:300]))
    return {name: asked[name] for name in ("first", "last") if name in asked}


def _with_due_dates(copies: list[Copy]) -> list[tuple[Copy, Loan | None]]:
    """When each comes back, and never from whom."""
    out = {loan.copy_id: loan for loan in Loan.objects.filter(copy__in=copies, open_slot=1).defer("person")}
    return [(copy, out.get(copy.pk)) for copy in copies]


def _on_shelf(request: HttpRequest, title: Title) -> bool:
    """They need not wait: a copy is there to be taken."""
    if settings.LIBRARY_HOLD_FROM_SHELF or not request.user.is_authenticated:
        return False
    return holds.stands_on_the_shelf(title, asker(request))


def _mine(request: HttpRequest, title: Title) -> dict[str, object]:
    if not request.user.is_authenticated:
        return {}
    me = asker(request)
    return {
        "listed": reading_lists.has(me, title),
        "my_loan": Loan.objects.filter(copy__title=title, person=me, open_slot=1).first(),
        "my_hold": Hold.objects.filter(title=title, person=me, open_slot=1).first(),
    }


@require_POST
@for_readers
def place_hold(request: HttpRequest, pk: int) -> HttpResponse:
    title = get_object_or_404(Title, pk=pk)

    def act() -> str:
        holds.place(title, asker(request))
        return _("You are in the queue. You will get an e-mail when the book is ready.")

    done_or_said(request, act)
    return redirect("library:title", pk)
