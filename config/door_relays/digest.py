"""HTTP Digest access authentication (RFC 7616): one answer to one challenge, with a nonce of our own each time."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from config.ops.network.relay import Answer

SHA256, MD5 = "SHA-256", "MD5"
PART = re.compile(r'([A-Za-z][A-Za-z0-9_-]*)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))')
SCHEME = re.compile(r"(?:^|,)\s*([A-Za-z][A-Za-z0-9-]*)(?=\s+[A-Za-z][A-Za-z0-9_-]*\s*=)")


@dataclass(frozen=True, slots=True)
class DigestChallenge:
    realm: str
    nonce: str
    algorithm: str  # SHA-256 or MD5
    qop: str  # auth, or empty as it was before RFC 2617
    opaque: str = ""
    stale: bool = False  # the nonce was too old, not the password wrong


@dataclass(frozen=True, slots=True)
class SignsByDigest:
    """For config.ops.network.relay: says nothing before it is asked. A wrong password is not tried twice, an old
    nonce once."""

    user: str
    secret: str
    allowed: tuple[str, ...] = (SHA256,)

    def at_once(self) -> str:
        return ""

    def when_asked(self, answer: Answer, method: str, path: str, *, again: bool) -> str:
        asked = challenge_in(answer.headers, self.allowed)
        if asked is None or (again and not asked.stale):
            return ""
        return authorization(asked, method, path, self.user, self.secret)


def challenge_in(headers: Iterable[tuple[str, str]], allowed: tuple[str, ...] = (SHA256,)) -> DigestChallenge | None:
    """The strongest that the device offers and we allow; None when there is none: then no secret is used."""
    said = [value for name, value in headers if name.lower() == "www-authenticate"]
    found = [made for value in said for parts in _digests(value) if (made := _challenge(parts))]
    return next((one for kind in allowed for one in found if one.algorithm == kind), None)


def _digests(value: str) -> Iterable[dict[str, str]]:
    """The parts of each Digest challenge in one header, which may hold several."""
    starts = list(SCHEME.finditer(value))
    for number, start in enumerate(starts):
        end = starts[number + 1].start() if number + 1 < len(starts) else len(value)
        if start[1].lower() == "digest":
            parts = PART.findall(value[start.end() : end])
            yield {name.lower(): re.sub(r"\\(.)", r"\1", quoted) or plain for name, quoted, plain in parts}


def _challenge(parts: dict[str, str]) -> DigestChallenge | None:
    algorithm = parts.get("algorithm", MD5).upper()
    offered = [one.strip().lower() for one in parts.get("qop", "").split(",") if one.strip()]
    if "nonce" not in parts or "realm" not in parts or algorithm not in (SHA256, MD5):
        return None
    if offered and "auth" not in offered:  # auth-int only
        return None
    qop, stale = "auth" if offered else "", parts.get("stale", "").lower() == "true"
    return DigestChallenge(parts["realm"], parts["nonce"], algorithm, qop, parts.get("opaque", ""), stale)


def authorization(
    asked: DigestChallenge, method: str, target: str, user: str, password: str, *, cnonce: str = "", count: int = 1
) -> str:
    """`Authorization` for one request to `target` (path and query). Raises ValueError for signs of no header."""
    if any(sign < " " for sign in user + asked.realm + asked.nonce + asked.opaque):
        raise ValueError("it contains a character that is not allowed in a header")
    cnonce, uses = cnonce or secrets.token_hex(16), f"{count:08x}"
    secret = _hash(asked, f"{user}:{asked.realm}:{password}")
    deed = _hash(asked, f"{method}:{target}")
    middle = f"{asked.nonce}:{uses}:{cnonce}:{asked.qop}" if asked.qop else asked.nonce
    parts = {
        "username": _quoted(user),
        "realm": _quoted(asked.realm),
        "nonce": _quoted(asked.nonce),
        "uri": _quoted(target),
        "algorithm": asked.algorithm,
        "response": _quoted(_hash(asked, f"{secret}:{middle}:{deed}")),
    }
    if asked.qop:
        parts |= {"qop": asked.qop, "nc": uses, "cnonce": _quoted(cnonce)}
    if asked.opaque:
        parts["opaque"] = _quoted(asked.opaque)
    return "Digest " + ", ".join(f"{name}={value}" for name, value in parts.items())


def _hash(asked: DigestChallenge, text: str) -> str:
    kind = hashlib.sha256 if asked.algorithm == SHA256 else hashlib.md5
    return kind(text.encode(), usedforsecurity=False).hexdigest()


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
