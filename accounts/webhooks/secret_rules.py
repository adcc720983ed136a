"""Secrets of webhooks as Standard Webhooks writes them: `whsec_` and 24 to 64 bytes in base64. Pure.

Secrets that are older than this form are any text: its bytes are the key.
"""

from __future__ import annotations

import base64
import binascii
import secrets

PREFIX = "whsec_"
LENGTH = 32  # bytes of a new one
LEAST, MOST = 24, 64


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(LENGTH)).decode()


def key_of(secret: str) -> bytes:
    """What both sides sign with."""
    return decoded(secret) if secret.startswith(PREFIX) else secret.encode()


def decoded(secret: str) -> bytes:
    """Raises ValueError for what is not in the form of the specification."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except binascii.Error as error:
        raise ValueError("not base64") from error
    if not secret.startswith(PREFIX) or not LEAST <= len(key) <= MOST:
        raise ValueError("not whsec_ and 24 to 64 bytes")
    return key


def standard_form(secret: str) -> str:
    """The same key as a library for Standard Webhooks takes it."""
    return secret if secret.startswith(PREFIX) else PREFIX + base64.b64encode(secret.encode()).decode()
