"""A process of its own that looks at one camera for a few seconds: what it says on stdout is all that it leaves.

FFmpeg reads what a stranger's machine sends, so it does that here: without secrets in the environment, with an end,
and with protocols that lead to no file and no other service. Its parent (probing.py) has looked up the name before and
gives the number; HTTP is spoken here without redirects. Run as `python -m recognition.stations.camera.probe`, with a
JSON object on stdin: `kind` (usb, rtsp, http), `address`, and for HTTP `host`, `port`, `path`, `tls`, `number`,
`authorization`.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import os
import resource
import socket
import ssl
import sys
import time
from collections.abc import Generator, Iterator
from typing import Any

SECONDS = 4.0  # of pictures
CONNECT = 5.0  # s for the first picture, or for an answer
MOST_BYTES = 6_000_000  # over HTTP
MOST_FRAMES = 150
MOST_SIDE = 8192  # px: no camera has more, a broken header says so
SHOWN_WIDTH = 960  # px
CPU_SECONDS = 12


Pictures = Generator[Any, None, None]  # H × W × 3, BGR


class Failed(Exception):
    """The code of a sentence in probing.py."""


def main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS))
    wanted = json.loads(sys.stdin.read())
    try:
        found = looked(_http(wanted) if wanted["kind"] == "http" else _captured(wanted))
    except Failed as reason:
        found = {"error": str(reason)}
    sys.stdout.write(json.dumps(found) + "\n")


def looked(pictures: Pictures) -> dict[str, Any]:
    """The newest picture, its size, and how many come in a second. Failed `no_picture`."""
    import cv2

    times, newest = list[float](), None
    with contextlib.closing(pictures):
        for picture in pictures:
            times.append(time.monotonic())
            newest = picture
            if times[-1] - times[0] >= SECONDS or len(times) >= MOST_FRAMES:
                break
    if newest is None:
        raise Failed("no_picture")
    height, width = newest.shape[:2]
    if max(height, width) > MOST_SIDE:
        raise Failed("no_picture")
    small = newest if width <= SHOWN_WIDTH else cv2.resize(newest, (SHOWN_WIDTH, round(height * SHOWN_WIDTH / width)))
    jpeg = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 80])[1].tobytes()
    fps = (len(times) - 1) / (times[-1] - times[0]) if len(times) > 2 and times[-1] > times[0] else 0.0
    return {"width": width, "height": height, "fps": round(fps, 1), "jpeg": base64.b64encode(jpeg).decode()}


def _captured(wanted: dict[str, Any]) -> Pictures:
    os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = (
        "rtsp_transport;tcp|protocol_whitelist;rtsp,rtp,tcp,udp|analyzeduration;2000000"
    )
    import cv2

    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
    limits = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, int(CONNECT * 1000), cv2.CAP_PROP_READ_TIMEOUT_MSEC, int(CONNECT * 1000)]
    if wanted["kind"] == "usb":
        capture = cv2.VideoCapture(int(wanted["address"]))
    else:
        capture = cv2.VideoCapture(wanted["address"], cv2.CAP_FFMPEG, limits)
    if not capture.isOpened():
        raise Failed("not_opened")
    while True:
        good, frame = capture.read()
        if not good:
            return
        yield frame


def _http(wanted: dict[str, Any]) -> Pictures:
    """Each whole JPEG of the answer: one of a snapshot, many of a stream."""
    import cv2
    import numpy as np

    for jpeg in jpegs(_answered(wanted)):
        frame = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
        if frame is not None:
            yield frame


def jpegs(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pictures cut out of what comes, whatever lies between them."""
    kept = b""
    for chunk in chunks:
        kept += chunk
        while (begin := kept.find(b"\xff\xd8\xff")) >= 0 and (end := kept.find(b"\xff\xd9", begin)) >= 0:
            yield kept[begin : end + 2]
            kept = kept[end + 2 :]


def _answered(wanted: dict[str, Any]) -> Iterator[bytes]:
    """What comes in time. No redirect is followed: what was meant for one machine reaches no other."""
    until, read = time.monotonic() + CONNECT + SECONDS, 0
    headers = {"Authorization": wanted["authorization"]} if wanted["authorization"] else {}
    try:
        with _connected(wanted) as connection:
            connection.request("GET", wanted["path"], headers=headers)
            answer = connection.getresponse()
            if answer.status in (401, 403):
                raise Failed("password")
            if answer.status != 200:
                raise Failed("not_a_camera")
            while time.monotonic() < until and read < MOST_BYTES and (chunk := answer.read1(65536)):
                read += len(chunk)
                yield chunk
    except (OSError, http.client.HTTPException) as error:
        raise Failed("not_opened") from error


@contextlib.contextmanager
def _connected(wanted: dict[str, Any]) -> Iterator[http.client.HTTPConnection]:
    raw = socket.create_connection((wanted["number"], wanted["port"]), timeout=CONNECT)
    connection = http.client.HTTPConnection(wanted["host"], wanted["port"], timeout=CONNECT)
    with contextlib.closing(connection):
        tls = ssl.create_default_context() if wanted["tls"] else None
        connection.sock = tls.wrap_socket(raw, server_hostname=wanted["host"]) if tls else raw
        yield connection


if __name__ == "__main__":
    main()
