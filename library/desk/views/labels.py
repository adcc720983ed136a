"""Labels for copies: choose them, look at the list, take the sheets as PDF."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from config.errors import Refused
from config.web.files.downloads import download
from library.catalogue import label_choice, labels
from library.catalogue.label_choice import LabelChoice
from library.circulation import inventory
from library.models import Copy
from library.rules.guards import for_librarians

SHOWN = 200  # copies
STRIPES = (
    ("ean", gettext_lazy("EAN-13 where possible")),
    ("code128", gettext_lazy("Code 128 for all")),
)


class ChoiceForm(forms.Form):
    words = forms.CharField(
        label=gettext_lazy("Search"), required=False, max_length=200, help_text=gettext_lazy("As in the catalogue.")
    )
    first = forms.CharField(label=gettext_lazy("From barcode"), required=False, max_length=64)
    last = forms.CharField(label=gettext_lazy("To barcode"), required=False, max_length=64)
    location = forms.CharField(
        label=gettext_lazy("Location"), required=False, max_length=120, widget=forms.TextInput({"list": "locations"})
    )
    since = forms.DateField(
        label=gettext_lazy("Added since"),
        required=False,
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Use it to print labels for a new import."),
    )


class SheetForm(forms.Form):
    sheet = forms.ChoiceField(
        label=gettext_lazy("Sheet"), choices=[(name, words) for name, (words, _sheet) in labels.SHEETS.items()]
    )
    start = forms.IntegerField(
        label=gettext_lazy("First free label"),
        min_value=1,
        max_value=99,
        initial=1,
        help_text=gettext_lazy("For a sheet that is partly used. Count from left to right, row by row."),
    )
    stripes = forms.ChoiceField(label=gettext_lazy("Barcode"), choices=STRIPES)

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if "sheet" in given and "start" in given:
            sheet = labels.SHEETS[given["sheet"]][1]
            if given["start"] > sheet.columns * sheet.rows:
                self.add_error("start", str(gettext_lazy("This sheet has fewer labels. Enter a smaller number.")))
        return given


@require_GET
@for_librarians
def labels_page(request: HttpRequest) -> HttpResponse:
    return _page(request, ChoiceForm(request.GET or None), SheetForm())


def _page(request: HttpRequest, form: ChoiceForm, sheet: SheetForm, **more: Any) -> HttpResponse:
    choice = LabelChoice(**form.cleaned_data) if form.is_valid() else LabelChoice()
    found = label_choice.copies(choice)
    context = {
        "form": form,
        "sheet": sheet,
        "chosen": bool(choice),
        "copies": found[:SHOWN],
        "total": found.count(),
        "shown": SHOWN,
        "locations": inventory.locations(),
        "tab": "labels",
    }
    status = 400 if more or sheet.errors else 200
    return render(request, "library/labels.html", context | more, status=status)


@require_POST
@for_librarians
def print_labels(request: HttpRequest) -> HttpResponseBase:
    """The copies that are ticked, or all that were found when not all could be shown."""
    form, sheet = ChoiceForm(request.POST), SheetForm(request.POST)
    if not sheet.is_valid() or not form.is_valid():
        return _page(request, form, sheet)
    given = sheet.cleaned_data
    try:
        wanted = label_choice.labels_of(_ticked(request, LabelChoice(**form.cleaned_data)))
        stock = labels.SHEETS[given["sheet"]][1]
        made = labels.pdf(wanted, stock, skip=given["start"] - 1, ean=given["stripes"] == "ean")
    except Refused as refusal:
        return _page(request, form, sheet, refusal=refusal.message)
    return download(request, [made], "labels.pdf", "application/pdf")


def _ticked(request: HttpRequest, choice: LabelChoice) -> Any:
    found = label_choice.copies(choice)
    if request.POST.get("all") == "1":
        return found
    numbers = [number for number in request.POST.getlist("copy")[: labels.MOST + 1] if number.isdecimal()]
    return Copy.objects.filter(pk__in=[int(number) for number in numbers if len(number) < 19])
