"""A machine that answers one byte, and then another, and never comes to an end."""

from __future__ import annotations

import contextlib
import socket
import threading


@contextlib.contextmanager
def dripping():
    """Its address; it drips until the block is left."""
    stop, server = threading.Event(), socket.create_server(("127.0.0.1", 0))

    def drip():
        there, _address = server.accept()
        with there:
            there.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not stop.wait(0.05):
                try:
                    there.sendall(b"x")
                except OSError:
                    return

    threading.Thread(target=drip, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
    finally:
        stop.set()
        server.close()
