"""Who is trying it: people of the demo with an invented number, no password, no PIN and no card, who are soon deleted.

A visitor is enrolled for the reception alone, so no class, no library and no locker ever knows them.
"""

from __future__ import annotations

import logging
import re
import secrets
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.consent.consent import give_consent
from accounts.models import User
from accounts.people.lifecycle import delete_person
from accounts.roles import Purpose, Role
from config.errors import Refused
from config.ops.jobs.steps import for_each
from config.web import throttle
from recognition.demo.try_it import stages
from recognition.demo.try_it.stages import LIVES
from recognition.enrol.enrolment import Enrolment, Photo, enrol
from recognition.models import FaceSample

log = logging.getLogger("ostiary.demo")

PURPOSE = Purpose.RECEPTION
PREFIX = "try-it-"
IS_ONE = re.compile(rf"{PREFIX}[0-9a-f]{{24}}")
AT_ONCE = 4  # visitors: their pictures share two cores with the stations
BEGINNINGS, WINDOW = 12, 3600  # from one address, and the seconds in which they count
MOST_PHOTOS = 10
SALT = "recognition.try_it"


def begin(name: str, *, agrees: bool, address: str) -> User:
    """A new visitor, whose consent is on record. Refused `no_consent`, `too_many_attempts`, `too_many_visitors`."""
    if not agrees:
        raise Refused("no_consent", _("Nothing was started, because you have not agreed. Tick the box if you agree."))
    if throttle.so_far(f"try-it:{address}") >= BEGINNINGS:
        words = _("This was started too often from your network. Please try again in an hour.")
        raise Refused("too_many_attempts", words, status=429)
    purge(timezone.now())
    if visitors().count() >= AT_ONCE:
        words = _("Other visitors are using the demo at the moment. Please try again in a few minutes.")
        raise Refused("too_many_visitors", words, status=429)
    throttle.count(f"try-it:{address}", window=WINDOW)
    return _created(" ".join(name.split())[:40])


@transaction.atomic
def _created(name: str) -> User:
    number = PREFIX + secrets.token_hex(12)
    visitor = User.objects.create_user(
        number, first_name=name or _("Visitor"), role=Role.MEMBER, affiliation=User.Affiliation.VISITOR
    )
    give_consent(visitor, PURPOSE, by=visitor)
    return visitor


def token_of(visitor: User) -> str:
    """What the visitor's browser keeps. It opens these pages and nothing else."""
    return signing.dumps(visitor.id_number, salt=SALT)


def of(token: str) -> User | None:
    """The visitor whose browser shows this; None when it is no one's, too old, or they were deleted."""
    try:
        number = signing.loads(token, salt=SALT, max_age=LIVES)
    except signing.BadSignature:
        return None
    return visitors().filter(id_number=number, date_joined__gt=timezone.now() - LIVES).first()


def visitors() -> QuerySet[User]:
    return User.objects.filter(id_number__regex=rf"^{IS_ONE.pattern}$", role=Role.MEMBER)


def photographed(visitor: User, photos: list[Photo]) -> Enrolment:
    """Enrol them from these photos. Refused as `enrol`, and `too_many_photos`."""
    kept = FaceSample.objects.filter(person=visitor).count()
    if kept + len(photos) > MOST_PHOTOS:
        raise Refused("too_many_photos", _("You have enough photos. Go on to the greeting."), status=409)
    return enrol(visitor, photos, purposes=[PURPOSE], by=None, source=FaceSample.Source.WEBCAM)


def photos_of(visitor: User) -> int:
    return FaceSample.objects.filter(person=visitor).count()


def delete(visitor: User) -> None:
    """Person, photos, templates, sightings, consents: at once. What watched them in memory is forgotten first."""
    stages.forget(visitor.pk)
    delete_person(visitor, by=None)
    stages.forget(visitor.pk)  # a frame that was under way may have begun a new one


def purge(now: datetime) -> int:
    """Delete anyone who has been here for half an hour (recognition/management/jobs.py); how many. Nothing to do on a
    real site."""
    if not settings.DEMO:
        return 0
    return _delete_all(visitors().filter(date_joined__lte=now - LIVES))


def purge_all() -> int:
    """At a start of the demo: anyone who was trying it is gone."""
    return _delete_all(visitors())


def _delete_all(rows: QuerySet[User]) -> int:
    return len(for_each(delete, list(rows)))
