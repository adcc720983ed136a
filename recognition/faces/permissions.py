"""Whose faces may this member of staff enrol and see? The same answer for pages, admin and API."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import ENROLS_FOR
from config.errors import Refused
from recognition.models import FaceSample


def purposes_for(user: User) -> frozenset[str]:
    """The purposes that the role serves; none for teachers, members and people who have left."""
    return ENROLS_FOR.get(user.role, frozenset()) if user.is_active else frozenset()


def samples_for(user: User) -> QuerySet[FaceSample]:
    """The photos that serve a purpose of this person's role."""
    return FaceSample.objects.filter(uses__purpose__in=purposes_for(user)).distinct()


def require_may_enrol(user: User | None, purposes: Iterable[str]) -> None:
    """Refused `not_allowed` unless the role serves every purpose. A command (None) may do everything."""
    if user is not None and not set(purposes) <= purposes_for(user):
        raise Refused("not_allowed", _("Your role cannot enrol faces for this purpose."), status=403)
