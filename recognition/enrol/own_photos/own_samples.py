"""A member's own photos in use: which they may see, one at a time, and delete down to what recognition needs."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from recognition.enrol.photo_warnings import enough_for, photos_by_purpose
from recognition.faces import access_log, crypto, samples
from recognition.models import FaceSample, SampleUse


def photos_of(person: User) -> QuerySet[FaceSample]:
    """The oldest first, without what is sealed."""
    rows = FaceSample.objects.filter(person=person).order_by("created_at", "pk")
    return rows.defer("crop", "embedding").prefetch_related("uses")


def view(sample: FaceSample) -> bytes:
    """The JPEG, for its own person. The look is logged before it is shown."""
    context, place = crypto.sample_context(sample.person_id), crypto.crop_place(sample.digest)
    jpeg = crypto.decrypt(sample.crop, context=context, place=place)
    access_log.record("photo_viewed", actor=sample.person, person=sample.person, sample=sample.pk)
    return jpeg


@transaction.atomic
def remove(person: User, sample: FaceSample) -> None:
    """For every purpose that it serves. Refused `too_few_left`: who wants none withdraws the consent."""
    User.objects.select_for_update().get(pk=person.pk)
    purposes = sorted(SampleUse.objects.filter(sample=sample).values_list("purpose", flat=True))
    counts = photos_by_purpose(person, purposes)
    for purpose in purposes:
        if counts[purpose] <= enough_for(purpose):
            raise too_few(purpose)
    samples.stop_using(person, [sample.pk], purposes)
    access_log.record("photo_removed", actor=person, person=person, sample=sample.pk, purposes=purposes)


def require_enough_instead(person: User, purposes: list[str], new: int) -> None:
    """Whether `new` photos may take the place of those in use: no fewer remain than `remove` leaves.

    Refused `too_few_left`. Who has no photos yet replaces none.
    """
    for purpose, present in photos_by_purpose(person, purposes).items():
        if present and new < enough_for(purpose):
            raise too_few(purpose)


def too_few(purpose: str) -> Refused:
    enough = enough_for(purpose)
    words = ngettext(
        "%(purpose)s needs %(enough)d photo to recognise you. Add new photos first. To have all of them erased, "
        "withdraw your consent.",
        "%(purpose)s needs at least %(enough)d photos to recognise you. Add new photos first. To have all of them "
        "erased, withdraw your consent.",
        enough,
    )
    values = {"purpose": Purpose(purpose).label, "enough": enough}
    return Refused("too_few_left", words % values, status=409)
