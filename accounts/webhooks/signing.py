"""How a receiver knows that it was us, and that it was now. Pure.

The headers of Standard Webhooks (https://www.standardwebhooks.com), and for one release more the ones before them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from accounts.webhooks.secret_rules import key_of

ID, TIMESTAMP, SIGNATURE = "webhook-id", "webhook-timestamp", "webhook-signature"
OLD_TIMESTAMP, OLD_SIGNATURE = "X-Ostiary-Timestamp", "X-Ostiary-Signature"


def headers(message: str, timestamp: int, body: bytes, secrets: Sequence[str]) -> dict[str, str]:
    """`secrets`: all that count, the newest first; the receiver needs to know one of them.

    The old header has room for one signature: by the oldest, which its receiver knows.
    """
    return {
        ID: message,
        TIMESTAMP: str(timestamp),
        SIGNATURE: " ".join(signature(secret, message, timestamp, body) for secret in secrets),
        OLD_TIMESTAMP: str(timestamp),
        OLD_SIGNATURE: old_signature(secrets[-1], timestamp, body),
    }


def signature(secret: str, message: str, timestamp: int, body: bytes) -> str:
    """`v1,` and the HMAC-SHA256 of id, timestamp and body with dots between, in base64."""
    signed = f"{message}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key_of(secret), signed, hashlib.sha256).digest()).decode()


def old_signature(secret: str, timestamp: int, body: bytes) -> str:
    """`v1=` and the HMAC-SHA256 of timestamp, a dot, and the body, in hex. Goes with the next release."""
    return "v1=" + hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
