"""Excuses: my own, one that staff enter, the file, and the decision."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from attendance.models import Course, Excuse
from attendance.records import excuse_files, excuses
from attendance.rules.guards import done_or_said, for_roll_keepers, is_part, sent, signed_in
from attendance.rules.visibility import courses_for, excuses_decided_by, excuses_for
from attendance.sessions.forms import ExcuseForm
from config.errors import Refused

MOST = 100
TYPES = {Excuse.FileKind.JPEG: "image/jpeg", Excuse.FileKind.PDF: "application/pdf"}


@require_http_methods(["GET", "POST"])
@never_cache
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    me = asker(request)
    return _page(request, me, Course.objects.filter(enrollments__person=me, active=True), own=True)


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def for_person(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff enter one: it holds at once. 404 for people outside one's courses."""
    courses = courses_for(asker(request)).filter(enrollments__person=pk, active=True)
    if not courses.exists():
        get_object_or_404(courses)
    return _page(request, get_object_or_404(User, pk=pk), courses, own=False)


def _page(request: HttpRequest, person: User, courses: Any, *, own: bool) -> HttpResponse:
    every = own or asker(request).is_administrator
    form = ExcuseForm(sent(request), request.FILES or None, courses=courses.order_by("code"), every=every)
    if request.method == "POST" and form.is_valid() and _asked(request, form, person):
        return redirect(request.path)
    seen = excuses_for(asker(request)).filter(person=person).select_related("course", "decided_by")
    context = {"person": person, "own": own, "form": form, "excuses": seen.defer("file_sealed")[:MOST]}
    return render(request, "attendance/excuses.html", context, status=400 if form.errors else 200)


def _asked(request: HttpRequest, form: ExcuseForm, person: User) -> bool:
    given = form.cleaned_data
    file = given["file"].read(excuse_files.MOST_BYTES + 1) if given["file"] else b""
    what = {name: given[name] for name in ("course", "since", "until", "reason")}
    try:
        excuses.ask(person, by=asker(request), **what, file=file)
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("The excuse was sent.") if person == asker(request) else _("The excuse was entered."))
    return True


@require_GET
@never_cache
@signed_in
def file(request: HttpRequest, pk: int) -> HttpResponse:
    """As a download, in a sandbox: nothing in it runs on this site."""
    found = get_object_or_404(excuses_for(asker(request)), pk=pk)
    response = HttpResponse(excuse_files.bytes_of(found), content_type=TYPES[Excuse.FileKind(found.file_kind)])
    ending = "pdf" if found.file_kind == Excuse.FileKind.PDF else "jpg"
    response["Content-Disposition"] = f'attachment; filename="excuse-{found.pk}.{ending}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@require_POST
@signed_in
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Excuse, pk=pk, person=asker(request))

    def act() -> str:
        excuses.withdraw(found, by=asker(request))
        return _("The excuse was deleted.")

    done_or_said(request, act)
    return redirect("attendance:excuses")


@require_POST
@for_roll_keepers
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(excuses_decided_by(asker(request)).select_related("person"), pk=pk)
    accepted = request.POST.get("answer") == "yes"

    def act() -> str:
        excuses.decide(found, accepted=accepted, by=asker(request), answer=request.POST.get("words", ""))
        name = {"name": found.person.get_full_name()}
        return (_("%(name)s is excused.") if accepted else _("The excuse of %(name)s was refused.")) % name

    if is_part(request):
        return render(request, "attendance/_answered.html", {"said": act()})
    done_or_said(request, act)
    return redirect("attendance:review")
