"""Tests one camera's address: which machines may be asked, and a process that asks them (probe.py)."""

from __future__ import annotations

import base64
import ipaddress
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from config.errors import Refused
from config.ops.network.networks import is_public
from config.ops.network.relay import Network, basic
from recognition.stations.camera.probe import MOST_SIDE

PATIENCE = 20.0  # s for the whole test
PORTS = {"rtsp": 554, "http": 80, "https": 443}
LONGEST = 500  # characters of an address
MOST_OUTPUT = 8_000_000  # bytes
USB = frozenset("0123456789")

SENTENCES = {
    "not_opened": _("The camera does not answer. Check the address, its port, and the user name and password in it."),
    "password": _("The camera asks for a user name and a password, or refuses these. Write them before the host."),
    "not_a_camera": _("There is a machine at this address, but it does not send pictures. Check the path."),
    "no_picture": _(
        "The camera answers, but sends no picture that can be read. Try its sub-stream, as H.264 or MJPEG."
    ),
    "too_slow": _("The camera did not send a picture in time. Check its network."),
    "failed": _("The test failed. Try again, or try another stream of the camera."),
}


@dataclass(frozen=True, slots=True)
class ProbeResult:
    width: int
    height: int
    fps: float  # 0: one picture, or too few to say
    jpeg: bytes


def probe(address: str) -> ProbeResult:
    """Raises Refused, with a sentence that repeats nothing of the address."""
    found = _run(wanted_of(address.strip()))
    if "error" in found:
        raise _refused(found["error"])
    return ProbeResult(int(found["width"]), int(found["height"]), float(found["fps"]), base64.b64decode(found["jpeg"]))


def shown(address: str) -> str:
    """The address without what may be a secret, before its host or after its path: for the page and the log."""
    scheme, sign, rest = address.strip().partition("://")
    if not sign:
        return address.strip() if address.strip() in USB else ""
    plain, secret = re.split(r"[?#]", rest, maxsplit=1)[0], re.search(r"[?#].*@", rest)
    return f"{scheme}://…" if secret else f"{scheme}://{plain.rpartition('@')[2]}"[:LONGEST]  # secret: who knows what


def wanted_of(address: str) -> dict[str, Any]:
    """What the process is told. Refused `bad_address`, `unknown_host` or `not_inside`."""
    if address in USB:
        return {"kind": "usb", "address": address}
    parts, port = _parts(address)
    number = _number(str(parts.hostname), port)
    if parts.scheme == "rtsp":
        return {"kind": "rtsp", "address": _with_number(parts, number, port)}
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    said = basic(unquote(parts.username), unquote(parts.password or "")).at_once() if parts.username else ""
    where = {"host": parts.hostname, "port": port, "number": number, "tls": parts.scheme == "https"}
    return {"kind": "http", "path": path, "authorization": said, **where}


def _parts(address: str) -> tuple[SplitResult, int]:
    try:
        parts = urlsplit(address)
        port = parts.port or PORTS.get(parts.scheme, 0)
    except ValueError:
        parts, port = urlsplit(""), 0
    plain = len(address) <= LONGEST and address.isascii() and not any(sign <= " " for sign in address)
    if not port or not parts.hostname or not plain:
        words = _("Write an address that begins with rtsp://, http:// or https://, or the number of a USB camera.")
        raise Refused("bad_address", str(words))
    return parts, port


def _number(host: str, port: int) -> str:
    """The name is looked up once, and all of its numbers must be inside: the camera is asked by its number then."""
    try:
        numbers = list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))
    except OSError:
        raise Refused(
            "unknown_host", str(_("No machine with this name was found. Check it, or use its number."))
        ) from None
    if not numbers or not all(_is_inside(one, settings.CAMERA_NETWORKS) for one in numbers):
        words = _("This address is not in a network in which cameras may be (the setting CAMERA_NETWORKS).")
        raise Refused("not_inside", str(words), status=403)
    return numbers[0]


def _is_inside(number: str, networks: Sequence[Network]) -> bool:
    """Never a public number, and never this machine or its neighbours in the cloud, unless the site names them."""
    address = ipaddress.ip_address(number.partition("%")[0])
    one = getattr(address, "ipv4_mapped", None) or address
    return not is_public(number) and any(one.version == network.version and one in network for network in networks)


def _with_number(parts: SplitResult, number: str, port: int) -> str:
    before = parts.netloc.rpartition("@")[0]
    host = f"[{number}]" if ":" in number else number
    return parts._replace(netloc=f"{before}@{host}:{port}" if before else f"{host}:{port}").geturl()


def _run(wanted: dict[str, Any]) -> dict[str, Any]:
    """The address goes in by stdin, where no list of processes shows it; the environment has no secrets in it."""
    environment = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(settings.BASE_DIR),
        "OPENCV_IO_MAX_IMAGE_PIXELS": str(MOST_SIDE**2),  # a header that promises more is not believed
    }
    command = [sys.executable, "-m", "recognition.stations.camera.probe"]
    try:
        done = subprocess.run(  # noqa: S603  our own module
            command,
            input=json.dumps(wanted).encode(),
            capture_output=True,
            timeout=PATIENCE,
            env=environment,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return {"error": "too_slow"}
    try:
        found = json.loads(done.stdout[-MOST_OUTPUT:].splitlines()[-1])
    except (ValueError, IndexError):
        return {"error": "failed"}
    return found if isinstance(found, dict) else {"error": "failed"}


def _refused(code: str) -> Refused:
    return Refused(code if code in SENTENCES else "failed", str(SENTENCES.get(code, SENTENCES["failed"])), status=502)
