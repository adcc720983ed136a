"""Who may open these pages, and whom they act for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from accounts.consent.consent import standing_purposes
from accounts.models import User
from accounts.roles import Purpose
from recognition.faces.permissions import purposes_for

View = Callable[..., HttpResponse]


def for_enrolling_staff(view: View) -> View:
    """Only roles that enrol for some purpose. Nothing of these pages stays in a cache."""

    @login_required
    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not (request.user.has_perm("recognition.add_facesample") and purposes_for(staff(request))):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


def staff(request: HttpRequest) -> User:
    return cast(User, request.user)


def agreed_purposes(request: HttpRequest, person: User) -> list[Purpose]:
    """What this member of staff may enrol this person for, in the order of `Purpose`."""
    allowed = standing_purposes(person) & purposes_for(staff(request))
    return [purpose for purpose in Purpose if purpose.value in allowed]
