"""New photos beside those in use, for staff who may enrol for these purposes."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Purpose
from recognition.enrol.own_photos import comparing, deciding
from recognition.enrol.own_photos.sealed import PHOTOS
from recognition.enrol.pages.access import for_enrolling_staff, staff
from recognition.faces import access_log
from recognition.faces.permissions import samples_for
from recognition.models import PhotoChange, ProposedPhoto

MOST = 50  # rows of the list


@require_safe
@for_enrolling_staff
def queue(request: HttpRequest) -> HttpResponse:
    waiting = deciding.waiting_for(staff(request))[:MOST]
    rows = [
        {
            "change": row,
            "alike": comparing.warnings_for(row, staff(request)),
            "purposes": [Purpose(purpose).label for purpose in row.purposes],
            "photos": row.photos.defer("sealed"),
            "present": samples_for(staff(request)).filter(person=row.person).defer("crop", "embedding"),
        }
        for row in waiting
    ]
    return render(request, "recognition/own_photos/queue.html", {"rows": rows})


@require_safe
@for_enrolling_staff
def photo(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Opened for this one look, which is logged before it is shown."""
    change = _mine(request, pk)
    row = get_object_or_404(ProposedPhoto, change=change, number=number)
    jpeg = PHOTOS.open_one(row)
    access_log.record("new_photo_viewed", actor=staff(request), person=change.person, photos=1)
    headers = {"Cross-Origin-Resource-Policy": "same-origin"}
    return HttpResponse(jpeg, content_type="image/jpeg", headers=headers)


@require_POST
@for_enrolling_staff
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(PhotoChange.objects.select_related("person"), pk=pk)
    ticked = {name: request.POST.get(name) == "on" for name in ("compared", "despite_lookalike")}
    warnings = deciding.accept(change, **ticked, by=staff(request))
    messages.success(request, _("The new photos of %(name)s are in use.") % {"name": change.person.get_full_name()})
    for warning in warnings:
        messages.warning(request, warning)
    return redirect("recognition:photo_changes")


@require_POST
@for_enrolling_staff
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(PhotoChange.objects.select_related("person"), pk=pk)
    deciding.decline(change, request.POST.get("reason", ""), by=staff(request))
    messages.success(request, _("Declined. The new photos have been deleted."))
    return redirect("recognition:photo_changes")


def _mine(request: HttpRequest, pk: int) -> PhotoChange:
    for change in deciding.waiting_for(staff(request)):
        if change.pk == pk:
            return change
    raise Http404
