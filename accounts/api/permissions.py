"""The rules of `accounts.roles`, asked by API views."""

from __future__ import annotations

from typing import Any, cast

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.models import User
from accounts.roles import ENROLS_FOR

SIGNED_IN = "signed in"
ADMINISTRATOR = "administrator"


def caller(request: Request) -> User:
    """The person who calls; only for views that refuse everyone unknown."""
    return cast(User, request.user)


def purposes_of(user: User) -> frozenset[str]:
    """The purposes whose faces and consents this person's role looks after."""
    return ENROLS_FOR.get(user.role, frozenset())


class ByRole(BasePermission):
    """A view says in `needs` what each action takes: a permission, ADMINISTRATOR, or SIGNED_IN where rows are scoped.

    An action without an entry is an error of ours, so it fails loudly and not open.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        if not request.user.is_authenticated:
            return False
        action: str | None = getattr(view, "action", None)
        if action in (None, "metadata"):  # a method that the address does not know, where 405 follows; or OPTIONS
            return True
        return _holds(caller(request), cast(Any, view).needs[action])


def _holds(user: User, needed: str) -> bool:
    if needed == SIGNED_IN:
        return True
    return user.is_administrator if needed == ADMINISTRATOR else user.has_perm(needed)
