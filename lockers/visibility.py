"""Whose lockers, attempts and openings may somebody see? The same answer for pages, API and admin."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from config.errors import Refused
from lockers.models import AccessAttempt, Assignment, Locker, Opening


def keeps_lockers(user: Any) -> bool:
    """Locker officers and administrators."""
    return bool(user.is_authenticated and user.may_sign_in and user.role in (Role.ADMINISTRATOR, Role.LOCKER_OFFICER))


def require_officer(by: User | None) -> None:
    """Refused `not_officer`. Commands pass None."""
    if by is not None and not keeps_lockers(by):
        raise Refused("not_officer", _("Only a locker officer may do this."), status=403)


def _mine(user: Any) -> Q:
    return Q(customer=user) | Q(joint_holders__person=user, joint_holders__open_slot=1)


def assignments_for(user: Any) -> QuerySet[Assignment]:
    """All of them for officers; for everybody else their own, and those in which they are joint holders."""
    if not user.is_authenticated:
        return Assignment.objects.none()
    rows = Assignment.objects.all()
    return rows if keeps_lockers(user) else rows.filter(_mine(user)).distinct()


def lockers_for(user: Any) -> QuerySet[Locker]:
    """All for officers; for everybody else those that they have now."""
    if not user.is_authenticated:
        return Locker.objects.none()
    if keeps_lockers(user):
        return Locker.objects.all()
    return Locker.objects.filter(assignments__in=assignments_for(user).filter(open_slot=1)).distinct()


def attempts_for(user: Any) -> QuerySet[AccessAttempt]:
    """All for officers; for everybody else what they tried themselves."""
    if not user.is_authenticated:
        return AccessAttempt.objects.none()
    return AccessAttempt.objects.all() if keeps_lockers(user) else AccessAttempt.objects.filter(person=user)


def openings_for(user: Any) -> QuerySet[Opening]:
    """All for officers; for everybody else those of their lockers, as long as those have been theirs."""
    if not user.is_authenticated:
        return Opening.objects.none()
    if keeps_lockers(user):
        return Opening.objects.all()
    seen = Q(pk__in=[])
    for mine in assignments_for(user).filter(open_slot=1):
        seen |= Q(locker=mine.locker_id, requested_at__gte=mine.assigned_at)
    return Opening.objects.filter(seen)
