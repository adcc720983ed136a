"""Where a request came from: within these networks, within so many metres. Pure rules."""

from __future__ import annotations

import ipaddress
import math
from collections.abc import Iterable

EARTH = 6_371_000.0  # m, mean radius
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def networks_of(text: str) -> list[Network]:
    """Networks separated by spaces, commas or lines, such as `10.20.0.0/16`. Raises ValueError at what is not one."""
    return [ipaddress.ip_network(part, strict=False) for part in text.replace(",", " ").split()]


def inside(address: str, networks: Iterable[Network]) -> bool:
    """Whether an address lies in one of them; no address lies in none."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(found in network for network in networks)


def metres(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Along the sphere, between two places given as (latitude, longitude) in degrees."""
    (lat1, lon1), (lat2, lon2) = (tuple(map(math.radians, place)) for place in (first, second))
    half = math.sin((lat2 - lat1) / 2) ** 2 + math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(half)))
