"""Sealing face data: AES-GCM, with a key that can be changed and a purpose that cannot.

A sealed blob is `OS1`, the length of the key's id, the key's id, a nonce of 12 bytes, and the
ciphertext with its tag. The header and the caller's `context` are authenticated with it, so that a
blob moved to another person's row does not open.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from config.errors import Refused
from recognition.engine.types import Vector

MAGIC = b"OS1"
NONCE = 12
TAG = 16
Blob = bytes | bytearray | memoryview  # PostgreSQL hands out memoryviews


class _Sealed(NamedTuple):
    header: bytes
    key_id: str
    nonce: bytes
    ciphertext: bytes


def encrypt(plain: bytes, *, context: str) -> bytes:
    """Seal `plain` with the site's first key. It opens only under the same `context`."""
    key_id = _first_key_id()
    name = key_id.encode()
    header = MAGIC + bytes([len(name)]) + name
    nonce = os.urandom(NONCE)
    return header + nonce + _cipher(_keys()[key_id]).encrypt(nonce, plain, header + context.encode())


def decrypt(blob: Blob, *, context: str) -> bytes:
    """Open what `encrypt` sealed. Refused `wrong_key` or `damaged`."""
    sealed = _parse(bytes(blob))
    key = _keys().get(sealed.key_id)
    if key is None:
        raise _wrong_key(sealed.key_id)
    try:
        return _cipher(key).decrypt(sealed.nonce, sealed.ciphertext, sealed.header + context.encode())
    except InvalidTag:
        raise _damaged() from None


def needs_rotation(blob: Blob) -> bool:
    """Whether the blob was sealed with another key than the one that seals today."""
    return _parse(bytes(blob)).key_id != _first_key_id()


def rotate(blob: Blob, *, context: str) -> bytes:
    """The same content, sealed with the first key."""
    return encrypt(decrypt(blob, context=context), context=context)


def vector_to_blob(vector: Vector, *, context: str) -> bytes:
    return encrypt(np.ascontiguousarray(vector, dtype="<f4").tobytes(), context=context)


def blob_to_vector(blob: Blob, *, context: str) -> Vector:
    return np.frombuffer(decrypt(blob, context=context), dtype="<f4").astype(np.float32)


def sample_context(person_id: int) -> str:
    """For FaceSample.crop and FaceSample.embedding."""
    return f"sample:{person_id}"


def template_context(person_id: int, purpose: str) -> str:
    """For FaceTemplate.vector."""
    return f"template:{person_id}:{purpose}"


def keyed_hash(data: bytes | str, *, purpose: str) -> str:
    """A fingerprint that means nothing to whoever steals the database. Follows SECRET_KEY."""
    return salted_hmac(f"ostiary.{purpose}", data, algorithm="sha256").hexdigest()


def _parse(blob: bytes) -> _Sealed:
    start = len(MAGIC) + 1
    if not blob.startswith(MAGIC) or len(blob) < start:
        raise _damaged()
    end = start + blob[start - 1]
    if len(blob) < end + NONCE + TAG:
        raise _damaged()
    name = blob[start:end].decode("utf-8", "replace")
    return _Sealed(blob[:end], name, blob[end : end + NONCE], blob[end + NONCE :])


def _keys() -> Mapping[str, bytes]:
    keys: Mapping[str, bytes] = settings.FACE_KEYS
    return keys


def _first_key_id() -> str:
    return next(iter(_keys()))


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _wrong_key(key_id: str) -> Refused:
    message = _("This face data was sealed with the key '%(key)s', which FACE_KEYS does not hold.")
    return Refused("wrong_key", message % {"key": key_id[:16]}, status=500)


def _damaged() -> Refused:
    message = _("This face data does not open: it is damaged, belongs to somebody else, or its key was changed.")
    return Refused("damaged", message, status=500)
