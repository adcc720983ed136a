"""Who may do what with guests: the same answer for pages, API, search and menu."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from visitors.models import GuestVisit

RECEIVE = "visitors.receive"
MARSHAL = "visitors.marshal"


def hosts() -> QuerySet[User]:
    """Who works here and may have guests: employees, and everyone with a role."""
    works_here = Q(affiliation=User.Affiliation.EMPLOYEE) | ~Q(role=Role.MEMBER)
    return User.objects.get_queryset().valid_on(timezone.localdate()).filter(works_here)


def is_host(user: Any) -> bool:
    if not user.is_authenticated or not user.may_sign_in:
        return False
    return bool(user.affiliation == User.Affiliation.EMPLOYEE or user.role != Role.MEMBER)


def may_receive(user: Any) -> bool:
    """Administrators, and those whom a group gives the right: the reception."""
    return bool(user.is_authenticated and user.has_perm(RECEIVE))


def may_marshal(user: Any) -> bool:
    """Everyone with a role, and the reception: in an emergency the list must not wait for one person."""
    return bool(user.is_authenticated and (user.has_perm(MARSHAL) or user.has_perm(RECEIVE)))


def guests_for(user: Any) -> QuerySet[GuestVisit]:
    """All for the reception, one's own for a host."""
    if may_receive(user):
        return GuestVisit.objects.all()
    return GuestVisit.objects.filter(host=user) if is_host(user) else GuestVisit.objects.none()
