"""Several server processes: what one of them publishes is heard at the sockets of the others, through Redis."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import uuid

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from config.ops import redis_limits
from recognition.models import StationDevice
from recognition.stations.stations import device_group
from tests.browser.serving import ROOT
from tests.conftest import absent
from tests.support.live import at_station, camera, closing_code, enrol, hear, show

REDIS = ("127.0.0.1", 6379)
URL = f"redis://{REDIS[0]}:{REDIS[1]}/9"

pytestmark = [pytest.mark.redis, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def through_redis(settings):
    try:
        socket.create_connection(REDIS, timeout=1).close()
    except OSError:
        absent(f"no Redis server answers at {URL}")
    prefix = f"ostiary-tests-{uuid.uuid4().hex}"
    settings.CHANNEL_LAYERS = {"default": redis_limits.channel_layer(URL)}
    settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = prefix
    return prefix


ANOTHER_PROCESS = """
import json, sys
from django.conf import settings
import django
django.setup()
prefix, group, event = sys.argv[1:]
settings.CHANNEL_LAYERS["default"]["CONFIG"]["prefix"] = prefix
from config.live.news import publish
publish(group, json.loads(event))
"""


def publish_elsewhere(prefix, group, event):
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DATABASE_URL": "sqlite:///:memory:",  # it only publishes
        "REDIS_URL": URL,
        "DEBUG": "true",
    }
    subprocess.run(
        [sys.executable, "-c", ANOTHER_PROCESS, prefix, group, json.dumps(event)],
        cwd=ROOT,
        env=environment,
        check=True,
        timeout=60,
    )


async def test_a_greeting_from_another_process_reaches_the_kiosk(through_redis, front_door):
    token = await sync_to_async(camera)(front_door)
    async with at_station(token) as station:
        event = {"kind": "greeting", "station": "front-door", "name": "Ada Lovelace"}
        await sync_to_async(publish_elsewhere)(through_redis, "station.front-door", event)
        assert await hear(station, "greeting") == event
    await get_channel_layer().flush()


async def test_a_revocation_in_another_process_closes_the_socket_at_once(through_redis, front_door):
    token = await sync_to_async(camera)(front_door)
    device = await StationDevice.objects.aget()
    async with at_station(token) as station:
        event = {"kind": "bye", "code": "revoked", "message": "The pairing was ended."}
        await sync_to_async(publish_elsewhere)(through_redis, device_group(device.pk), event)
        assert (await hear(station, "bye", within=2))["code"] == "revoked"
        assert await closing_code(station) == 4401
    await get_channel_layer().flush()


async def test_the_whole_way_from_a_frame_to_a_greeting_goes_through_redis(front_door, ada):
    await sync_to_async(enrol)(ada, "ada")
    token = await sync_to_async(camera)(front_door)
    async with at_station(token) as station:
        await show(station, "ada", times=4)
        assert (await hear(station, "greeting"))["name"] == "Ada Lovelace"
    await get_channel_layer().flush()
