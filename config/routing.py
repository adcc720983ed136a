"""Every websocket of the project."""

from __future__ import annotations

from typing import Any

from django.urls import path, re_path

from attendance.records.board.consumers import BoardConsumer
from config.live.consumer import NoSuchSocket
from library.desk.consumers import DeskConsumer
from lockers.assignments.live import MyLockersConsumer
from lockers.desk.consumers import LockersConsumer
from recognition.live.consumers import StationConsumer
from recognition.live.staff_consumers import DemoConsumer, StaffConsumer

websocket_urlpatterns: list[Any] = [
    path("ws/station/", StationConsumer.as_asgi()),
    path("ws/stations/", StaffConsumer.as_asgi()),
    path("ws/demo/", DemoConsumer.as_asgi()),
    path("ws/attendance/<int:session>/", BoardConsumer.as_asgi()),
    path("ws/library/desk/", DeskConsumer.as_asgi()),
    path("ws/lockers/mine/", MyLockersConsumer.as_asgi()),
    path("ws/lockers/", LockersConsumer.as_asgi()),
    re_path("", NoSuchSocket.as_asgi()),  # the last one: whatever else is asked for
]
