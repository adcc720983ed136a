"""Signing in with an id number, and permissions that follow from the role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from accounts.roles import PERMISSIONS, Role


class RoleBackend(ModelBackend):
    """Django's own password check; permissions come from `accounts.roles`, groups may add to them."""

    def user_can_authenticate(self, user: Any) -> bool:
        return super().user_can_authenticate(user) and user.may_sign_in

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        if user_obj.role == Role.ADMINISTRATOR or perm in PERMISSIONS[user_obj.role]:
            return True
        return super().has_perm(user_obj, perm, obj)

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        if not user_obj.is_active or user_obj.is_anonymous:
            return False
        if user_obj.role == Role.ADMINISTRATOR:
            return True
        prefix = app_label + "."
        return any(perm.startswith(prefix) for perm in PERMISSIONS[user_obj.role]) or super().has_module_perms(
            user_obj, app_label
        )
