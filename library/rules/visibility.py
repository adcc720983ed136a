"""Whose loans, holds and visits may a person see and keep? The same answer for pages, sockets, API and admin."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from accounts.roles import Role
from library.models import Fine, Hold, Loan


def keeps_library(user: Any) -> bool:
    """Librarians and administrators: those who sit at the desk."""
    return bool(user.is_authenticated and user.is_active and user.role in (Role.ADMINISTRATOR, Role.LIBRARIAN))


def loans_for(user: Any) -> QuerySet[Loan]:
    """All of them at the desk, one's own elsewhere. What was made anonymous is no one's."""
    if keeps_library(user):
        return Loan.objects.exclude(person=None)
    return Loan.objects.filter(person=user) if user.is_authenticated else Loan.objects.none()


def holds_for(user: Any) -> QuerySet[Hold]:
    if keeps_library(user):
        return Hold.objects.all()
    return Hold.objects.filter(person=user) if user.is_authenticated else Hold.objects.none()


def fines_for(user: Any) -> QuerySet[Fine]:
    return Fine.objects.filter(loan__in=loans_for(user))
