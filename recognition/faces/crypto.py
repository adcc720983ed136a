"""Sealing face data: AES-GCM, with a key that can be changed and a purpose that cannot.

A sealed blob is `OS2`, the length of the key's id, the key's id, the length of its place, its place, a
nonce of 12 bytes, and the ciphertext with its tag. The header and the caller's `context` are authenticated
with it, so that a blob moved to another person's row does not open, and neither does one that was moved to
another place of the same person: a crop for a vector, one photo or profile for another.

`OS1` is the same without a place, as it was written before; `rotate_keys` seals it again.
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

WITHOUT_PLACE, WITH_PLACE = b"OS1", b"OS2"
NONCE = 12
TAG = 16
Blob = bytes | bytearray | memoryview  # PostgreSQL hands out memoryviews


class _Sealed(NamedTuple):
    header: bytes
    key_id: str
    place: str | None  # None: written before places were
    nonce: bytes
    ciphertext: bytes


def encrypt(plain: bytes, *, context: str, place: str = "") -> bytes:
    """Seal `plain` with the site's first key. It opens only under the same `context`, and in the same `place`."""
    key_id = _first_key_id()
    header = _header(key_id, place)
    nonce = os.urandom(NONCE)
    return header + nonce + _cipher(_keys()[key_id]).encrypt(nonce, plain, header + context.encode())


def decrypt(blob: Blob, *, context: str, place: str = "") -> bytes:
    """Open what `encrypt` sealed. Refused `wrong_key`, or `damaged` also for what belongs in another `place`."""
    sealed = _parse(bytes(blob))
    if place and sealed.place not in (place, None):
        raise _damaged()
    key = _keys().get(sealed.key_id)
    if key is None:
        raise _wrong_key(sealed.key_id)
    try:
        return _cipher(key).decrypt(sealed.nonce, sealed.ciphertext, sealed.header + context.encode())
    except InvalidTag:
        raise _damaged() from None


def needs_rotation(blob: Blob, *, place: str = "") -> bool:
    """Whether the blob was sealed with another key than the one that seals today, or without its place."""
    sealed = _parse(bytes(blob))
    return sealed.key_id != _first_key_id() or bool(place and sealed.place is None)


def rotate(blob: Blob, *, context: str, place: str = "") -> bytes:
    """The same content, sealed with the first key."""
    return encrypt(decrypt(blob, context=context, place=place), context=context, place=place)


def vector_to_blob(vector: Vector, *, context: str, place: str = "") -> bytes:
    return encrypt(np.ascontiguousarray(vector, dtype="<f4").tobytes(), context=context, place=place)


def blob_to_vector(blob: Blob, *, context: str, place: str = "") -> Vector:
    return np.frombuffer(decrypt(blob, context=context, place=place), dtype="<f4").astype(np.float32)


def sample_context(person_id: int) -> str:
    """For FaceSample.crop and FaceSample.embedding."""
    return f"sample:{person_id}"


def template_context(person_id: int, purpose: str) -> str:
    """For FaceTemplate.vector."""
    return f"template:{person_id}:{purpose}"


def look_context(person_id: int, purpose: str) -> str:
    """For KeptLook.vector."""
    return f"look:{person_id}:{purpose}"


def impostor_context(person_id: int, purpose: str) -> str:
    """For ImpostorExample.vector: a stranger's look, bound to the identity that it was taken for."""
    return f"impostor:{person_id}:{purpose}"


def crop_place(digest: str) -> str:
    """Where FaceSample.crop belongs: this photo."""
    return f"crop:{digest}"


def embedding_place(digest: str, profile: str) -> str:
    """Where FaceSample.embedding belongs: this photo, as this profile embeds it."""
    return f"embedding:{digest}:{profile}"


def template_place(profile: str) -> str:
    """Where FaceTemplate.vector belongs: this profile (person and purpose are its context)."""
    return f"template:{profile}"


def look_place(sighting: int, profile: str) -> str:
    """Where KeptLook.vector and ImpostorExample.vector belong: this sighting, as this profile embeds it."""
    return f"look:{sighting}:{profile}"


def keyed_hash(data: bytes | str, *, purpose: str) -> str:
    """A fingerprint that means nothing to anyone who steals the database. Follows SECRET_KEY."""
    return salted_hmac(f"ostiary.{purpose}", data, algorithm="sha256").hexdigest()


def _header(key_id: str, place: str) -> bytes:
    magic, words = (WITH_PLACE, (key_id, place)) if place else (WITHOUT_PLACE, (key_id,))
    return magic + b"".join(bytes([len(word.encode())]) + word.encode() for word in words)


def _parse(blob: bytes) -> _Sealed:
    magic, end = blob[:3], 3
    if magic not in (WITHOUT_PLACE, WITH_PLACE):
        raise _damaged()
    key_id, end = _word(blob, end)
    place: str | None = None
    if magic == WITH_PLACE:
        place, end = _word(blob, end)
    if len(blob) < end + NONCE + TAG:
        raise _damaged()
    return _Sealed(blob[:end], key_id, place, blob[end : end + NONCE], blob[end + NONCE :])


def _word(blob: bytes, start: int) -> tuple[str, int]:
    """One length and so many bytes, and where they end."""
    if len(blob) <= start:
        raise _damaged()
    end = start + 1 + blob[start]
    return blob[start + 1 : end].decode("utf-8", "replace"), end


def _keys() -> Mapping[str, bytes]:
    keys: Mapping[str, bytes] = settings.FACE_KEYS
    return keys


def _first_key_id() -> str:
    return next(iter(_keys()))


@lru_cache(maxsize=8)
def _cipher(key: bytes) -> AESGCM:
    return AESGCM(key)


def _wrong_key(key_id: str) -> Refused:
    message = _("This face data was sealed with the key '%(key)s', which is not in FACE_KEYS.")
    return Refused("wrong_key", message % {"key": key_id[:16]}, status=500)


def _damaged() -> Refused:
    message = _("This face data cannot be opened. It is damaged, belongs to another person, or its key was changed.")
    return Refused("damaged", message, status=500)
