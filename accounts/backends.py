"""Signing in with an id number, and permissions that follow from the role."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.utils.translation import gettext as _

from accounts.credentials import passwords
from accounts.models import User
from accounts.roles import PERMISSIONS, Role
from config.errors import Refused


class RoleBackend(ModelBackend):
    """The password within the limits of `accounts.credentials.passwords`; permissions come from `accounts.roles`,
    groups add."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """None for a wrong one. Refused `sign_in_locked`; `not_valid_today` only to who knows the password."""
        said = kwargs.get(User.USERNAME_FIELD) if username is None else username
        if said is None or password is None:
            return None
        person = User.objects.filter(id_number=said).first() if "\x00" not in said else None
        if not passwords.compare(person, said, password, request) or person is None:
            return None
        if not self.user_can_authenticate(person):
            words = _("Your access is not valid today. Please ask the administration.")
            raise Refused("not_valid_today", words, status=403)
        return person

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
