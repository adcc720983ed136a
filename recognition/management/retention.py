"""What is kept for a while only."""

from __future__ import annotations

import datetime
import logging
from collections.abc import Callable
from functools import partial

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from knox.models import AuthToken

from accounts.models import User
from accounts.webhooks import retention
from config.delivery.purging import delete_in_pieces
from config.errors import Refused
from config.ops.databases.sqlite import rewrite
from config.ops.jobs.steps import for_each
from config.ops.registries.purges import PURGES
from recognition.enrol import drafts
from recognition.faces.erasure import erase_person
from recognition.models import KeptLook, PairingCode, Sighting, WayCount
from recognition.sightings import impostor_examples
from recognition.sightings.kept_looks import expired

log = logging.getLogger("ostiary.retention")

COUNTED = datetime.timedelta(days=400)  # a year and a term, to compare with


def purge_expired(*, now: datetime.datetime | None = None) -> dict[str, int]:
    """Delete what the privacy notices promise not to keep, and what can no longer be used.

    Old sightings, the faces of people whose membership has ended, pairing codes, uploads that no one confirmed,
    ended sessions and tokens, who tried to sign in from where, and what the other apps say
    (config.ops.registries.purges).
    One part that breaks keeps none of the others. Refused `not_all_purged` afterwards.
    """
    purged, broken = _purged(now or timezone.now())
    rewrite()
    if broken:
        words = _(
            "Not everything was deleted, because %(parts)s failed. See the log for the reason, then run purge_expired "
            "again."
        )
        raise Refused("not_all_purged", words % {"parts": ", ".join(broken)}, status=500)
    return purged


def _purged(now: datetime.datetime) -> tuple[dict[str, int], list[str]]:
    """How many rows of what were deleted, and which parts failed."""
    purged, broken = dict[str, int](), list[str]()
    for name, part in _parts(now).items():
        try:
            found = part()
            purged |= found if isinstance(found, dict) else {name: found}
        except Exception:
            log.exception("Purging %s failed; the others continue", name)
            broken.append(name)
    return purged, broken


def _parts(now: datetime.datetime) -> dict[str, Callable[[], int | dict[str, int]]]:
    kept_since = now - datetime.timedelta(days=settings.SIGHTING_DAYS)
    return {
        "ended_memberships": lambda: _erase_ended(timezone.localdate(now)),
        "sightings": lambda: _sightings(kept_since),
        "kept_looks": lambda: delete_in_pieces(KeptLook.objects.filter(created_at__lt=expired(now))),
        "impostor_examples": lambda: impostor_examples.purge(now),
        "way_counts": lambda: delete_in_pieces(WayCount.objects.filter(day__lt=timezone.localdate(now) - COUNTED)),
        "pairing_codes": lambda: delete_in_pieces(PairingCode.objects.filter(expires_at__lt=now)),
        "drafts": lambda: drafts.purge(now=now),
        "sessions": lambda: delete_in_pieces(Session.objects.filter(expire_date__lt=now)),
        "tokens": lambda: delete_in_pieces(AuthToken.objects.filter(expiry__lt=now)),
        "sign_ins": lambda: sum(
            delete_in_pieces(log.objects.filter(attempt_time__lt=kept_since))
            for log in (AccessAttempt, AccessFailureLog, AccessLog)
        ),
        **{name: partial(purge, now) for name, purge in PURGES.items()},
    }


def _sightings(before: datetime.datetime) -> int:
    """With what other systems were told of them."""
    retention.forget("sighting", before)
    return delete_in_pieces(Sighting.objects.filter(at__lt=before))


def _erase_ended(today: datetime.date) -> int:
    ended = User.objects.filter(valid_until__lt=today)
    people = list(ended.filter(Q(face_samples__isnull=False) | Q(consents__standing=True)).distinct())
    erased = len(for_each(lambda person: erase_person(person, by=None), people))
    if erased < len(people):
        raise RuntimeError(f"{len(people) - erased} people could not be erased")
    return erased
