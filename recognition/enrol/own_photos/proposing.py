"""A member sends new photos of themselves. Those in use stay in use until staff have compared and accepted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.web import throttle
from recognition.enrol.enrolment import require_enrollable
from recognition.enrol.lookalikes import Lookalikes
from recognition.enrol.own_photos import comparing, own_samples, telling
from recognition.enrol.own_photos.applying import apply
from recognition.enrol.own_photos.sealed import PHOTOS, close
from recognition.enrol.sealed_photos import cleaned
from recognition.faces import access_log, samples
from recognition.faces.photo_checks import Photo, PhotoCheck, look_at
from recognition.models import FaceSample, PhotoChange

MOST_PHOTOS = 6
HOUR = 3600  # s
TIMES = 20  # times that one person may send photos in an hour: each is looked at, and that is work
FRAMES = 300  # frames of one person in a minute, while the camera guides them
State = PhotoChange.State


@dataclass(frozen=True, slots=True)
class NewPhotos:
    """What someone sends. `replaces`: instead of the photos in use, and not beside them."""

    photos: list[Photo]
    purposes: Collection[str]
    replaces: bool = False
    source: str = FaceSample.Source.UPLOAD


def propose(person: User, sent: NewPhotos) -> PhotoChange:
    """Check the photos as enrolment does, and keep them sealed until staff decide.

    Accepted at once only where the site says so (OWN_PHOTOS_AT_ONCE) and they safely match the photos in use.
    Refused `no_purpose`, `no_consent`, `no_photos`, `too_many_photos`, `bad_photo`, `too_few_left`, `too_many_tries`.
    """
    purposes = sorted(set(sent.purposes))
    require_enrollable(person, purposes, by=None)
    if throttle.count(f"own-photos:{person.pk}", window=HOUR) > TIMES:
        raise _too_many(HOUR)
    looks = _checked(sent.photos)
    if sent.replaces:
        own_samples.require_enough_instead(person, purposes, len({look.digest for look in looks}))
    jpegs = [cleaned(photo, most=settings.MAX_PHOTO_BYTES) for photo in sent.photos]
    match, lookalikes = comparing.matches(person, purposes, looks), Lookalikes()
    lookalikes.load(purposes)
    alike = comparing.others_like(person, purposes, looks, lookalikes)
    with transaction.atomic():
        samples.lock(person, purposes)
        _take_back_what_waits(person)
        change = PhotoChange.objects.create(
            person=person,
            purposes=purposes,
            replaces=sent.replaces,
            source=sent.source,
            matches=match,
            lookalikes=alike,
        )
        access_log.record("own_photos_sent", actor=person, person=person, purposes=purposes, photos=len(looks))
        if settings.OWN_PHOTOS_AT_ONCE and match and not alike:
            apply(change, looks, lookalikes, by=person)
            close(change, State.ACCEPTED, by=None)
        else:
            PHOTOS.keep(change, jpegs)
            telling.staff(change)
    return change


@transaction.atomic
def withdraw(person: User) -> None:
    """Twice is harmless. The photos that were sent are deleted."""
    _take_back_what_waits(person)


def count_frame(person: User) -> None:
    """Refused `too_many_tries`."""
    if throttle.count(f"own-frames:{person.pk}", window=60) > FRAMES:
        raise _too_many(60)


def _take_back_what_waits(person: User) -> None:
    for change in PhotoChange.objects.select_for_update().filter(person=person, state=State.WAITING):
        close(change, State.WITHDRAWN, by=person)


def _checked(photos: list[Photo]) -> list[PhotoCheck]:
    if not photos:
        raise Refused("no_photos", _("Choose at least one photo."))
    if len(photos) > MOST_PHOTOS:
        raise Refused("too_many_photos", _("Too many photos. The most: %(most)s.") % {"most": MOST_PHOTOS})
    looks = look_at(photos)
    for look in looks:
        if not look.good:
            raise Refused("bad_photo", f"{look.name}: {look.reason}", details={"code": look.code})
    return looks


def _too_many(seconds: int) -> Refused:
    words = _("Too many attempts. Wait a while, then try again.")
    return Refused("too_many_tries", words, status=429, details={"seconds": seconds})
