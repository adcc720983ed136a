"""Guests who are signed in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from config.ops.registries.people_inside import PersonInside
from visitors.models import GuestVisit


def inside(now: datetime) -> Iterator[PersonInside]:
    for guest in GuestVisit.objects.inside().select_related("host"):
        assert guest.arrived_at is not None  # noqa: S101  by the filter
        host = guest.host.get_full_name() if guest.host else ""
        yield PersonInside(
            name=guest.name,
            seen_at=guest.arrived_at,
            place=guest.place or _("Visitors"),
            how=_("visitor of %(host)s, signed in") % {"host": host} if host else _("visitor, signed in"),
            number=f"#{guest.badge}",
            guest=guest.pk,
        )
