"""Sockets that nobody speaks on stay open, of every kind, and still hear what happens: through a real Redis."""

from __future__ import annotations

import asyncio
import os
import socket
import time
import uuid
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pytest
from channels.layers import get_channel_layer
from channels_redis.core import RedisChannelLayer
from django.urls.resolvers import RoutePattern
from django.utils import timezone
from redis.exceptions import RedisError

from attendance.roll import state
from config.live import news
from config.ops import redis_limits
from config.ops.cache import SignedRedisCache
from config.routing import websocket_urlpatterns
from library.circulation.journal import DESK
from lockers.doors.doors import STAFF
from lockers.doors.news import HOLDERS
from recognition.models import Station
from recognition.stations.visibility import staff_group
from tests.conftest import absent
from tests.lockers.test_live import cookie_of
from tests.support import attendance as campus
from tests.support.live import camera, hear, in_database, knock, rest
from tests.support.proxy import Proxy

URL = os.environ.get("REDIS_URL") or "redis://127.0.0.1:6379/9"
HOST, PORT = urlsplit(URL).hostname or "127.0.0.1", urlsplit(URL).port or 6379
IDLE = float(os.environ.get("IDLE_SECONDS", "15"))  # s; well over every blocking read


@dataclass
class Listener:
    group: str  # one that it listens to
    socket: Any


@pytest.fixture
def through_redis(settings):
    try:
        socket.create_connection((HOST, PORT), 1).close()
    except OSError:
        absent(f"no Redis server answers at {URL}")
    settings.CHANNEL_LAYERS = {"default": redis_limits.channel_layer(URL)}
    settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = f"ostiary-tests-{uuid.uuid4().hex}"


@pytest.fixture
def campus_with_everything(settings, ada, teacher, front_door):
    settings.DEMO = True
    Station.objects.create(slug="demo", name="Demo")
    course = campus.course(campus.enrolled(ada), teacher=teacher)
    return campus.session(course, timezone.now().replace(microsecond=0))


def one_of_each(session, front_door, teacher, administrator):
    """By the address in config.routing."""
    mine = cookie_of(teacher)
    root = cookie_of(administrator)
    return {
        "ws/station/": Listener(news.station_group(front_door.slug), knock("/ws/station/", token=camera(front_door))),
        "ws/stations/": Listener(staff_group(front_door.purpose), knock("/ws/stations/", cookie=root)),
        "ws/demo/": Listener(news.station_group("demo"), knock("/ws/demo/")),
        "ws/attendance/<int:session>/": Listener(
            state.group(session.pk), knock(f"/ws/attendance/{session.pk}/", cookie=mine)
        ),
        "ws/library/desk/": Listener(DESK, knock("/ws/library/desk/", cookie=root)),
        "ws/lockers/mine/": Listener(HOLDERS, knock("/ws/lockers/mine/", cookie=mine)),
        "ws/lockers/": Listener(STAFF, knock("/ws/lockers/", cookie=root)),
    }


@pytest.mark.redis
@pytest.mark.timeout(180 + 2 * IDLE)
@pytest.mark.django_db(transaction=True)
async def test_idle_sockets_of_every_kind_live_and_hear(
    through_redis, campus_with_everything, front_door, teacher, administrator
):
    open_now = await in_database(one_of_each)(campus_with_everything, front_door, teacher, administrator)
    assert set(open_now) == {str(one.pattern) for one in websocket_urlpatterns if isinstance(one.pattern, RoutePattern)}
    for one in open_now.values():
        assert (await one.socket.connect(timeout=15))[0]
        await hear(one.socket, "hello")
    await asyncio.sleep(IDLE)
    assert {path for path, one in open_now.items() if one.socket.future.done()} == set()
    for path, one in open_now.items():
        await in_database(news.publish)(one.group, {"kind": "a.test", "at": path})
        assert (await hear(one.socket, "a.test"))["at"] == path
    for one in open_now.values():
        assert not [said for said in await rest(one.socket) if said["kind"] == "bye"]
        await one.socket.disconnect()
    await get_channel_layer().flush()


def test_a_client_of_redis_outlasts_a_blocking_read_and_waits_for_nothing_for_ever():
    layer = redis_limits.channel_layer(URL)
    [host] = layer["CONFIG"]["hosts"]
    made = RedisChannelLayer(**layer["CONFIG"])
    assert made.brpop_timeout * 2 < host["socket_timeout"] < 60
    for options in (host, redis_limits.cache_options()):
        assert 0 < options["socket_connect_timeout"] <= 5 and options["socket_timeout"]


@pytest.mark.redis
@pytest.mark.django_db(transaction=True)
def test_a_redis_that_is_frozen_keeps_neither_readyz_nor_the_cache_waiting(through_redis, settings, client):
    proxy = Proxy((HOST, PORT))
    url = f"redis://{HOST}:{proxy.port}/{URL.rpartition('/')[2]}"
    settings.CHANNEL_LAYERS = {"default": redis_limits.channel_layer(url)}
    cache = SignedRedisCache(url, {"OPTIONS": redis_limits.cache_options()})
    assert client.get("/readyz").json()["parts"]["channel_layer"]["ok"] and cache.add("a.test", 1, 60)
    proxy.swallow()
    began = time.monotonic()
    assert not client.get("/readyz").json()["parts"]["channel_layer"]["ok"]
    with pytest.raises(RedisError):
        cache.get("a.test")
    assert time.monotonic() - began < 20
    proxy.stop()
