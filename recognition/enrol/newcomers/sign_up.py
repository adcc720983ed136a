"""A newcomer signs up. Nothing here tells a stranger whether someone is known: an id number is compared by staff."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.consent.notices import current_notices
from accounts.mail.outbox import Letter, enqueue_all
from accounts.models import User
from accounts.roles import Role
from config.errors import Refused
from config.web import throttle
from recognition.enrol.newcomers import invitations, sealed_photos
from recognition.enrol.newcomers.mail_kinds import WAITS
from recognition.enrol.sealed_photos import cleaned
from recognition.faces.photo_checks import Photo, look_at
from recognition.models import Invitation, Newcomer

MOST_PHOTOS = 6
HOUR = 3600  # s
TRIES = 30  # wrong codes of one place in an hour
FRAMES = 600  # frames of one place in a minute, while the camera guides people
FRAMES_AT_ONCE = 8  # of all places in a second: the stations are looked after first
FORMS = 300  # forms of one place in an hour: a whole class may sit behind one address


@dataclass(frozen=True, slots=True)
class SignUp:
    """What a newcomer wrote."""

    first_name: str
    last_name: str
    id_number: str
    email: str
    purposes: Collection[str]
    photos: list[Photo]


def invited(code: str, place: str) -> Invitation:
    """Refused `invitation_over`, and `too_many_tries` (429) after too many wrong ones, whatever this one is."""
    key = f"join:{place}"
    if throttle.so_far(key) >= TRIES:
        raise _too_many()
    try:
        return invitations.find(code)
    except Refused:
        throttle.count(key, window=HOUR)
        raise


def count_form(place: str) -> None:
    """Refused `too_many_tries`: photos are looked at, and that is work."""
    if throttle.count(f"join-form:{place}", window=HOUR) > FORMS:
        raise _too_many()


def count_frame(place: str) -> None:
    """Refused `too_many_frames`: the photo can be taken by hand, and the form checks it."""
    of_place = throttle.count(f"join-frame:{place}", window=60)
    if of_place > FRAMES or throttle.count("join-frames", window=1) > FRAMES_AT_ONCE:
        words = _("Many people are signing up. Take the photo with the button.")
        raise Refused("too_many_frames", words, status=429, details={"seconds": 3})


def _too_many() -> Refused:
    words = _("Too many attempts from here. Try again in an hour.")
    return Refused("too_many_tries", words, status=429, details={"seconds": HOUR})


def sign_up(invitation: Invitation, said: SignUp) -> Newcomer:
    """Check the photos as enrolment does, then keep everything until staff decide.

    Refused `no_photos`, `too_many_photos`, `bad_photo` with the sentence of the first, `no_notice`, `invitation_over`.
    """
    notices = current_notices()
    if not set(said.purposes) <= notices.keys():
        raise Refused("no_notice", _("There is no privacy notice for this purpose yet. An administrator must add one."))
    photos = _checked(said.photos) if said.purposes else []
    with transaction.atomic():
        invitations.use(invitation)
        newcomer = Newcomer.objects.create(
            invitation=invitation,
            first_name=said.first_name,
            last_name=said.last_name,
            id_number=said.id_number,
            email=said.email,
            language=get_language() or "",
            agreed={purpose: notices[purpose].pk for purpose in said.purposes},
        )
        sealed_photos.keep(newcomer, photos)
        _tell_staff(newcomer)
    return newcomer


def _checked(photos: list[Photo]) -> list[bytes]:
    if not photos:
        raise Refused("no_photos", _("Add at least one photo of yourself, or agree to nothing that needs one."))
    if len(photos) > MOST_PHOTOS:
        raise Refused("too_many_photos", _("Too many photos. The most: %(most)s.") % {"most": MOST_PHOTOS})
    for look in look_at(photos):
        if not look.good:
            raise Refused("bad_photo", f"{look.name}: {look.reason}", details={"code": look.code})
    return [cleaned(photo, most=settings.MAX_PHOTO_BYTES) for photo in photos]


def _tell_staff(newcomer: Newcomer) -> None:
    about = {"name": newcomer.get_full_name(), "link": settings.SITE_URL + reverse("recognition:newcomers")}
    staff = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True)
    enqueue_all(WAITS.code, [Letter(f"{WAITS.code}:{newcomer.pk}:{one.pk}", about, one) for one in staff])
