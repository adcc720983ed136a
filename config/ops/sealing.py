"""Small secrets at rest, as the password of a door's relay or the secret of a webhook: AES-GCM, keys made of FACE_KEYS.

A sealed text is `S1`, the key's id, and nonce and ciphertext in base64, with dots between. It opens only under the
`context` under which it was sealed, so that a secret moved to another row, or to another host, opens nothing.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused

VERSION = "S1"
NONCE = 12


def seal(plain: str, *, context: str) -> str:
    key_id = next(iter(settings.FACE_KEYS))
    sealed = locked(plain.encode(), _key(key_id), context)
    return ".".join((VERSION, key_id, base64.b64encode(sealed).decode()))


def unseal(sealed: str, *, context: str) -> str:
    """Refused `wrong_key` when its key is gone, `damaged` when it is not what was sealed under this context."""
    version, _dot, rest = sealed.partition(".")
    key_id, _dot, text = rest.rpartition(".")
    if version == VERSION and key_id not in settings.FACE_KEYS:
        raise Refused("wrong_key", _("The key for this secret is not in FACE_KEYS. Enter the secret again."))
    try:
        return opened(base64.b64decode(text, validate=True), _key(key_id), context).decode()
    except (KeyError, ValueError, InvalidTag, binascii.Error) as error:
        raise Refused("damaged", _("This secret can no longer be read. Enter it again.")) from error


def resealed(sealed: str, *, context: str) -> str:
    """The same text under the first key; itself where it is sealed so already, or empty. Refused as `unseal`."""
    if not sealed or not needs_rotation(sealed):
        return sealed
    return seal(unseal(sealed, context=context), context=context)


def needs_rotation(sealed: str) -> bool:
    return sealed.split(".")[1:2] != [next(iter(settings.FACE_KEYS))]


def locked(plain: bytes, key: bytes, context: str) -> bytes:
    """A nonce and the ciphertext, for anyone who has a key of their own."""
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def opened(blob: bytes, key: bytes, context: str) -> bytes:
    """Raises InvalidTag or ValueError for what `locked` did not make with this key under this context."""
    return AESGCM(key).decrypt(blob[:NONCE], blob[NONCE:], context.encode())


def _key(key_id: str) -> bytes:
    """Of its own use: what seals faces is never used for anything else."""
    return hmac.new(settings.FACE_KEYS[key_id], b"ostiary.sealing", hashlib.sha256).digest()
