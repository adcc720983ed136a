"""Who sits behind a websocket that has been open for a while?"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY
from django.utils.crypto import constant_time_compare

from accounts.models import User


def signed_in_now(scope: dict[str, Any]) -> User | None:
    """The person who is signed in on this socket, asked of the database and not of what was true at the handshake."""
    known = scope["user"]
    user = User.objects.filter(pk=known.pk).first() if known.is_authenticated else None
    if user is None or not user.may_sign_in or not _still_signed_in(user, scope["session"].session_key):
        return None
    return user


def _still_signed_in(user: User, session_key: str | None) -> bool:
    """The session as it is now: signed out of, run out, or opened with a password that was changed, it is over."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    return constant_time_compare(session.get(HASH_SESSION_KEY, ""), user.get_session_auth_hash())
