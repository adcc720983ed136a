"""Who is calling: a token of a service account, or the id number and password that obtain one."""

from __future__ import annotations

from typing import Any, cast

from auditlog.context import auditlog_value
from django.contrib.auth import authenticate
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.plumbing import build_bearer_security_scheme_object
from knox.auth import TokenAuthentication as KnoxAuthentication
from rest_framework.authentication import BasicAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import User
from config.errors import Refused


class TokenAuthentication(KnoxAuthentication):
    """`Authorization: Token …`. A token is worth no more than its owner: it falls silent when they may not sign in."""

    def validate_user(self, auth_token: Any) -> tuple[User, Any]:
        user, token = super().validate_user(auth_token)
        if not user.may_sign_in:
            raise AuthenticationFailed(
                _("This account cannot sign in today. Please ask the administration."), "not_valid_today"
            )
        _remember_in_audit_log(user)
        return user, token


def _remember_in_audit_log(user: User) -> None:
    """The audit log's middleware looks for the actor before a token has been read."""
    context = auditlog_value.get(None)
    if context is not None:
        context["actor"] = user


class PasswordAuthentication(BasicAuthentication):
    """HTTP Basic with id number and password, for the one address that hands out tokens."""

    def authenticate_credentials(self, userid: str, password: str, request: Request | None = None) -> tuple[User, None]:
        """Refused `sign_in_locked`. Under the name `username`, for that is what django-axes logs."""
        try:
            user = authenticate(request=cast(Any, request), username=userid, password=password)
        except Refused as refusal:
            if refusal.code != "not_valid_today":
                raise
            raise AuthenticationFailed(refusal.message, refusal.code) from refusal
        if user is not None:
            return user, None
        raise AuthenticationFailed(_("The id number or the password is wrong."))


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return build_bearer_security_scheme_object(header_name="Authorization", token_prefix="Token")  # noqa: S106


class PasswordScheme(OpenApiAuthenticationExtension):
    target_class = "accounts.api.authentication.PasswordAuthentication"
    name = "password"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        return {"type": "http", "scheme": "basic"}
