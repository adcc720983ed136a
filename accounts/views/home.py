"""The accounts' part of the home page: the people of the site in numbers, and what one may still decide oneself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.credentials import lost_cards
from accounts.models import User
from accounts.roles import Role
from config.ops.registries.home_parts import Figure, HomeCard, Need, OneClick

MOST = 100  # lost cards that are counted
SOON = timedelta(days=14)  # before a membership ends
NEW = timedelta(days=7)


def parts(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    if person.is_staff and person.has_perm("accounts.view_user"):
        yield from _people(person, now)
    if person.role == Role.MEMBER and not person.pin:
        words = _("Choose a PIN, for when a camera does not know you")
        yield Need(1, words, reverse("accounts:pin"), tone="info", counted=False)


def _lost_cards(person: Any) -> Iterator[Need]:
    if not person.is_administrator:
        return
    rows = list(lost_cards.waiting().values_list("person_id", flat=True)[:MOST])
    one = len(rows) == 1
    page = reverse("accounts:person", args=rows) if one else reverse("admin:accounts_lostcard_changelist")
    yield Need(len(rows), ngettext("card reported lost", "cards reported lost", len(rows)), page)


def _people(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    day, page = timezone.localdate(now), reverse("admin:accounts_user_changelist")
    is_here = Q(is_active=True) & (Q(valid_until=None) | Q(valid_until__gte=day))
    ends = Q(is_active=True, valid_until__range=(day, day + SOON))
    counts = User.objects.aggregate(
        here=Count("pk", filter=is_here),
        new=Count("pk", filter=Q(date_joined__gte=now - NEW)),
        ends=Count("pk", filter=ends),
    )
    yield from _lost_cards(person)
    n = counts["ends"]
    words = ngettext("membership ends within 14 days", "memberships end within 14 days", n)
    span = f"?valid_until__gte={day}&valid_until__lte={day + SOON}&is_active__exact=1"
    yield Need(n, words, page + span, tone="info")
    add = [OneClick(_("Add a person"), reverse("accounts:new_person"), post=False)]
    yield HomeCard(
        title=_("People"),
        url=page,
        figures=[Figure(counts["here"], _("people"), page), Figure(counts["new"], _("new this week"), page)],
        acts=add if person.has_perm("accounts.add_user") else (),
    )
