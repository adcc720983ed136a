"""Sealing for what only officers may read, and what must not show by its length: `config.ops.sealing` with another key.

The key is made of SECRET_KEY, not of FACE_KEYS: entries of the access log cannot be sealed again when those change.
`about` binds a sealed text to its row: moved to another one it does not open.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from cryptography.exceptions import InvalidTag
from django.conf import settings

from config.ops import sealing
from config.ops.env import derived_key


class Unreadable(Exception):
    """Sealed under another key, about another row, or damaged."""


def seal(value: Any, about: str) -> str:
    """`value`: anything that JSON can say. Values whose JSON is as long give texts that are as long."""
    plain = json.dumps(value, sort_keys=True, separators=(",", ":")).encode()
    return base64.b64encode(sealing.locked(plain, _key(), about)).decode()


def unseal(text: str, about: str) -> Any:
    """Raises Unreadable."""
    try:
        return json.loads(sealing.opened(base64.b64decode(text, validate=True), _key(), about))
    except (ValueError, InvalidTag) as error:
        raise Unreadable from error


def _key() -> bytes:
    return derived_key(settings.SECRET_KEY, "lockers.duress")
