"""A phone with passkeys, in software: what a browser would send, and what somebody who cheats would."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def raw(said: str) -> bytes:
    return base64.urlsafe_b64decode(said + "=" * (-len(said) % 4))


@dataclass
class Authenticator:
    """`flags`: what it says of the person; `counts`: whether it counts its uses (phones do not)."""

    origin: str = "https://ostiary.example.org"
    flags: int = UP | UV
    counts: bool = True
    count: int = 0
    id: bytes = field(default_factory=lambda: os.urandom(32))
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    rp: str = ""
    handle: bytes = b""

    def create(self, options, **client):
        import cbor2

        self.rp, self.handle = options["rp"]["id"], raw(options["user"]["id"])
        numbers = self.key.public_key().public_numbers()
        cose = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        inside = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(cose)
        data = self._data(AT) + inside
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = self._client("webauthn.create", options["challenge"], client)
        return self._whole(
            {"clientDataJSON": text(said), "attestationObject": text(made), "transports": ["internal", "x"]}
        )

    def get(self, options, **client):
        self.count += self.counts
        data, said = self._data(), self._client("webauthn.get", options["challenge"], client)
        signature = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._whole(
            {
                "clientDataJSON": text(said),
                "authenticatorData": text(data),
                "signature": text(signature),
                "userHandle": text(self.handle),
            }
        )

    def _data(self, more=0):
        count = self.count if self.counts else 0
        return hashlib.sha256(self.rp.encode()).digest() + bytes([self.flags | more]) + count.to_bytes(4, "big")

    def _client(self, kind, challenge, more):
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps({**said, **more}).encode()

    def _whole(self, response):
        return {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": response}
