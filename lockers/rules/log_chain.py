"""The arithmetic of the access log: each entry is bound to the one before it by a keyed hash. Pure.

HMAC, not a plain hash: anyone who can write to the database could recompute a plain chain. The key is kept outside it.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

FIRST = "0" * 64  # what the first entry follows
DOMAIN = "ostiary.access-log.v1"
HEAD = "ostiary.access-log-head.v1"


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One entry, as it is hashed. `details` is canonical JSON text, `at` an aware moment."""

    seq: int
    at: datetime
    kind: str
    details: str
    previous: str
    key_id: str

    def text(self) -> str:
        """Seven lines. None of the parts holds a line break: JSON writes them as \\n."""
        return "\n".join([DOMAIN, self.key_id, str(self.seq), moment(self.at), self.kind, self.details, self.previous])


def digest(link: ChainLink, key: bytes) -> str:
    return hmac.new(key, link.text().encode(), hashlib.sha256).hexdigest()


def head_digest(seq: int, entry: str, key_id: str, key: bytes) -> str:
    """Signs that the chain ends here, so that a cut-off tail is noticed."""
    return hmac.new(key, "\n".join([HEAD, key_id, str(seq), entry]).encode(), hashlib.sha256).hexdigest()


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def canonical(details: Mapping[str, Any]) -> str:
    """One text for one content: sorted keys, no blanks, ASCII. Raises ValueError for what JSON cannot say."""
    return json.dumps(details, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def moment(at: datetime) -> str:
    """UTC with microseconds: 2026-03-02T10:15:00.000000Z"""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
