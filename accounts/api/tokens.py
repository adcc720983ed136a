"""Signing in and out for programs. A token carries its owner's role and nothing more."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import ngettext
from drf_spectacular.utils import extend_schema
from knox import views as knox
from knox.models import AuthToken
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import PasswordAuthentication, TokenAuthentication
from accounts.api.permissions import caller
from accounts.api.serializers import TokenSerializer
from accounts.identity import known_devices
from accounts.models import User
from config.errors import Refused


@extend_schema(
    summary="Obtain a token with id number and password (HTTP Basic)", request=None, responses=TokenSerializer
)
class LoginView(knox.LoginView):
    """A program that keeps cookies is known from then on, as a browser is (accounts.identity.known_devices)."""

    authentication_classes = (PasswordAuthentication,)
    refuses: ClassVar[dict[str, tuple[int, ...]]] = {"post": (429,)}

    @transaction.atomic
    def post(self, request: Request, format: str | None = None) -> Response:  # noqa: A002  knox's own name
        """One after the other for each account, so that two at once do not both take the last one."""
        _refuse_one_more(User.objects.select_for_update().get(pk=caller(request).pk))
        answer: Response = super().post(request, format=format)
        known_devices.remember(request, answer, caller(request))
        return answer


def _refuse_one_more(person: User) -> None:
    """Refused `too_many_tokens` when as many as TOKENS_PER_PERSON are in use: a program that forgets to sign out."""
    now = timezone.now()
    in_use = AuthToken.objects.filter(Q(expiry__gt=now) | Q(expiry=None), user=person).count()
    if in_use >= settings.TOKENS_PER_PERSON:
        words = ngettext(
            "This account already has %(most)d token. Revoke it at auth/logout/.",
            "This account already has %(most)d tokens. Revoke one at auth/logout/, or all at auth/logoutall/.",
            settings.TOKENS_PER_PERSON,
        )
        raise Refused("too_many_tokens", words % {"most": settings.TOKENS_PER_PERSON}, status=403)


@extend_schema(summary="Revoke this token", request=None, responses={204: None})
class LogoutView(knox.LogoutView):
    authentication_classes = (TokenAuthentication,)


@extend_schema(summary="Revoke all tokens of this account", request=None, responses={204: None})
class LogoutAllView(knox.LogoutAllView):
    authentication_classes = (TokenAuthentication,)
