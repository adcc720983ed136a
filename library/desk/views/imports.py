"""Import a catalogue on a page: upload, tick what is wanted in the list of its records, import. And export it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from config.errors import Refused
from config.web.files.downloads import download
from config.web.guards import own_address
from library.catalogue import exports, staging
from library.catalogue.imports import WORDS
from library.desk import reading_choices
from library.models import ImportStage
from library.rules.guards import for_librarians

MAX_BYTES = 30_000_000  # some 15,000 records; larger files belong to the command
A_PAGE = 50  # records


class UploadForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("MARC 21, UNIMARC, MARCXML or CSV file"))

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
        file = form.cleaned_data["file"]
        try:
            stage = staging.start(asker(request), file.name, file.size, file.chunks())
            return redirect("library:import_stage", stage.pk)
        except Refused as refusal:
            form.add_error("file", refusal.message)
    context = {"form": form, "stages": staging.stages_for(asker(request)), "tab": "import"}
    return render(request, "library/import.html", context, status=400 if form.errors else 200)


def _stage(request: HttpRequest, pk: int) -> ImportStage:
    """Another person's is not there, except for administrators."""
    return get_object_or_404(staging.stages_for(asker(request)), pk=pk)


@require_GET
@for_librarians
def review(request: HttpRequest, pk: int) -> HttpResponse:
    stage = _stage(request, pk)
    counts, code = staging.counts(stage), request.GET.get("show", "")
    rows = stage.records.filter(code=code) if code in WORDS else stage.records.all()
    context = {
        "stage": stage,
        "working": stage.state in (stage.State.CHECKING, stage.State.APPLYING),
        "numbers": [(name, label, counts.get(name, 0)) for name, label in WORDS.items()],
        "show": code if code in WORDS else "",
        "page": Paginator(rows, A_PAGE).get_page(request.GET.get("page")),
        "query": f"show={code}" if code in WORDS else "",
        "wanted": staging.wanted(stage).count(),
        "useful": staging.USEFUL,
        "reading": reading_choices.of(stage),
        "tab": "import",
    }
    return render(request, "library/import_review.html", context)


@require_POST
@for_librarians
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """The ticks of one page, as they stand in the form; or all of one kind."""
    stage = _stage(request, pk)
    if every := request.POST.get("all", ""):
        staging.tick_all(stage, request.POST.get("show", ""), wanted=every == "1")
    else:
        shown, ticked = _numbers(request, "shown"), _numbers(request, "wanted")
        staging.tick(stage, shown - ticked, wanted=False)
        staging.tick(stage, shown & ticked, wanted=True)
    if request.headers.get("HX-Request"):
        return render(request, "library/_import_wanted.html", {"wanted": staging.wanted(stage).count()})
    back = own_address(request.POST.get("back", ""))
    return redirect(back) if back else redirect("library:import_stage", pk)


def _numbers(request: HttpRequest, name: str) -> set[int]:
    return {int(value) for value in request.POST.getlist(name)[:A_PAGE] if value.isdecimal() and len(value) < 10}


@require_POST
@for_librarians
def act_on(request: HttpRequest, pk: int, act: str) -> HttpResponse:
    """`apply`, `check` again, `choose` how it is read, or `discard`."""
    stage = _stage(request, pk)
    acts = {
        "apply": staging.apply,
        "check": staging.check_again,
        "discard": staging.discard,
        "choose": _choose(request),
    }
    if act not in acts:
        raise Refused("no_such_act", _("This is not possible."), status=404)

    try:
        acts[act](stage)
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("library:import_stage", pk)
    return redirect("library:import") if act == "discard" else redirect("library:import_stage", pk)


def _choose(request: HttpRequest) -> Callable[[ImportStage], ImportStage]:
    """A field that was typed counts unless another one was chosen from the list."""
    code, typed, record_format = (request.POST.get(name, "")[:20] for name in ("copies_from", "other", "record_format"))

    def choose(stage: ImportStage) -> ImportStage:
        wanted = typed if typed and code in ("other", stage.copies_from) else code
        return staging.choose(stage, copies_from=wanted, record_format=record_format)

    return choose


@require_GET
@for_librarians
def export(request: HttpRequest, form: str) -> HttpResponseBase:
    """Refused `no_such_format` (404)."""
    if form not in exports.FORMATS:
        raise Refused("no_such_format", _("This format is not available. Choose MARCXML or CSV."), status=404)
    chunks, kind = exports.FORMATS[form]
    return download(request, chunks(), "catalogue.xml" if form == "marcxml" else "catalogue.csv", kind)
