"""The doors of the live part: sockets through the real ASGI application, and people enrolled by colour."""

from __future__ import annotations

import asyncio
import contextlib

import numpy as np
from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator

from accounts.roles import Purpose
from config.asgi import application
from recognition.faces import crypto, gallery
from recognition.models import FaceTemplate
from recognition.stations import stations
from tests.support.fake_engine import FakeEngine, hue_of, picture

ORIGIN = (b"origin", b"http://testserver")


def enrol(person, name, purpose=Purpose.RECEPTION):
    """A template straight into the gallery: these stories are not about enrolment."""
    vector = np.asarray(FakeEngine()._vector(hue_of(name)), np.float32)
    FaceTemplate.objects.create(
        person=person,
        purpose=purpose,
        profile="fake",
        photos=5,
        vector=crypto.vector_to_blob(vector, context=f"template:{person.pk}:{purpose}"),
    )
    gallery.bump(purpose)


def camera(station, by=None):
    return stations.new_camera_token(station, by=by, name="Test camera")


def knock(path, *, token="", cookie="", origin=ORIGIN):
    headers = [origin] if origin else []
    if token:
        headers.append((b"authorization", f"Bearer {token}".encode()))
    if cookie:
        headers.append((b"cookie", cookie.encode()))
    socket = WebsocketCommunicator(application, path, headers=headers)
    socket.skipped = []
    return socket


@contextlib.asynccontextmanager
async def at_station(token, **headers):
    """An open station socket that has said hello."""
    socket = knock("/ws/station/", token=token, **headers)
    assert (await socket.connect(timeout=15))[0]
    socket.hello = await hear(socket)
    try:
        yield socket
    finally:
        if not socket.future.done():
            await socket.disconnect()


async def hear(socket, *kinds, within=15):
    """The next message of these kinds (or of any) that has not been heard yet, also from among those skipped before."""
    for message in socket.skipped:
        if not kinds or message["kind"] in kinds:
            socket.skipped.remove(message)
            return message
    async with asyncio.timeout(within):
        while True:
            message = await socket.receive_json_from(timeout=within)
            if not kinds or message["kind"] in kinds:
                return message
            socket.skipped.append(message)


async def show(socket, *names, times=1, **drawing):
    """Show the camera the same picture a few times, waiting for each answer like a well-behaved client."""
    return [await send(socket, picture(*names, **drawing)) for _ in range(times)]


async def send(socket, data):
    """One frame and its answer."""
    await socket.send_to(bytes_data=data)
    return await hear(socket, "frame", "refused", "bye")


async def closing_code(socket, within=15):
    """What the socket is closed with, after everything else that it says."""
    async with asyncio.timeout(within):
        while True:
            message = await socket.receive_output(timeout=within)
            if message["type"] == "websocket.close":
                return message["code"]


async def rest(socket, seconds=0.3, within=15):
    """Whatever else the socket says until it is quiet for a moment."""
    heard, socket.skipped = socket.skipped, []
    async with asyncio.timeout(within):
        while not await socket.receive_nothing(timeout=seconds):
            heard.append(await socket.receive_json_from())
    return heard


in_database = database_sync_to_async
