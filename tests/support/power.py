"""The database of this process's threads, switched off and on: without power nobody gets a new connection."""

from __future__ import annotations

from django.db import OperationalError, connections


class Power:
    """A thread that holds a connection keeps it; those of sockets, clock and listeners connect for each deed."""

    def __init__(self, monkeypatch):
        self._patch, self._kind = monkeypatch, type(connections["default"])
        self._connects = self._kind.get_new_connection

    def off(self):
        def refused(*_args):
            raise OperationalError("connection refused")

        self._patch.setattr(self._kind, "get_new_connection", refused)

    def on(self):
        self._patch.setattr(self._kind, "get_new_connection", self._connects)
