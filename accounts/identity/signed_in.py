"""Who is asking."""

from __future__ import annotations

from typing import cast

from django.http import HttpRequest

from accounts.models import User


def asker(request: HttpRequest) -> User:
    """The person signed in; only for views and admin pages that no one else reaches."""
    return cast(User, request.user)
