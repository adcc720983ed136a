"""The register of one day: who is expected, inside, and gone."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from visitors.models import GuestVisit


def begin_of(now: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(now), time.min))


def end_of(now: datetime) -> datetime:
    return timezone.make_aware(datetime.combine(timezone.localdate(now) + timedelta(days=1), time.min))


def expected(now: datetime) -> QuerySet[GuestVisit]:
    today = Q(expected_at__gte=begin_of(now), expected_at__lt=end_of(now))
    return _with_host(GuestVisit.objects.expected().filter(today)).order_by("expected_at", "pk")


def inside() -> QuerySet[GuestVisit]:
    """Also those who were never signed out, however long ago they came."""
    return _with_host(GuestVisit.objects.inside()).order_by("arrived_at", "pk")


def left(now: datetime) -> QuerySet[GuestVisit]:
    return _with_host(GuestVisit.objects.filter(left_at__gte=begin_of(now), left_at__lt=end_of(now))).order_by(
        "-left_at"
    )


def of_host(host: User, now: datetime) -> QuerySet[GuestVisit]:
    """Today's, and those who are still here."""
    today = Q(expected_at__gte=begin_of(now), expected_at__lt=end_of(now), cancelled_at=None)
    here = Q(arrived_at__isnull=False, left_at=None)
    found = GuestVisit.objects.filter(today | here | Q(arrived_at__gte=begin_of(now)), host=host)
    return _with_host(found).order_by("left_at", "expected_at", "pk")


def everyone(now: datetime) -> QuerySet[GuestVisit]:
    """All of today's register: expected, inside, and gone; for the API."""
    begin, end = begin_of(now), end_of(now)
    today = Q(expected_at__gte=begin, expected_at__lt=end) | Q(arrived_at__gte=begin) | Q(left_at__gte=begin)
    return _with_host(GuestVisit.objects.filter(today | Q(arrived_at__isnull=False, left_at=None)))


def _with_host(found: Any) -> QuerySet[GuestVisit]:
    guests: QuerySet[GuestVisit] = found.select_related("host")
    return guests
