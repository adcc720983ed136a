"""One person's enrolment: consent, the photos that are kept, and new ones."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.consent.consent import give_consent
from accounts.models import Consent, User
from accounts.people.my_data import agreements
from config.errors import Refused
from recognition.enrol.enrolment import Decides, Enrolment, enrol, remove_sample, remove_samples
from recognition.enrol.pages import choosing, photos_section
from recognition.enrol.pages.access import agreed_purposes, for_enrolling_staff, staff
from recognition.enrol.pages.forms import PhotosForm
from recognition.enrol.photo_warnings import enough_for, photos_by_purpose
from recognition.faces.permissions import purposes_for, samples_for
from recognition.models import FaceSample
from recognition.sightings import template_age


@require_safe
@for_enrolling_staff
def person(request: HttpRequest, pk: int) -> HttpResponse:
    who = get_object_or_404(User, pk=pk)
    return _page(request, who, PhotosForm(purposes=agreed_purposes(request, who)))


@require_POST
@for_enrolling_staff
def consent(request: HttpRequest, pk: int, purpose: str) -> HttpResponse:
    """The member of staff says that the person has read the notice and agrees."""
    who = get_object_or_404(User, pk=pk)
    if request.POST.get("has_read") != "on":
        messages.error(request, _("Please confirm that the person has read the notice and agrees."))
    else:
        given = give_consent(who, purpose, by=staff(request), how=Consent.How.IN_PERSON)
        messages.success(
            request, _("The consent has been recorded: %(purpose)s.") % {"purpose": given.get_purpose_display()}
        )
    return redirect("recognition:enrol", pk)


@require_POST
@for_enrolling_staff
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Photos from the upload form (answers with the page) or from the webcam page (answers with JSON)."""
    who = get_object_or_404(User, pk=pk)
    form = PhotosForm(request.POST, request.FILES, purposes=agreed_purposes(request, who))
    wants_json = request.accepts("application/json") and not request.accepts("text/html")
    try:
        enrolment = _enrol(request, who, form)
    except Refused as refusal:
        if wants_json:
            return JsonResponse(refusal.as_dict(), status=refusal.status)
        form.add_error(None, refusal.message)
        return _page(request, who, form, status=refusal.status)
    if enrolment.undecided:
        return _asked(request, who, form, enrolment, wants_json)
    if wants_json:
        return JsonResponse(_as_json(enrolment))
    return _page(request, who, PhotosForm(purposes=agreed_purposes(request, who)), enrolment=enrolment)


@require_POST
@for_enrolling_staff
def remove(request: HttpRequest, pk: int, sample: int) -> HttpResponse:
    remove_sample(get_object_or_404(samples_for(staff(request)), pk=sample, person_id=pk), by=staff(request))
    return _back(request, get_object_or_404(User, pk=pk), _("The photo was removed."))


@require_POST
@for_enrolling_staff
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove what the last enrolment added, when it turned out to be someone who is enrolled already."""
    wanted = [int(word) for word in request.POST.getlist("sample") if word.isdecimal() and len(word) < 18]
    mine = samples_for(staff(request)).filter(person_id=get_object_or_404(User, pk=pk).pk, pk__in=wanted)
    count = remove_samples(mine, by=staff(request))
    words = ngettext("%(count)d photo was removed.", "%(count)d photos were removed.", count) % {"count": count}
    return _back(
        request, get_object_or_404(User, pk=pk), words if count else _("Those photos have already been removed.")
    )


def _back(request: HttpRequest, who: User, words: str) -> HttpResponse:
    """Said in the section of the person's page that asked, or on the enrolment page."""
    if _in_a_section(request):
        return render(request, photos_section.TEMPLATE, _section(request, who) | {"said": words})
    messages.info(request, words)
    return redirect("recognition:enrol", who.pk)


def _elsewhere(request: HttpRequest, page: str) -> HttpResponse:
    if _in_a_section(request):
        return HttpResponse(status=204, headers={"HX-Redirect": resolve_url(page)})
    return redirect(page)


def _in_a_section(request: HttpRequest) -> bool:
    """htmx asks for the section of a person's page, here or in the administration, and not for the whole page."""
    return request.headers.get("HX-Request") == "true"


def _section(request: HttpRequest, who: User, **more: Any) -> dict[str, Any]:
    return {"person": who, **photos_section.context(request, who, **more)}


def _enrol(request: HttpRequest, who: User, form: PhotosForm) -> Enrolment:
    if not form.is_valid():
        first = next(iter(form.errors.values()))
        raise Refused("invalid", str(first[0]))
    cleaned = form.cleaned_data
    return enrol(
        who,
        cleaned["photos"],
        purposes=cleaned["purposes"],
        by=staff(request),
        source=_source(request),
        decides=Decides.ASKED,
    )


def _asked(request: HttpRequest, who: User, form: PhotosForm, enrolment: Enrolment, wants_json: bool) -> HttpResponse:
    """The photos disagree: they wait until someone has chosen, on a page of their own."""
    cleaned = form.cleaned_data
    page = choosing.ask(
        staff(request), who, cleaned["photos"], purposes=sorted(cleaned["purposes"]), source=_source(request)
    )
    if wants_json:
        return JsonResponse(_as_json(enrolment) | {"choose": page})
    return _elsewhere(request, page)


def _source(request: HttpRequest) -> str:
    return str(FaceSample.Source.WEBCAM if request.POST.get("source") == "webcam" else FaceSample.Source.UPLOAD)


def _page(
    request: HttpRequest, who: User, form: PhotosForm, *, enrolment: Enrolment | None = None, status: int = 200
) -> HttpResponse:
    if _in_a_section(request):
        new = form if form.is_bound else None
        return render(request, photos_section.TEMPLATE, _section(request, who, form=new, enrolment=enrolment))
    mine = purposes_for(staff(request))
    said = [agreement for agreement in agreements(who) if agreement.purpose.value in mine]
    agreed = agreed_purposes(request, who)
    counts = photos_by_purpose(who, agreed)
    context: dict[str, Any] = {
        "person": who,
        "missing": [agreement for agreement in said if not agreement.consent],
        "counts": [(p.label, counts[p.value], counts[p.value] < enough_for(p.value)) for p in agreed],
        "agreed": agreed,
        "due": template_age.due_of(who, mine),
        "form": form,
        "enrolment": enrolment,
        "samples": samples_for(staff(request)).filter(person=who).defer("crop", "embedding"),
        "kept_may_be_wrong": bool(enrolment and any(w.code == "differs_from_kept" for w in enrolment.warnings)),
        "may_remove": request.user.has_perm("recognition.delete_facesample"),
    }
    return render(request, "recognition/enrol/person.html", context, status=status)


def _as_json(enrolment: Enrolment) -> dict[str, Any]:
    return {
        "accepted": enrolment.accepted,
        "photos": enrolment.photos,
        "added": enrolment.added,
        "verdicts": [
            {"name": v.name, "accepted": v.accepted, "code": v.code, "reason": v.reason} for v in enrolment.verdicts
        ],
        "warnings": [{"code": warning.code, "message": warning.message} for warning in enrolment.warnings],
        "undecided": enrolment.undecided,
    }
