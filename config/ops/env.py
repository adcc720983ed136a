"""The environment, read once, typed, and refused loudly with the variable's name."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import json
import os
import re
import warnings
from datetime import time
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

from config.ops import private_files
from config.ops.databases.mysql import choose_driver
from config.web.language.offered import offered

BASE_DIR = Path(__file__).resolve().parents[2]

# Good for 127.0.0.1 only. Production refuses both (see `production_problems`).
DEVELOPMENT_SECRET_KEY = "insecure-development-key-never-use-it-on-a-network"  # noqa: S105
DEVELOPMENT_FACE_KEYS = "dev:" + base64.b64encode(b"ostiary-development-face-key-32b").decode()
DETECTORS = (
    "mmod",
    "yunet",
    "short_range",
    "full_range",
    "haar",
    "hog",
)  # as recognition.engine.model_files.manifest knows them
LOCAL_HOSTS = ("localhost", "127.0.0.1", "[::1]", "testserver")

env = environ.Env()
# What the process was started with wins over the file. ENV_FILE names another one (/dev/null: none).
environ.Env.read_env(os.environ.get("ENV_FILE", BASE_DIR / ".env"))


def _typed(name: str, reader: str, default: Any, wanted: str) -> Any:
    try:
        return getattr(env, reader)(name, default=default)
    except (ValueError, TypeError) as error:
        raise ImproperlyConfigured(f"{name} must be {wanted}.") from error


def text(name: str, default: str = "") -> str:
    return str(env.str(name, default=default)).strip()


def flag(name: str, default: bool = False) -> bool:
    value = text(name, str(default)).lower()
    if value in ("1", "true", "yes", "on"):
        return True
    if value in ("0", "false", "no", "off", ""):
        return False
    raise ImproperlyConfigured(f"{name} must be true or false, not '{value}'.")


def number(name: str, default: int, *, least: int = 0) -> int:
    value = int(_typed(name, "int", default, "a whole number"))
    if value < least:
        raise ImproperlyConfigured(f"{name} must be at least {least}.")
    return value


def money(name: str, default: str) -> Decimal:
    """Not negative, with two decimals at most."""
    value = text(name, default)
    if not re.fullmatch(r"\d{1,6}(\.\d{1,2})?", value):
        raise ImproperlyConfigured(f"{name} must be an amount such as 12.50, not {value!r}.")
    return Decimal(value)


def days(name: str, default: tuple[int, ...]) -> tuple[int, ...]:
    """As many whole numbers above 0 as `default` has, with commas between them; none for an empty text."""
    said = words(name, tuple(map(str, default)))
    if not all(word.isdecimal() and int(word) > 0 for word in said) or len(said) not in (0, len(default)):
        raise ImproperlyConfigured(f"{name} must be {len(default)} numbers of days, for example {default}, or empty.")
    return tuple(map(int, said))


def fraction(name: str, default: float) -> float:
    """A number strictly between 0 and 1, such as a target false match rate."""
    value = float(_typed(name, "float", default, "a number"))
    if not 0.0 < value < 1.0:
        raise ImproperlyConfigured(f"{name} must be between 0 and 1.")
    return value


def words(name: str, default: tuple[str, ...] = ()) -> list[str]:
    value = text(name, ",".join(default))
    return [word.strip() for word in value.split(",") if word.strip()]


def languages(name: str, locale: Path) -> list[tuple[str, str]]:
    """Codes and names of the languages that the site speaks; all that there are, where none is named."""
    try:
        return offered(words(name), locale)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name}: {error}.") from error


def document(name: str, default: dict[str, Any]) -> dict[str, Any]:
    """A JSON object."""
    value = text(name)
    try:
        found = json.loads(value) if value else default
    except json.JSONDecodeError as error:
        raise ImproperlyConfigured(f"{name} must be a JSON object.") from error
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"{name} must be a JSON object.")
    return found


def choice(name: str, default: str, allowed: tuple[str, ...]) -> str:
    value = text(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not '{value}'.")
    return value


def detector(name: str) -> str:
    """A face detector, or empty for the profile's own."""
    value = text(name)
    if value in ("", *DETECTORS) or value.removeprefix("deepface:") not in ("", value):
        return value
    raise ImproperlyConfigured(f"{name} must be empty or one of {', '.join(DETECTORS)}, deepface:NAME, not '{value}'.")


def zone(name: str, default: str) -> str:
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise ImproperlyConfigured(f"{name} must be a time zone such as Europe/Rome.") from error
    return value


def folder(name: str, default: Path) -> Path:
    path = Path(text(name, str(default))).expanduser()
    return path if path.is_absolute() else BASE_DIR / path


def networks(name: str, default: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """Networks such as 10.0.0.0/8, separated by commas."""
    try:
        return [ipaddress.ip_network(word) for word in words(name, default)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must name networks such as 192.168.1.0/24: {error}.") from error


def keyring(name: str, default: str) -> dict[str, bytes]:
    """`id:base64,id:base64` as an ordered mapping. The first key encrypts, all decrypt.

    Raises ImproperlyConfigured when a key is not 32 bytes, or an id is missing or doubled.
    """
    keys: dict[str, bytes] = {}
    for item in words(name, (default,)):
        key_id, _, encoded = item.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error as error:
            raise ImproperlyConfigured(f"{name}: the key '{key_id}' is not base64.") from error
        if not key_id or len(key_id) > 16 or key_id in keys or len(key) != 32:
            raise ImproperlyConfigured(
                f"{name} needs entries 'id:key'. Each id must be unique (at most 16 letters), and each key 32 bytes "
                "in base64."
            )
        keys[key_id] = key
    if not keys:
        raise ImproperlyConfigured(f"{name} must name at least one key.")
    return keys


def derived_key(secret_key: str, use: str) -> bytes:
    """A key of 32 bytes of its own for one use, made of SECRET_KEY: it changes with it."""
    return hmac.new(secret_key.encode(), use.encode(), hashlib.sha256).digest()


def database(name: str, default: str) -> dict[str, Any]:
    """Django's database dictionary, with what each engine needs to be safe under load."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # it would warn, with the password, where it cannot make sense of it
            config: dict[str, Any] = env.db_url(name, default=default)
    except Exception as error:
        raise ImproperlyConfigured(f"{name} is not a database address such as postgres://user@host/name.") from error
    engine = config.get("ENGINE", "")
    options = config.setdefault("OPTIONS", {})
    if engine.endswith("sqlite3"):
        # Immediate transactions take the write lock first, so two writers wait instead of failing.
        options |= {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
        }
        path = Path(config["NAME"])
        private_files.folder(path.parent)
        private_files.tighten_files(*(path.with_name(path.name + more) for more in ("", "-wal", "-shm")))
    elif engine.endswith("mysql"):
        choose_driver()
        options.setdefault("charset", "utf8mb4")
        options.setdefault("sql_mode", "STRICT_TRANS_TABLES")
        options.setdefault("isolation_level", "read committed")
        # Its default for a table that is being altered is a day: better a refusal than a page that waits for ever.
        options.setdefault("init_command", "SET SESSION lock_wait_timeout = 60")
        config["TEST"] = {"CHARSET": "utf8mb4", "COLLATION": "utf8mb4_unicode_ci"}
    elif not engine.endswith("postgresql"):
        raise ImproperlyConfigured(f"{name}: use sqlite, postgres or mysql.")
    return config


def email(name: str, default: str) -> dict[str, Any]:
    """Django's EMAIL_ settings from one address."""
    try:
        return dict(env.email_url(name, default=default))
    except Exception as error:
        raise ImproperlyConfigured(
            f"{name} is not a mail address such as smtp+tls://user:password@host:587."
        ) from error


def proxies(name: str) -> int | list[ipaddress.IPv4Network | ipaddress.IPv6Network] | None:
    """How many proxies stand in front, as in `1`, or their networks, as in `10.0.0.0/8,fd00::/8`. None: not said."""
    value = text(name)
    if not value:
        return None
    if value.isascii() and value.isdecimal():
        return int(value)
    try:
        return [ipaddress.ip_network(word) for word in words(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a number or networks such as 10.0.0.0/8, not '{value}'.") from error


def rate(name: str, default: str) -> str:
    """How often, as in `60/min`."""
    value = text(name, default)
    if not re.fullmatch(r"[1-9]\d*/(sec|min|hour|day)", value):
        raise ImproperlyConfigured(f"{name} must look like 60/min (sec, min, hour or day), not '{value}'.")
    return value


def clock_time(name: str, default: str) -> time:
    """An hour of the day, as in `18:00`."""
    return _clock_time(name, text(name, default))


def clock_span(name: str, default: str) -> tuple[time, time] | None:
    """A part of the day, as in `21:00-07:00`; it may go over midnight. Empty: none."""
    value = text(name, default)
    if not value:
        return None
    first, _, last = value.partition("-")
    span = _clock_time(name, first), _clock_time(name, last)
    if span[0] == span[1]:
        raise ImproperlyConfigured(f"{name} must start and end at different times, or be empty.")
    return span


def weekdays(name: str, default: str) -> frozenset[int]:
    """Days of the week as digits, 1 is Monday: `12345`."""
    value = text(name, default)
    if not re.fullmatch(r"[1-7]{1,7}", value):
        raise ImproperlyConfigured(
            f"{name} must be digits from 1 (Monday) to 7 (Sunday), such as 12345, not '{value}'."
        )
    return frozenset(map(int, value))


def _clock_time(name: str, value: str) -> time:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value.strip()):
        raise ImproperlyConfigured(f"{name} must be written as hours and minutes, such as 21:00, not '{value}'.")
    return time.fromisoformat(value.strip())


def origin(name: str, default: str) -> str:
    """Scheme and host of a site, without a path: https://ostiary.example.org"""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.netloc or value != f"{parts.scheme}://{parts.netloc}":
        raise ImproperlyConfigured(f"{name} must look like https://ostiary.example.org, not '{value}'.")
    return value


def likely_origin(*, debug: bool, https: bool, hosts: list[str]) -> str:
    """Where people probably reach the site, when no one says it."""
    if debug or not hosts:
        return "http://127.0.0.1:8000"
    return f"{'https' if https else 'http'}://{hosts[0].lstrip('.')}"


def production_problems(*, debug: bool, secret_key: str, face_keys: dict[str, bytes], hosts: list[str]) -> list[str]:
    """Sentences naming each variable that still has a value fit for one developer's machine only."""
    public = [host for host in hosts if host not in LOCAL_HOSTS]
    if debug:
        return [f"DEBUG is on while ALLOWED_HOSTS names {public[0]}: set DEBUG=false."] if public else []
    problems = []
    if secret_key == DEVELOPMENT_SECRET_KEY or len(secret_key) < 50 or secret_key.startswith("change-me"):
        problems.append("SECRET_KEY must be set to 50 or more random characters.")
    if "dev" in face_keys or any(key == b"ostiary-development-face-key-32b" for key in face_keys.values()):
        problems.append("FACE_KEYS must be set to a key of your own (manage.py new_keys prints one).")
    if not hosts or "*" in hosts:
        problems.append("ALLOWED_HOSTS must list the addresses that people type.")
    return problems
