"""Signing in and out for programs. A token carries its owner's role and nothing more."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from knox import views as knox

from accounts.api.authentication import PasswordAuthentication, TokenAuthentication
from accounts.api.serializers import TokenSerializer


@extend_schema(
    summary="Obtain a token with id number and password (HTTP Basic)", request=None, responses=TokenSerializer
)
class LoginView(knox.LoginView):
    authentication_classes = (PasswordAuthentication,)


@extend_schema(summary="Give this token back", request=None, responses={204: None})
class LogoutView(knox.LogoutView):
    authentication_classes = (TokenAuthentication,)


@extend_schema(summary="Give back all tokens of this account", request=None, responses={204: None})
class LogoutAllView(knox.LogoutAllView):
    authentication_classes = (TokenAuthentication,)
