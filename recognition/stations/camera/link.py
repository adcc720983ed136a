"""The agent's end of a station's websocket: one picture, then its answer."""

from __future__ import annotations

import contextlib
import json
import ssl
from typing import Any
from urllib.parse import SplitResult, urlsplit

from websockets.exceptions import ConnectionClosed, InvalidHandshake, InvalidStatus
from websockets.sync.client import ClientConnection, connect

from recognition.stations.camera.trouble import GiveUp, Lost, Occupied

PATIENCE = 10.0  # s for the handshake, and for each answer
# Goodbyes after which coming back would not help; what someone must do instead.
FINAL = {
    "not_paired": "The server does not know this token. Make a new one in the station's admin page.",
    "revoked": "This camera's pairing was ended. Make a new token in the station's admin page.",
}


class CameraLink:
    def __init__(self, server: str, token: str, station: str) -> None:
        self._station, self._token = station, token
        self._origin, self._address = _addresses(server)
        self._socket: ClientConnection | None = None
        self._closing = contextlib.ExitStack()

    def open(self) -> dict[str, Any]:
        """Connect, and return the server's hello. Raises Lost, or GiveUp when it cannot heal by itself."""
        self._socket = self._connect()
        hello = self._hear("hello")
        if hello["station"]["slug"] != self._station:
            raise GiveUp(f"This token belongs to the station {hello['station']['slug']}, not to {self._station}.")
        return hello

    def ask(self, jpeg: bytes) -> dict[str, Any]:
        """Send one picture and wait for its answer (`frame` or `refused`). Raises Lost or GiveUp."""
        assert self._socket is not None  # noqa: S101  open() comes first
        with contextlib.suppress(ConnectionClosed):  # the goodbye, if there was one, still waits to be read
            self._socket.send(jpeg)
        return self._hear("frame", "refused")

    def close(self) -> None:
        self._closing.close()
        self._socket = None

    def _hear(self, *kinds: str) -> dict[str, Any]:
        assert self._socket is not None  # noqa: S101  open() comes first
        try:
            while True:
                message: dict[str, Any] = json.loads(self._socket.recv(timeout=PATIENCE))
                if message["kind"] in kinds:
                    return message
                if message["kind"] == "bye":
                    raise _farewell(message)
        except TimeoutError:
            raise Lost("the server does not answer") from None
        except ConnectionClosed:
            raise Lost("the connection was closed") from None

    def _connect(self) -> ClientConnection:
        headers = {"Authorization": f"Bearer {self._token}"}
        try:
            opening = connect(
                self._address, origin=self._origin, additional_headers=headers, open_timeout=PATIENCE, proxy=None
            )
            return self._closing.enter_context(opening)  # in some versions it connects no sooner than here
        except ssl.SSLCertVerificationError as error:
            raise GiveUp(f"The server's certificate is not trusted: {error.verify_message}.") from error
        except InvalidStatus as error:
            raise _unwelcome(error.response.status_code) from error
        except (OSError, TimeoutError, InvalidHandshake) as error:
            raise Lost(f"the server cannot be reached ({error or type(error).__name__})") from error


def _addresses(server: str) -> tuple[Any, str]:
    """The origin and the websocket's address that belong to a server's address."""
    parts = urlsplit(server)
    secure = parts.scheme in ("https", "wss")
    if parts.scheme not in ("http", "https", "ws", "wss") or not parts.hostname or not _port_is_a_number(parts):
        raise GiveUp(f"{server} is not a valid address. Write it like https://ostiary.example.org.")
    web, socket = ("https", "wss") if secure else ("http", "ws")
    return f"{web}://{parts.netloc}", f"{socket}://{parts.netloc}/ws/station/"


def _port_is_a_number(parts: SplitResult) -> bool:
    try:
        return parts.port is None or parts.port > 0
    except ValueError:
        return False


def _unwelcome(status: int) -> Exception:
    if status == 403:
        return GiveUp("The server refuses this address. Use one that is listed in its ALLOWED_HOSTS.")
    if status in (400, 404):
        return GiveUp(f"No Ostiary server was found at this address (HTTP {status}).")
    return Lost(f"the server answers with HTTP {status}")


def _farewell(message: dict[str, Any]) -> Exception:
    if message["code"] in FINAL:
        return GiveUp(FINAL[message["code"]])
    if message["code"] == "replaced":
        return Occupied()
    return Lost(str(message["message"]))
