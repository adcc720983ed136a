"""Someone says "not me", or "not this person": what was recorded is set right or for review, and learned from.

The one door for the kiosk, the class roll, the review queue, the sightings and the API.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.webhooks import outbox
from config.errors import Refused
from config.web import throttle
from recognition.faces import access_log
from recognition.models import ImpostorExample, Sighting, StationDevice
from recognition.sightings import impostor_examples
from recognition.sightings.decisions import Denial
from recognition.sightings.webhook_kinds import DENIED
from recognition.stations.app.station_app import app_of

log = logging.getLogger("ostiary.identity")

JUST_NOW = timedelta(seconds=60)  # after a greeting the kiosk still knows whom it greeted
BY_THEMSELF = 10  # reports of one person about their own sightings, in WINDOW s
AT_A_KIOSK, ABOUT_SOMEBODY, WINDOW = 6, 3, 3600  # reports from one kiosk, and about one person there, in WINDOW s
NOT_HERE = 30  # s that the station does not give this name again, whether or not anything was learned


def deny(sighting: Sighting, *, source: str, by: User | None, sure: bool) -> ImpostorExample | None:
    """Set right what followed from a sighting, or for review, and keep its look as an impostor example where it may be.

    All or nothing. Refused `not_by_face`, `nobody_named`, `too_many_attempts`, or what the purpose's app says.
    """
    if sighting.person is None:
        raise Refused("nobody_named", _("This sighting names no one, so there is nothing to report."), status=409)
    if "lane" in sighting.record:
        words = _("This was a card or a PIN, not a face. If it was misused, please tell the staff.")
        raise Refused("not_by_face", words, status=409)
    if source == ImpostorExample.Source.SELF and by is not None:
        _limit(f"denial:self:{by.pk}", BY_THEMSELF)
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=sighting.person.pk)
        access_log.record("look_denied", actor=by, person=person, station=sighting.station.slug, source=source)
        _tell_purpose(sighting, source=source, by=by, sure=sure)
        _emit(sighting, person, source)
        example = impostor_examples.learn_from(sighting, source=source, by=by)
    if timezone.now() - sighting.at < JUST_NOW:
        _say_no_more(sighting.station.slug, person.pk)
    return example


def _emit(sighting: Sighting, person: User, source: str) -> None:
    station = sighting.station
    facts = {"id": sighting.pk, "station": station.slug, "purpose": station.purpose, "source": str(source)}
    outbox.emit(DENIED.code, facts, person=person)


def at_kiosk(device: StationDevice, person_id: int) -> ImpostorExample | None:
    """“Not me”, pressed right after a greeting by anyone at the station. No one has signed in, so it is set for
    review.

    Refused `too_many_attempts`, `nothing_to_deny`, or as `deny`.
    """
    _limit(f"denial:{device.pk}", AT_A_KIOSK)
    seen = Sighting.objects.filter(
        station=device.station, person_id=person_id, at__gte=timezone.now() - JUST_NOW, record__lane__isnull=True
    )
    sighting = seen.select_related("station", "person").order_by("-at", "-pk").first()
    if sighting is None:
        raise Refused("nothing_to_deny", _("That was too long ago. Please tell the staff."), status=409)
    _limit(f"denial:{device.pk}:{person_id}", ABOUT_SOMEBODY)
    return deny(sighting, source=ImpostorExample.Source.KIOSK, by=None, sure=False)


def not_here(slug: str) -> frozenset[int]:
    """People whose name this station was told, a moment ago, to be wrong."""
    try:
        known = cache.get(_key(slug)) or {}
    except Exception:  # a cache that is away keeps no one from being recognised
        log.warning("The reported names of station %s cannot be read", slug, exc_info=True)
        return frozenset()
    now = timezone.now().timestamp()
    return frozenset(int(person) for person, until in known.items() if until > now)


def _say_no_more(slug: str, person: int) -> None:
    until = timezone.now().timestamp() + NOT_HERE
    known = {str(one): until for one in not_here(slug)} | {str(person): until}
    cache.set(_key(slug), known, NOT_HERE)


def _key(slug: str) -> str:
    return f"denied:{slug}"


def _tell_purpose(sighting: Sighting, *, source: str, by: User | None, sure: bool) -> None:
    later = Sighting.objects.filter(station=sighting.station, person=sighting.person, at__gt=sighting.at)
    denial = Denial(
        sighting=sighting.pk,
        station=sighting.station.slug,
        person_id=sighting.person_id or 0,
        at=sighting.at,
        until=later.order_by("at").values_list("at", flat=True).first(),
        source=source,
        by=by.pk if by else None,
        sure=sure,
    )
    app_of(sighting.station.purpose).on_denied(denial)


def _limit(key: str, most: int) -> None:
    if throttle.count(key, window=WINDOW) > most:
        words = _("This was reported too often here. Please tell the staff.")
        raise Refused("too_many_attempts", words, status=429)
