"""How a receiver knows that it was us, and that it was now. Pure."""

from __future__ import annotations

import hashlib
import hmac

TIMESTAMP, SIGNATURE = "X-Ostiary-Timestamp", "X-Ostiary-Signature"


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 of timestamp, a dot, and the body, in hex."""
    return "v1=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
