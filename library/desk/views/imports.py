"""Import a catalogue on a page: upload, look at the results of a dry run, confirm. And export the catalogue."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from config.web.files.downloads import download
from library.catalogue import exports, uploads
from library.catalogue.imports import WORDS, RecordVerdict, take
from library.rules.guards import for_librarians

MAX_BYTES = 30_000_000  # some 15,000 records; larger files belong to the command
SHOWN = 200  # verdicts


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("MARC 21, MARCXML or CSV file"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_BYTES:
            words = _("Files over %(most)d MB are imported with the command import_catalogue.")
            raise forms.ValidationError(words % {"most": MAX_BYTES // 1_000_000})
        return file


@require_http_methods(["GET", "POST"])
@for_librarians
def import_page(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if form.is_bound and form.is_valid():
        try:
            return _review(request, form.cleaned_data["file"])
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "tab": "import"}
    return render(request, "library/import.html", context, status=400 if form.errors else 200)


def _review(request: HttpRequest, file: Any) -> HttpResponse:
    context = _summary(take(file, dry_run=True)) | {"name": file.name, "tab": "import"}
    if context["useful"]:
        file.seek(0)
        context["token"] = uploads.keep(asker(request).pk, file.chunks())
    return render(request, "library/import_review.html", context)


@require_POST
@for_librarians
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Do what the dry run showed. Refused `upload_gone`."""
    with uploads.kept(asker(request).pk, token) as file:
        context = _summary(take(file, dry_run=False))
    uploads.drop(asker(request).pk, token)
    return render(request, "library/import_review.html", context | {"done": True, "tab": "import"})


def _summary(verdicts: Iterable[RecordVerdict]) -> dict[str, Any]:
    """The numbers of all, and the first verdicts that say something beyond `new` and `same`."""
    counts: Counter[str] = Counter()
    told: list[RecordVerdict] = []
    for verdict in verdicts:
        counts[verdict.code] += 1
        counts["copies"] += verdict.copies
        if len(told) < SHOWN and (verdict.notes or verdict.code in ("changed", "skipped")):
            told.append(verdict)
    numbers = [(code, WORDS[code], counts[code]) for code in WORDS]
    useful = counts["new"] + counts["changed"] + counts["copies"]
    return {"numbers": numbers, "verdicts": told, "shown": SHOWN, "useful": useful, "copies": counts["copies"]}


@require_GET
@for_librarians
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Refused `no_such_format` (404)."""
    if form not in exports.FORMATS:
        raise Refused("no_such_format", _("This format is not available. Choose MARCXML or CSV."), status=404)
    chunks, kind = exports.FORMATS[form]
    return download(request, chunks(), "catalogue.xml" if form == "marcxml" else "catalogue.csv", kind)
