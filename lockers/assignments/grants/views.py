"""Group grants: a form, the verdict of each line before anything is done, the button that does it, and the end."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from accounts.models import Department, User
from config.errors import Refused
from config.tables import neutral
from config.tables.incoming import read_table
from config.web.files.downloads import download
from lockers.assignments.grants import bulk_release, drafts, execution
from lockers.assignments.grants import rows as wishes
from lockers.assignments.grants.drafts import MOST_LINES, GrantFrame
from lockers.assignments.grants.messages import why
from lockers.models import Bank, Grant, GrantLine, Locker, WaitingEntry
from lockers.rules.guards import View, button, date_of, done_or_said, for_officers
from lockers.rules.visibility import banks_served, grants_for

A_PAGE = 100
MAX_BYTES = 10_000_000
Line = GrantLine.State
TONES = {Line.PLANNED: "info", Line.REFUSED: "error", Line.ASSIGNED: "success", Line.KEPT: "warning"}


def _day(label: Any, help_text: Any = "") -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), help_text=help_text
    )


class GrantForm(forms.Form):
    name = forms.CharField(
        label=gettext_lazy("Name"), max_length=100, help_text=gettext_lazy("For example: spring 2027, first year")
    )
    bank = forms.ModelChoiceField(Bank.objects.all(), label=gettext_lazy("Bank"), empty_label=None)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of locker"), choices=Locker.Kind.choices)
    first = forms.CharField(
        label=gettext_lazy("From locker"),
        max_length=16,
        required=False,
        help_text=gettext_lazy("Only lockers from this number on. Leave empty to start with the first."),
    )
    last = forms.CharField(
        label=gettext_lazy("To locker"),
        max_length=16,
        required=False,
        help_text=gettext_lazy("Leave empty to end with the last."),
    )
    starts_on = _day(gettext_lazy("From"))
    ends_on = _day(gettext_lazy("Until"), gettext_lazy("The last day of the semester."))
    department = forms.ModelChoiceField(
        Department.objects.all(), label=gettext_lazy("Everyone in a department"), required=False
    )
    people = forms.CharField(
        label=gettext_lazy("Or these people"),
        required=False,
        max_length=200_000,
        widget=forms.Textarea({"rows": 5, "spellcheck": "false"}),
        help_text=gettext_lazy("Id numbers, one per line. Each person gets any free locker."),
    )
    file = forms.FileField(
        label=gettext_lazy("Or a CSV or XLSX file"),
        required=False,
        help_text=gettext_lazy("Columns: id_number and, optionally, locker, from, until."),
    )

    def __init__(self, officer: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["bank"].queryset = banks_served(officer)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        given = [name for name in ("department", "people", "file") if cleaned.get(name)]
        if len(given) != 1 and not self.errors:
            raise forms.ValidationError(_("Choose one: a department, a list of people, or a file."))
        if (file := cleaned.get("file")) and file.size > MAX_BYTES:
            self.add_error("file", _("The file is larger than 10 MB. Use the command grant_lockers instead."))
        return cleaned

    def frame(self) -> GrantFrame:
        cleaned = self.cleaned_data
        names = ("name", "bank", "kind", "first", "last", "starts_on", "ends_on")
        return GrantFrame(**{name: cleaned[name] for name in names})

    def wishes(self) -> list[wishes.GrantWish]:
        cleaned = self.cleaned_data
        if cleaned["department"]:
            return wishes.from_people(drafts.members_of(cleaned["department"])[:MOST_LINES])
        if cleaned["people"]:
            return wishes.from_list(cleaned["people"])
        file = cleaned["file"]
        return wishes.from_table(read_table(file.name, file.read(), most=MOST_LINES))


# --- pages ----------------------------------------------------------------------------------------


@require_GET
@for_officers
def grants(request: HttpRequest) -> HttpResponse:
    rows = grants_for(request.user).select_related("bank", "made_by")
    rows = rows.annotate(given=Count("lines", filter=Q(lines__state=Line.ASSIGNED)))
    page = Paginator(rows.order_by("-made_at", "-pk"), 50).get_page(request.GET.get("page"))
    return render(request, "lockers/grants.html", {"page": page, "tab": "grants"})


@require_http_methods(["GET", "POST"])
@for_officers
def new(request: HttpRequest) -> HttpResponse:
    """Check every line, and keep what was found as a draft."""
    posted = request.method == "POST"
    form = GrantForm(asker(request), request.POST, request.FILES) if posted else GrantForm(asker(request))
    if posted and form.is_valid():
        try:
            grant = drafts.draft(form.frame(), form.wishes(), by=asker(request))
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            return redirect("lockers:grant", grant.pk)
    context = {"form": form, "most": MOST_LINES, "tab": "grants"}
    return render(request, "lockers/grant_new.html", context, status=400 if posted else 200)


@require_GET
@for_officers
def grant(request: HttpRequest, pk: int) -> HttpResponse:
    """What each line would do, does, or has done; the part that changes while lines are carried out, for htmx."""
    row = _grant(request, pk)
    context = _context(row, request)
    part = bool(request.headers.get("HX-Request")) and row.works
    if request.headers.get("HX-Request") and not row.works:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "lockers/_grant_progress.html" if part else "lockers/grant.html", context)


def _grant(request: HttpRequest, pk: int) -> Grant:
    return get_object_or_404(grants_for(request.user).select_related("bank", "made_by", "acting"), pk=pk)


def _context(grant: Grant, request: HttpRequest) -> dict[str, Any]:
    counts = dict(grant.lines.values_list("state").annotate(n=Count("pk")).order_by())
    left = counts.get(Line.PLANNED if grant.state == Grant.State.RUNNING else Line.ASSIGNED, 0)
    total = sum(counts.values())
    page = Paginator(_worst_first(grant), A_PAGE).get_page(request.GET.get("page"))
    return {
        "grant": grant,
        "counts": [(TONES.get(Line(s), ""), Line(s).label, counts[s]) for s in Line.values if counts.get(s)],
        "planned": counts.get(Line.PLANNED, 0),
        "refused": counts.get(Line.REFUSED, 0),
        "given": counts.get(Line.ASSIGNED, 0),
        "total": total,
        "done": total - left,
        "page": page,
        "lines": [(TONES.get(Line(row.state), ""), row, why(row.code, row.detail) if row.code else "") for row in page],
        "waits": WaitingEntry.objects.filter(bank=grant.bank, kind=grant.kind, open_slot=1).count(),
        "due": bulk_release.due(grant, timezone.localdate()).count(),
        "today": timezone.localdate(),
        "tab": "grants",
    }


def _worst_first(grant: Grant) -> QuerySet[GrantLine]:
    order = Case(
        When(state=Line.REFUSED, then=Value(0)),
        When(state=Line.KEPT, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = grant.lines.select_related("person", "locker", "assignment")
    return rows.annotate(order=order).order_by("order", "line")


@require_GET
@for_officers
def lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    """Every line with its verdict, as CSV."""
    return download(request, _csv(_grant(request, pk)), f"grant-{pk}.csv", "text/csv; charset=utf-8")


def _csv(grant: Grant) -> Iterator[bytes]:
    yield _cells(("line", "id_number", "locker", "from", "until", "state", "code", "message"))
    for row in grant.lines.select_related("person", "locker").order_by("line").iterator(500):
        number = row.person.id_number if row.person else row.said
        locker = row.locker.number if row.locker else ""
        words = why(row.code, row.detail) if row.code else ""
        yield _cells((row.line, number, locker, row.starts_on, row.ends_on, row.state, row.code, words))


def _cells(cells: tuple[object, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerow(["" if cell is None else neutral(str(cell)) for cell in cells])
    return out.getvalue().encode()


# --- actions ----------------------------------------------------------------------------------------


def on_grant(act: Callable[[HttpRequest, Grant, User], str]) -> View:
    """A button of a grant's page: do it, with the first lines at once; the clock goes on."""

    @wraps(act)
    def acting(request: HttpRequest, row: Grant, officer: User) -> str:
        words = act(request, row, officer)
        execution.work(row)
        return words

    return button(_grant, "lockers:grant")(acting)


@on_grant
def start(request: HttpRequest, row: Grant, officer: User) -> str:
    execution.start(row, by=officer)
    return _("The lockers are being assigned.")


@on_grant
def end(request: HttpRequest, row: Grant, officer: User) -> str:
    last_day = date_of(request, "last_day")
    if last_day is None:
        raise Refused("no_day", _("Choose the last day."))
    execution.end(row, last_day, by=officer)
    return _("The grant is being ended.")


@on_grant
def undo(request: HttpRequest, row: Grant, officer: User) -> str:
    execution.undo(row, by=officer)
    return _("The grant is being undone.")


@require_POST
@for_officers
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    row = _grant(request, pk)

    def act() -> str:
        drafts.discard(row, by=asker(request))
        return _("The draft is discarded. Nothing was changed.")

    gone = done_or_said(request, act)
    return redirect("lockers:grants") if gone else redirect("lockers:grant", pk)
