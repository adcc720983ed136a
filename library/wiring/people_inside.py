"""Whom the library knows of today, for an evacuation list: who is inside, and who has left it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from config.ops.registries.people_inside import PersonInside
from library.models import Visit


def inside(now: datetime) -> Iterator[PersonInside]:
    """Someone who has left the library may still be in the house: they were seen at its exit."""
    today = timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))
    visits = Visit.objects.filter(Q(left_at=None) | Q(left_at__gte=today), person__isnull=False)
    for visit in visits.select_related("person"):
        assert visit.person is not None  # noqa: S101  by the filter
        yield PersonInside(
            name=visit.person.get_full_name(),
            seen_at=visit.left_at or visit.entered_at,
            place=_("Library"),
            how=_("left the library") if visit.left_at else _("entered the library, and has not left it"),
            person=visit.person.pk,
            number=visit.person.id_number,
        )
