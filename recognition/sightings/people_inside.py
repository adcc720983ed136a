"""Whom a station has recognised today, for an evacuation list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.ops.registries.people_inside import PersonInside
from recognition.models import Sighting, Station


def inside(now: datetime) -> Iterator[PersonInside]:
    """Each person at each station once, in three queries: a camera may have seen someone hundreds of times."""
    today = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    seen = Sighting.objects.filter(
        outcome=Sighting.Outcome.RECOGNISED, at__gte=today, at__lte=now, person__isnull=False
    )
    latest = list(seen.order_by().values("person", "station").annotate(last=Max("at")))
    people = User.objects.in_bulk({row["person"] for row in latest})
    places = dict(Station.objects.values_list("pk", "name"))
    for row in latest:
        if (person := people.get(row["person"])) is None:
            continue
        place = places.get(row["station"], "")
        yield PersonInside(
            name=person.get_full_name(),
            seen_at=row["last"],
            place=place,
            how=_("recognised at %(place)s") % {"place": place},
            person=person.pk,
            number=person.id_number,
        )
