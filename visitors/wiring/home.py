"""The guest register's part of the home page: who is expected, who is still here, and a running evacuation list."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
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
MOST_COUNTED = 500  # who are expected on one day
LATE = timedelta(hours=2)  # who is later than that is not among the next


def parts(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    if may_marshal(person) and (running := roll_calls.running()):
        url = reverse("visitors:roll_call", args=[running.pk])
        yield Need(1, _("An evacuation list is running"), url, tone="error", counted=False)
    if may_receive(person):
        yield from _reception(now)
    elif is_host(person) and (rows := list(day.of_host(person, now)[:MOST])):
        mine = reverse("visitors:mine")
        yield HomeCard(_("My visitors today"), mine, rows=[_row(guest, mine) for guest in rows])


def _reception(now: datetime) -> Iterator[Need | HomeCard]:
    expected, begin, desk = day.expected(now), day.begin_of(now), reverse("visitors:desk")
    stayed = Count("pk", filter=Q(arrived_at__lt=begin))
    inside = GuestVisit.objects.inside().aggregate(all=Count("pk"), stayed=stayed)
    n = inside["stayed"]
    words = ngettext("visitor not signed out since yesterday", "visitors not signed out since yesterday", n)
    yield Need(n, words, desk)
    waiting = list(expected[:MOST_COUNTED])
    yield HomeCard(
        title=_("Visitors today"),
        url=desk,
        figures=[Figure(inside["all"], _("inside"), desk), Figure(len(waiting), _("expected"), desk)],
        rows=[_row(guest, desk) for guest in waiting if guest.expected_at and guest.expected_at > now - LATE][:MOST],
        empty=_("No more visitors are expected today."),
    )


def _row(guest: GuestVisit, page: str) -> CardRow:
    at = guest.arrived_at or guest.expected_at
    host = guest.host.get_full_name() if guest.host else ""
    note = " · ".join(part for part in (f"{timezone.localtime(at):%H:%M}" if at else "", guest.company, host) if part)
    badge = _("inside") if guest.is_inside else ""
    return CardRow(guest.name, f"{page}#guest-{guest.pk}", note, badge, "success" if badge else "")
