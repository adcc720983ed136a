"""What is kept for a while only."""

from __future__ import annotations

import datetime

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string
from knox.models import AuthToken

from accounts.models import User
from recognition import drafts
from recognition.erasure import erase_person
from recognition.models import PairingCode, Sighting

AT_ONCE = 5000  # rows a statement, so that a station never waits long for the database


def purge_expired(*, now: datetime.datetime | None = None) -> dict[str, int]:
    """Delete what the privacy notices promise not to keep, and what can no longer be used.

    Old sightings, the faces of people whose membership has ended, pairing codes, uploads that nobody confirmed,
    ended sessions and tokens, who tried to sign in from where, and what the other apps say (settings.PURGES).
    """
    now = now or timezone.now()
    kept_since = now - datetime.timedelta(days=settings.SIGHTING_DAYS)
    return {
        "ended_memberships": _erase_ended(timezone.localdate(now)),
        "sightings": _delete(Sighting.objects.filter(at__lt=kept_since)),
        "pairing_codes": _delete(PairingCode.objects.filter(expires_at__lt=now)),
        "drafts": drafts.purge(now=now),
        "sessions": _delete(Session.objects.filter(expire_date__lt=now)),
        "tokens": _delete(AuthToken.objects.filter(expiry__lt=now)),
        "sign_ins": sum(
            _delete(log.objects.filter(attempt_time__lt=kept_since))
            for log in (AccessAttempt, AccessFailureLog, AccessLog)
        ),
        **_of_other_apps(now),
    }


def _of_other_apps(now: datetime.datetime) -> dict[str, int]:
    """How many rows of what the other apps deleted."""
    purged: dict[str, int] = {}
    for path in settings.PURGES:
        purged |= import_string(path)(now)
    return purged


def _erase_ended(today: datetime.date) -> int:
    ended = User.objects.filter(valid_until__lt=today)
    people = list(ended.filter(Q(face_samples__isnull=False) | Q(consents__standing=True)).distinct())
    for person in people:
        erase_person(person, by=None)
    return len(people)


def _delete(rows: models.QuerySet[models.Model]) -> int:
    total = 0
    while pks := list(rows.order_by("pk").values_list("pk", flat=True)[:AT_ONCE]):
        rows.model._default_manager.filter(pk__in=pks).delete()
        total += len(pks)
    return total
