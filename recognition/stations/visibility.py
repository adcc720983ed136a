"""Which stations a member of staff may see, and which live pictures. Asked by pages, sockets and API alike."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from accounts.roles import ENROLS_FOR, Purpose, Role
from config.live.news import STAFF_GROUP
from recognition.models import Station

DEMO_SLUG = "demo"
TRY_IT_SLUG = "try-it"  # the demo's station for visitors with a webcam
DEMO_PICTURES = "demo.pictures"  # the group that hears of each picture of the demo station

# Purposes whose stations a role sees beyond those it enrols for. Names, never pictures.
_SEES_TOO: dict[str, frozenset[str]] = {Role.TEACHER: frozenset({Purpose.ATTENDANCE})}


def staff_group(purpose: str) -> str:
    """Everyone who may see stations of this purpose listens here: the permission is the group."""
    return f"{STAFF_GROUP}.{purpose}"


def purposes_seen_by(user: Any) -> frozenset[str]:
    if not user.is_authenticated or not user.has_perm("recognition.view_station"):
        return frozenset()
    return ENROLS_FOR.get(user.role, frozenset()) | _SEES_TOO.get(user.role, frozenset())


def stations_seen_by(user: Any) -> QuerySet[Station]:
    return Station.objects.filter(purpose__in=purposes_seen_by(user), active=True)


def may_watch(user: Any, station: Station) -> bool:
    """A live picture shows faces, so it is for those who may see the faces of its purpose."""
    if is_public_demo(station.slug):
        return True
    return station.purpose in purposes_seen_by(user) & ENROLS_FOR.get(getattr(user, "role", ""), frozenset())


def is_public_demo(slug: str) -> bool:
    """The one station that everyone may watch, and only on a machine that is a demonstration."""
    return bool(settings.DEMO) and slug == DEMO_SLUG
