"""The guest register's part of the home page: who is expected, who is still here, and a running evacuation list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.ops.registries.home_parts import CardRow, Figure, HomeCard, Need
from visitors.evacuation import roll_calls
from visitors.models import GuestVisit
from visitors.register import day
from visitors.register.rights import is_host, may_marshal, may_receive

MOST = 5  # rows of a card


def parts(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    if may_marshal(person) and (running := roll_calls.running()):
        url = reverse("visitors:roll_call", args=[running.pk])
        yield Need(1, _("An evacuation list is running"), url, tone="error", counted=False)
    if may_receive(person):
        yield _stayed(now)
        yield _desk(now)
    elif is_host(person) and (rows := list(day.of_host(person, now)[:MOST])):
        yield HomeCard(_("My visitors today"), reverse("visitors:mine"), rows=[_row(guest) for guest in rows])


def _stayed(now: datetime) -> Need:
    """Signed in before today: they have hardly stayed all night."""
    n = GuestVisit.objects.inside().filter(arrived_at__lt=day.begin_of(now)).count()
    words = ngettext("visitor not signed out since yesterday", "visitors not signed out since yesterday", n)
    return Need(n, words, reverse("visitors:desk"))


def _desk(now: datetime) -> HomeCard:
    expected, inside = day.expected(now), GuestVisit.objects.inside()
    desk = reverse("visitors:desk")
    return HomeCard(
        title=_("Visitors today"),
        url=desk,
        figures=[Figure(inside.count(), _("inside"), desk), Figure(expected.count(), _("expected"), desk)],
        rows=[_row(guest) for guest in expected.filter(expected_at__gte=now - timedelta(hours=2))[:MOST]],
        empty=_("No more visitors are expected today."),
    )


def _row(guest: GuestVisit) -> CardRow:
    at = guest.arrived_at or guest.expected_at
    host = guest.host.get_full_name() if guest.host else ""
    note = " · ".join(part for part in (f"{timezone.localtime(at):%H:%M}" if at else "", guest.company, host) if part)
    badge = _("inside") if guest.is_inside else ""
    return CardRow(guest.name, reverse("visitors:mine") + f"#guest-{guest.pk}", note, badge, "success" if badge else "")
