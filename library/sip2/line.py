"""One connection to a library system: whole lines out, whole lines in, nothing else."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass

from library.sip2.messages import LONGEST


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    tls: bool = False
    ca_file: str = ""  # empty: the authorities that the machine trusts
    timeout: float = 5.0  # seconds without a byte


class Line:
    """Raises OSError for whatever happens to the connection."""

    def __init__(self, address: Address) -> None:
        raw = socket.create_connection((address.host, address.port), timeout=address.timeout)
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = _sealed(raw, address) if address.tls else raw
        except BaseException:
            raw.close()
            raise
        self._read = bytearray()

    def send(self, line: bytes) -> None:
        self._socket.sendall(line)

    def receive(self) -> bytes:
        """The next line that is not empty."""
        while True:
            line, found, rest = self._read.partition(b"\r")
            if found:
                self._read = rest
                if line.strip():
                    return bytes(line)
                continue
            if len(self._read) > LONGEST:
                raise ConnectionError("The other side sends no end of a line")
            self._more()

    def _more(self) -> None:
        data = self._socket.recv(4096)
        if not data:
            raise ConnectionError("The other side has closed the connection")
        self._read += data

    def close(self) -> None:
        self._socket.close()


def _sealed(raw: socket.socket, address: Address) -> socket.socket:
    """TLS with the name and the certificate looked at."""
    context = ssl.create_default_context(cafile=address.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(raw, server_hostname=address.host)
