"""The cache's entries as signed JSON: anyone who can write to Redis can run nothing here, and what is not ours is a
miss.

Django's own entries are pickles, and to read a pickle is to run it.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import ResponseError

from config.ops.env import derived_key

MARK = "~"  # the one key that says what an object stands for
SIGNED = 32  # bytes of the signature in front of an entry
MISS = object()
MICROSECOND = timedelta(microseconds=1)

T = TypeVar("T")
_classes: dict[str, type[Any]] = {}


def storable(kind: type[T]) -> type[T]:
    """Lets a dataclass be kept in the cache. Only such classes are made when an entry is read."""
    _classes[f"{kind.__module__}.{kind.__qualname__}"] = kind
    return kind


def packed(value: Any) -> bytes | int:
    """Whole numbers stay what they are, for the server counts with them. TypeError for what cannot be kept."""
    if type(value) is int:
        return value
    text = json.dumps(_plain(value), separators=(",", ":")).encode()
    return _signature(text) + text


def unpacked(data: Any) -> Any:
    """MISS for whatever was not written by `packed` under our SECRET_KEY, or by another version of this program."""
    try:
        return _number(data) if len(data) < SIGNED else _verified(data)
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        return MISS


def _number(data: bytes | str) -> int:
    return int(data)


def _verified(data: bytes) -> Any:
    signature, text = data[:SIGNED], data[SIGNED:]
    if not hmac.compare_digest(signature, _signature(text)):
        raise ValueError("not ours")
    return _meant(json.loads(text))


def _signature(text: bytes) -> bytes:
    return hmac.new(derived_key(settings.SECRET_KEY, "cache"), text, hashlib.sha256).digest()


# --- values ---------------------------------------------------------------------------------------


def _plain(value: Any) -> Any:
    """In JSON's own kinds."""
    if value is None or isinstance(value, bool | int | float) or type(value) is str:
        return value
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if type(value) is dict and all(type(key) is str for key in value) and MARK not in value:
        return {key: _plain(one) for key, one in value.items()}
    name, told = _told(value)
    return {MARK: name, "v": told}


def _told(value: Any) -> tuple[str, Any]:
    for name, kind, tell, _read in KINDS:
        if isinstance(value, kind):
            return name, tell(value)
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    if name not in _classes:
        raise TypeError(f"{name} cannot be kept in the cache: see config.ops.cache.storable.")
    return name, {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}


def _meant(told: Any) -> Any:
    if isinstance(told, list):
        return [_meant(one) for one in told]
    if not isinstance(told, dict):
        return told
    if MARK not in told:
        return {key: _meant(one) for key, one in told.items()}
    for name, _kind, _tell, read in KINDS:
        if told[MARK] == name:
            return read(told["v"])
    return _classes[told[MARK]](**{name: _meant(one) for name, one in told["v"].items()})


# What JSON does not know: name, class, how it is told, how it is read. A datetime is a date too, so it comes first.
KINDS: tuple[tuple[str, type[Any], Callable[[Any], Any], Callable[[Any], Any]], ...] = (
    ("bytes", bytes, lambda value: base64.b64encode(value).decode(), base64.b64decode),
    ("datetime", datetime, datetime.isoformat, datetime.fromisoformat),
    ("date", date, date.isoformat, date.fromisoformat),
    ("timedelta", timedelta, lambda value: value / MICROSECOND, lambda told: told * MICROSECOND),
    ("decimal", Decimal, str, Decimal),
    ("counter", Counter, dict, Counter),
    ("tuple", tuple, lambda value: [_plain(one) for one in value], lambda told: tuple(_meant(one) for one in told)),
    (
        "dict",
        dict,
        lambda value: [[_plain(key), _plain(one)] for key, one in value.items()],
        lambda told: {_meant(key): _meant(one) for key, one in told},
    ),
    ("str", str, str, str),  # one that is marked as safe, and the like: it comes back as plain text
)


# --- the two caches -------------------------------------------------------------------------------


class Signed:
    """The serializer that Django's Redis client asks for."""

    dumps, loads = staticmethod(packed), staticmethod(unpacked)


class SignedClient(RedisCacheClient):
    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **{"serializer": Signed, **options})

    def get(self, key: Any, default: Any) -> Any:
        try:
            found = super().get(key, MISS)
        except ResponseError:  # a list or a set lies there
            return default
        return default if found is MISS else found

    def get_many(self, keys: Iterable[Any]) -> dict[Any, Any]:
        return {key: value for key, value in super().get_many(keys).items() if value is not MISS}

    def incr(self, key: Any, delta: int) -> Any:
        try:
            return super().incr(key, delta)
        except ResponseError as error:  # no number: as if there were nothing
            self.delete(key)
            raise ValueError(f"Key '{key}' not found.") from error


class SignedRedisCache(RedisCache):
    def __init__(self, server: Any, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = SignedClient


class SignedLocMemCache(LocMemCache):
    """For one process: takes and gives the same values as the one above, so that no test is kinder than Redis."""

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> bool:
        return bool(super().add(key, packed(value), timeout, version))

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: Any = None) -> None:
        super().set(key, packed(value), timeout, version)

    def get(self, key: Any, default: Any = None, version: Any = None) -> Any:
        found = super().get(key, MISS, version)
        value = found if found is MISS or isinstance(found, int) else unpacked(found)
        return default if value is MISS else value
