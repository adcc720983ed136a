"""The machines that may speak to our server: SIP2_TERMINALS, names with hashed passwords and what each may do."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password

NOBODY = "!"  # a hash that no password has
# What a machine may do only where its account says so, and the question that does it.
POWERS = {"fees": "37", "block": "01", "enable": "25", "items": "19"}


def is_terminal(name: str, password: str) -> bool:
    """The same time for a name that no one has."""
    known = _account(name).get("password")
    return check_password(password, known if isinstance(known, str) else NOBODY)


def may(name: str, code: str) -> bool:
    """Whether this machine may ask such a question."""
    powers = [power for power, question in POWERS.items() if question == code]
    granted = _account(name).get("may")
    return not powers or (isinstance(granted, list) and powers[0] in granted)


def _account(name: str) -> dict[str, object]:
    """`{"password": hash, "may": [...]}`; a hash alone is an account without powers."""
    known = settings.SIP2_TERMINALS.get(name)
    return known if isinstance(known, dict) else {"password": known}


def new_password() -> tuple[str, str]:
    """A password that can be typed at a machine, and what of it belongs into SIP2_TERMINALS."""
    password = secrets.token_hex(10)
    return password, make_password(password)
