"""Who looks at the lockers in the Django admin, where rows are not told apart by bank."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from config.web.admin.rights import ReadOnlyAdmin
from lockers.rules.visibility import sees_every_bank


class EveryBankAdmin(ReadOnlyAdmin):
    """For officers of every bank, and administrators. The others have the officers' pages, which show their banks."""

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and of_every_bank(request)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return super().has_module_permission(request) and of_every_bank(request)


def of_every_bank(request: HttpRequest) -> bool:
    """Asked once for each request: the admin's first page asks for each kind of row."""
    known = getattr(request, "_of_every_bank", None)
    if known is None:
        known = sees_every_bank(request.user)
        request._of_every_bank = known  # type: ignore[attr-defined]
    return bool(known)
