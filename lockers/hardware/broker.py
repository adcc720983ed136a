"""How the lockers speak with a message broker: MQTT 3.1.1, at least once, and nothing kept for whoever is away."""

from __future__ import annotations

from typing import Any

from config import broker

KEEPALIVE = 15  # s; the broker speaks a last will after one and a half of it
QOS = 1  # at least once: the door ignores the second time

where = broker.where


def client(url: str) -> Any:
    """Always a clean session: a broker must not keep commands for whoever is away."""
    return broker.client(url, clean_session=True)
