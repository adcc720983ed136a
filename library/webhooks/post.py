"""One request to another system, bounded in every direction."""

from __future__ import annotations

import http.client
import socket
import ssl
import threading

from library.webhooks.addresses import Target, resolved

CONNECT = 5.0  # seconds without an answer
WHOLE = 15.0  # seconds for everything
MOST_READ = 16_384  # bytes of the answer


def post(target: Target, body: bytes, headers: dict[str, str]) -> int:
    """The status of the answer. Raises OSError, http.client.HTTPException or Refused. Follows nothing."""
    raw = socket.create_connection((resolved(target), target.port), timeout=CONNECT)
    connection = _Pinned(target, raw)
    # Whoever sends one byte a second is cut off all the same.
    late = threading.Event()
    watch = threading.Timer(WHOLE, _cut, args=[raw, late])
    watch.daemon = True
    watch.start()
    try:
        connection.request("POST", target.path, body, headers)
        answer = connection.getresponse()
        answer.read(MOST_READ)
        if late.is_set():  # half an answer looks whole to http.client
            raise TimeoutError("The answer took too long")
        return answer.status
    finally:
        watch.cancel()
        connection.close()
        raw.close()


class _Pinned(http.client.HTTPConnection):
    """Speaks over a connection that is there already, so that no name is asked for a second time."""

    def __init__(self, target: Target, raw: socket.socket) -> None:
        super().__init__(target.host, target.port, timeout=CONNECT)
        self._target, self._raw = target, raw

    def connect(self) -> None:
        if self._target.tls:
            context = ssl.create_default_context()
            self.sock = context.wrap_socket(self._raw, server_hostname=self._target.host)
        else:
            self.sock = self._raw


def _cut(raw: socket.socket, late: threading.Event) -> None:
    late.set()
    try:
        raw.shutdown(socket.SHUT_RDWR)
    except OSError:
        raw.close()
