"""Photos that disagree, between their upload and the moment at which someone has chosen: sealed, for an hour."""

from __future__ import annotations

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.models import User
from recognition.enrol import drafts
from recognition.enrol.disagreement import Claimed, Decides, told_apart
from recognition.enrol.enrolment import Photo, enrol, require_enrollable
from recognition.enrol.lookalikes import Lookalikes
from recognition.enrol.pages.access import for_enrolling_staff, staff
from recognition.faces import access_log
from recognition.faces.photo_checks import PhotoCheck, look_at
from recognition.faces.samples import known_of


def ask(owner: User, person: User, photos: list[Photo], *, purposes: list[str], source: str) -> str:
    """Keep the photos aside; the address of the page on which someone chooses among them."""
    meta = {"person": person.pk, "purposes": purposes, "source": source, "names": [photo.name for photo in photos]}
    files = {str(number): photo.data for number, photo in enumerate(photos)}
    return reverse("recognition:enrol_choose", args=[drafts.store(owner.pk, meta, files)])


@require_http_methods(["GET", "POST"])
@for_enrolling_staff
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """Which of these photos show the person? Refused `draft_gone` after an hour, or for anyone else."""
    meta, photos = _draft(staff(request).pk, token)
    person = get_object_or_404(User, pk=meta["person"])
    require_enrollable(person, meta["purposes"], by=staff(request))
    if request.method == "POST":
        return _kept(request, person, token, meta, photos)
    access_log.record("photos_compared", actor=staff(request), person=person, photos=len(photos))
    looks = _judged(request, person, photos, meta["purposes"])
    context: dict[str, Any] = {
        "person": person,
        "choices": [(number, look, _shown(look)) for number, look in enumerate(looks) if look.crop],
        "faulty": [look for look in looks if not look.crop],
    }
    return render(request, "recognition/enrol/choose.html", context)


def _draft(owner: int, token: str) -> tuple[dict[str, Any], list[Photo]]:
    meta, _none = drafts.load(owner, token)
    if "person" not in meta:  # an upload of another kind
        raise drafts.gone()
    _meta, files = drafts.load(owner, token, *map(str, range(len(meta["names"]))))
    return meta, [Photo(name, data) for name, data in zip(meta["names"], files, strict=True)]


def _judged(request: HttpRequest, person: User, photos: list[Photo], purposes: list[str]) -> list[PhotoCheck]:
    """What speaks against each photo, as it was told when they came."""
    lookalikes = Lookalikes()
    lookalikes.load(purposes)
    claim = Claimed(person, staff(request), purposes, lookalikes)
    looks, _undecided = told_apart(look_at(photos), known_of(person, purposes).vectors, claim, Decides.ASKED)
    return looks


def _shown(look: PhotoCheck) -> str:
    return "data:image/jpeg;base64," + base64.b64encode(look.crop).decode()


def _kept(request: HttpRequest, person: User, token: str, meta: dict[str, Any], photos: list[Photo]) -> HttpResponse:
    ticked = [] if "none" in request.POST else request.POST.getlist("photo")
    wanted = {int(number) for number in ticked if number.isascii() and number.isdigit() and len(number) < 5}
    chosen = [photo for number, photo in enumerate(photos) if number in wanted]
    if chosen:
        done = enrol(
            person,
            chosen,
            purposes=meta["purposes"],
            by=staff(request),
            source=meta["source"],
            decides=Decides.CHOSEN,
        )
        words = ngettext("%(n)d photo was accepted.", "%(n)d photos were accepted.", done.accepted)
        messages.success(request, words % {"n": done.accepted})
        for warning in done.warnings:
            messages.warning(request, warning.message)
    else:
        messages.info(request, _("None of these photos was kept."))
    drafts.drop(token)
    return redirect("recognition:enrol", person.pk)
