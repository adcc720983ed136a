"""The photos on a person's page: those that are kept with their quality, those that were refused, and new ones."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.identity.signed_in import asker
from accounts.models import User
from recognition.enrol.enrolment import Enrolment
from recognition.enrol.pages.access import agreed_purposes
from recognition.enrol.pages.forms import PhotosForm
from recognition.enrol.photo_warnings import enough_for, photos_by_purpose
from recognition.faces.permissions import purposes_for, samples_for
from recognition.faces.photo_quality import SENTENCES
from recognition.models import BiometricAccess
from recognition.sightings import template_age

TEMPLATE = "recognition/enrol/_photos.html"
GOOD, FAIR = 0.6, 0.35  # of a photo's score, 0 to 1
TRIES = 5  # the newest uploads


def may_see(viewer: Any, person: Any) -> bool:
    return bool(viewer.has_perm("recognition.add_facesample") and purposes_for(viewer))


def context(
    request: HttpRequest, person: User, *, form: PhotosForm | None = None, enrolment: Enrolment | None = None
) -> dict[str, Any]:
    staff, agreed = asker(request), agreed_purposes(request, person)
    counts = photos_by_purpose(person, agreed)
    samples = samples_for(staff).filter(person=person).defer("crop", "embedding")
    return {
        "agreed": agreed,
        "counts": [(p.label, counts[p.value], counts[p.value] < enough_for(p.value)) for p in agreed],
        "due": template_age.due_of(person, purposes_for(staff)),
        "form": form or PhotosForm(purposes=agreed),
        "enrolment": enrolment,
        "samples": [(sample, *_quality(sample.quality)) for sample in samples],
        "tries": list(_tries(person, purposes_for(staff))),
        "may_remove": staff.has_perm("recognition.delete_facesample"),
        "back": urlsplit(request.headers.get("HX-Current-URL", "")).path
        or reverse("accounts:person", args=[person.pk]),
    }


def _quality(quality: dict[str, float]) -> tuple[str, str]:
    """A tone and a word for how fit a photo is."""
    score = float(quality.get("score", 0))
    if score >= GOOD:
        return "success", _("good")
    return ("info", _("fair")) if score >= FAIR else ("warning", _("poor"))


def _tries(person: User, mine: frozenset[str]) -> Iterator[dict[str, Any]]:
    """The newest uploads for a purpose of mine: how many photos were kept, and why the others were refused."""
    rows = BiometricAccess.objects.filter(person_id_number=person.id_number, action="enrolled")
    for row in rows.order_by("-at", "-pk")[:TRIES]:
        if mine & set(row.detail.get("purposes", ())):
            why = [str(SENTENCES.get(code, code)) for code in row.detail.get("refused", ())]
            yield {"at": row.at, "kept": row.detail.get("photos", 0), "refused": why}
