"""By which other number the library system answers about an account, once that was seen while the person was there.

Kept in the cache, as digests: anyone who asks about accounts on their own (`mirror`) believes no other name than this.
"""

from __future__ import annotations

import hashlib

from django.core.cache import cache

from library.sip2.client.number_matching import is_same, plain

KEPT = 90 * 86_400  # s


def learn(number: str, said: str) -> None:
    if not is_same(number, said):
        cache.set(_key(number), _digest(said), KEPT)


def is_known(number: str, said: str) -> bool:
    return is_same(number, said) or cache.get(_key(number)) == _digest(said)


def _key(number: str) -> str:
    return f"library:sip2:other_name:{_digest(number)}"


def _digest(number: str) -> str:
    return hashlib.sha256(plain(number).encode()).hexdigest()
