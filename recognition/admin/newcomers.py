"""Invitations, newcomers and new photos, for administrators to read. They are decided on pages of their own."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from config.web.admin.rights import ReadOnlyAdmin
from recognition.models import Invitation, Newcomer, PhotoChange


class _ForAdministrators(ReadOnlyAdmin):
    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(request.user.is_authenticated and request.user.is_administrator)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)


@admin.register(Invitation)
class InvitationAdmin(_ForAdministrators):
    list_display = ("label", "role", "department", "used", "uses", "expires_at", "revoked_at", "made_by")
    list_filter = ("role", "expires_at", ("revoked_at", admin.EmptyFieldListFilter))
    list_select_related = ("department", "made_by")
    search_fields = ("label",)
    exclude = ("code_hash",)


@admin.register(Newcomer)
class NewcomerAdmin(_ForAdministrators):
    list_display = ("first_name", "last_name", "id_number", "email", "state", "made_at", "decided_by", "reason")
    list_filter = ("state", "made_at")
    list_select_related = ("decided_by",)
    search_fields = ("first_name", "last_name", "id_number", "email")


@admin.register(PhotoChange)
class PhotoChangeAdmin(_ForAdministrators):
    list_display = ("person", "purposes", "replaces", "matches", "state", "made_at", "decided_by", "reason")
    list_filter = ("state", "replaces", "made_at")
    list_select_related = ("person", "decided_by")
    search_fields = ("person__id_number", "person__first_name", "person__last_name")
