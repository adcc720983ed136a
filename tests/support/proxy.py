"""A line to a server that can be cut: refused, as by a server that was stopped, or silent, as by a frozen one."""

from __future__ import annotations

import contextlib
import socket
import threading


class Proxy:
    """`127.0.0.1:port` leads to `target`. `refuse()` and `swallow()` end what is good, `restore()` begins again.

    A connection that was swallowed stays dead, as behind a firewall that has forgotten it: open, and nobody answers.
    """

    def __init__(self, target: tuple[str, int]) -> None:
        self._target, self._lock, self._lines = target, threading.Lock(), []
        self._swallows = False
        self._listener = self._listen(0)
        self.port = self._listener.getsockname()[1]

    def refuse(self) -> None:
        _shut(self._listener)
        self._cut()

    def swallow(self) -> None:
        with self._lock:
            self._swallows = True
            for line in self._lines:
                line.dead = True

    def restore(self) -> None:
        self._swallows = False
        if self._listener.fileno() < 0:
            self._listener = self._listen(self.port)

    def stop(self) -> None:
        _shut(self._listener)
        self._cut()

    def _listen(self, port: int) -> socket.socket:
        listener = socket.create_server(("127.0.0.1", port), backlog=100, reuse_port=False)
        threading.Thread(target=self._accept, args=[listener], daemon=True).start()
        return listener

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = listener.accept()
                try:
                    server = socket.create_connection(self._target, 5)
                except OSError:
                    _shut(client)
                    continue
                with self._lock:
                    line = Line(client, server, dead=self._swallows)
                    self._lines.append(line)
                line.start()

    def _cut(self) -> None:
        with self._lock:
            lines, self._lines = self._lines, []
        for line in lines:
            line.cut()


class Line:
    def __init__(self, client: socket.socket, server: socket.socket, *, dead: bool) -> None:
        self.client, self.server, self.dead = client, server, dead

    def start(self) -> None:
        for source, target in ((self.client, self.server), (self.server, self.client)):
            threading.Thread(target=self._pump, args=[source, target], daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if not self.dead:
                    target.sendall(data)
            if self.dead and source is self.server:
                return  # the client never hears that the other end has gone
        self.cut()

    def cut(self) -> None:
        _shut(self.client)
        _shut(self.server)


def _shut(one: socket.socket) -> None:
    with contextlib.suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
