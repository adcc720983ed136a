"""What the cache keeps comes back as it was, and nothing that somebody else has put there is ever run."""

from __future__ import annotations

import os
import pickle
import re
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.cache import caches
from django.utils.safestring import mark_safe

from attendance.reports.analytics.chart_data import Numbers, PersonAtRisk
from attendance.reports.counts import Tally
from config.ops import env
from config.ops.cache import MISS, packed, unpacked
from config.web import throttle
from library.kiosk import at_exit
from library.kiosk.at_exit import Present
from library.visits import alarms
from library.visits.alarms import Ringing
from lockers.kiosk import at_kiosk
from lockers.kiosk.at_kiosk import Visitor
from lockers.kiosk.claimed_lockers import Claim
from recognition.live import latest_pictures
from recognition.stations import presence
from tests.conftest import absent

NOW = datetime(2026, 11, 29, 12, 30, 1, 250, tzinfo=UTC)
URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9"
NUMBERS = Numbers(
    by_week=True,
    over_time={date(2026, 11, 23): Tally(Counter(present=3), timedelta(hours=1, microseconds=5))},
    by_hour={(0, 9): Tally()},
    courses=[("HIST-1", "History", Tally())],
    at_risk=[PersonAtRisk(1, "s-1", "Ada", "HIST-1", "History", Tally(), 75.0)],
)
VALUES = [
    *(None, True, False, 0, -7, 2**70, 1.5, "", "Grüße", "7", b"", b"\xff\x00\x80"),
    *([1, [2]], (1, (2, "x")), {}, {"a": {"b": [None]}}, {1: 2, (0, 9): "x"}, {"~": "dict"}, Decimal("1.10")),
    *(NOW, NOW.date(), timedelta(days=-1, microseconds=1)),
    *(Present(3, NOW, "card"), Ringing(NOW, NOW), Visitor(1, (Claim(2, 3),), NOW, challenge={"nonce": "x"}), NUMBERS),
]


class Evil:
    """Run when it is unpickled."""

    def __reduce__(self):
        return (os.system, ("touch /tmp/ostiary-was-here",))


FOREIGN = [
    *(pickle.dumps(Evil()), pickle.dumps({"a": 1}), pickle.dumps("x" * 100), b"", b"\xff" * 100, b"not json " * 9),
    *(b"[" * 100_000, b'{"kind":"station"}' + b" " * 40, b"x" * 32 + b"{}", b"1.5", b"nonsense"),
]


@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_what_is_kept_comes_back_as_it_was(value):
    stored = packed(value)
    found = unpacked(str(stored).encode() if isinstance(stored, int) else stored)
    assert found == value and type(found) is type(value)


def test_what_was_marked_as_safe_comes_back_as_plain_text():
    assert type(unpacked(packed(mark_safe("<svg/>")))) is str


@pytest.mark.parametrize("data", FOREIGN, ids=lambda data: repr(data[:20]))
def test_foreign_content_is_a_miss_and_never_run(data):
    assert unpacked(data) is MISS
    assert not Path("/tmp/ostiary-was-here").exists()


def test_an_entry_that_somebody_has_changed_is_a_miss(settings):
    data = packed({"person": 3})
    assert unpacked(data[:-2] + b"4}") is MISS
    settings.SECRET_KEY = "another" * 10
    assert unpacked(data) is MISS


def test_only_classes_that_say_so_are_kept():
    @dataclass
    class Stranger:
        name: str

    with pytest.raises(TypeError, match="storable"):
        packed(Stranger("Ada"))


def test_nothing_of_ours_pickles():
    bad = re.compile(r"import (pickle|marshal|shelve|dill|joblib)\b|allow_pickle=True|yaml\.load\(")
    for app in ("config", "accounts", "recognition", "attendance", "library", "lockers", "visitors", "home"):
        for path in (env.BASE_DIR / app).rglob("*.py"):
            if path.name != "torch_weights.py":  # reads one by a closed list of names (test_engine_fasnet.py)
                assert not bad.search(path.read_text()), path


# --- on a real Redis ------------------------------------------------------------------------------


@pytest.fixture
def server(settings):
    import redis

    try:
        socket.create_connection(("127.0.0.1", 6379), timeout=1).close()
    except OSError:
        absent(f"no Redis server answers at {URL}")
    ours = {"BACKEND": "config.ops.cache.SignedRedisCache", "LOCATION": URL, "KEY_PREFIX": f"test-{os.getpid()}"}
    settings.CACHES = {"default": ours}
    client = redis.Redis.from_url(URL)
    yield client
    for key in client.scan_iter(f"test-{os.getpid()}:*"):
        client.delete(key)


def real(key):
    return caches["default"].make_key(key)


@pytest.mark.redis
@pytest.mark.parametrize("value", [NUMBERS, 5, True, (7, b"jpeg"), "x"], ids=repr)
def test_redis_keeps_no_pickle_and_gives_back_what_it_got(server, value):
    cache = caches["default"]
    cache.set("one", value, 60)
    assert cache.get("one") == value and cache.get_many(["one", "two"]) == {"one": value}
    assert b"\x80\x05" not in server.get(real("one"))[:2]
    cache.set_many({"three": value})
    assert cache.get("three") == value


KEPT = ("presence:demo", "picture:demo", "library:at:x", "library:alarm:x", "lockers:at:x")


def nobody_is_there():
    return (
        not presence.of(["demo"])["demo"]["online"]
        and latest_pictures.newest("demo") is None
        and (at_exit.present("x"), at_exit.here("x", NOW)) == (None, None)
        and (alarms.ringing("x"), at_kiosk.here("x", NOW)) == (None, None)
    )


@pytest.mark.redis
@pytest.mark.parametrize("data", FOREIGN, ids=lambda data: repr(data[:20]))
def test_foreign_content_in_redis_stops_no_user_of_the_cache(server, data):
    for key in (*KEPT, "door"):
        server.set(real(key), data)
    assert throttle.so_far("door") == 0 and throttle.count("door", window=60) == 1
    assert nobody_is_there()
    assert caches["default"].get_or_set("door2", lambda: 3) == 3


@pytest.mark.redis
def test_a_list_where_a_value_belongs_and_a_number_where_an_entry_belongs_are_misses(server):
    server.rpush(real("door"), "a")
    assert caches["default"].get("door", 0) == 0 and throttle.count("door", window=60) == 1
    for key in KEPT:
        server.set(real(key), 5)
    assert nobody_is_there()
