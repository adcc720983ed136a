"""One connection to a library system: whole lines out, whole lines in, nothing else."""

from __future__ import annotations

import socket
import ssl
from dataclasses import dataclass

from library.sip2.codec.framing import Answers

QUIET = 0.3  # seconds of silence after which what looks like the end of a line is one


@dataclass(frozen=True, slots=True)
class Address:
    host: str
    port: int
    tls: bool = False
    ca_file: str = ""  # empty: the authorities that the machine trusts
    timeout: float = 5.0  # seconds without a byte


class Connection:
    """Raises OSError for whatever happens to the connection."""

    def __init__(self, address: Address) -> None:
        raw = socket.create_connection((address.host, address.port), timeout=address.timeout)
        try:
            raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket = _sealed(raw, address) if address.tls else raw
        except BaseException:
            raw.close()
            raise
        self._timeout = address.timeout
        self._answers = Answers()

    def send(self, line: bytes) -> None:
        self._socket.sendall(line)

    def receive(self, patience: float | None = None) -> bytes:
        """The next line that is not empty. TimeoutError after `patience` seconds without a byte (the address's)."""
        while True:
            if line := self._answers.line():
                return line
            if self._answers.overflows:
                raise ConnectionError("The other side sends no end of a line")
            if not self._more(patience or self._timeout) and (line := self._answers.guess()):
                return line

    def _more(self, patience: float) -> bool:
        """False when nothing came, and what is there may be a whole line."""
        likely = self._answers.is_likely
        self._socket.settimeout(min(QUIET, patience) if likely else patience)
        try:
            self._answers.add(self._read())
        except TimeoutError:
            if likely:
                return False
            raise
        finally:
            self._socket.settimeout(self._timeout)
        return True

    def _read(self) -> bytes:
        data = self._socket.recv(4096)
        if not data:
            raise ConnectionError("The other side has closed the connection")
        return data

    def forget(self) -> None:
        """Before a question: what was said so far is not an answer to it. Notices a line that was closed meanwhile."""
        self._socket.settimeout(0)
        try:
            while True:
                self._read()
        except (BlockingIOError, ssl.SSLWantReadError):
            self._answers.forget()
        finally:
            self._socket.settimeout(self._timeout)

    def close(self) -> None:
        self._socket.close()


def _sealed(raw: socket.socket, address: Address) -> socket.socket:
    """TLS with the name and the certificate looked at."""
    context = ssl.create_default_context(cafile=address.ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context.wrap_socket(raw, server_hostname=address.host)
