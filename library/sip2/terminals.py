"""The machines that may speak to our server: SIP2_TERMINALS, names with hashed passwords."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

NOBODY = "!"  # a hash that no password has


def is_terminal(name: str, password: str) -> bool:
    """The same time for a name that nobody has."""
    known = settings.SIP2_TERMINALS.get(name)
    return check_password(password, known if isinstance(known, str) else NOBODY)


def new_password() -> tuple[str, str]:
    """A password that can be typed at a machine, and what of it belongs into SIP2_TERMINALS."""
    password = secrets.token_hex(10)
    return password, make_password(password)
