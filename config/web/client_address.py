"""Where a request comes from: the one answer for limits, locks and logs.

A proxy appends to X-Forwarded-For, so only its right end can be believed: as many entries as there are proxies of
ours (settings.TRUSTED_PROXIES). What stands further left, the client may have written itself.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Sequence
from typing import Any

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
ONE_CUSTOMER = 64  # bits: what one line is given of IPv6, so that its addresses cost nothing


def address_of(request: Any) -> str:
    """The rightmost address that is not a proxy of ours, as text; "" where there is none, as over a Unix socket."""
    if request is None:
        return ""
    peer = parsed(str(request.META.get("REMOTE_ADDR") or ""))
    found = _behind_proxies(peer, forwarded_hops(request.headers.get("X-Forwarded-For", "")))
    return str(found) if found else ""


def address_or_none(request: Any) -> str | None:
    """For columns in which no address means no value."""
    return address_of(request) or None


def network_of(address: str) -> str:
    """What counts as one place: an IPv4 address, the /64 of an IPv6 address, "" for no address."""
    found = parsed(address)
    if isinstance(found, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((found, ONE_CUSTOMER), strict=False))
    return str(found) if found else ""


def place_of(request: Any) -> str:
    return network_of(address_of(request))


def parsed(text: str) -> Address | None:
    """`10.0.0.1`, `10.0.0.1:5000`, `[::1]:5000`, `fe80::1%eth0`; an IPv4 address inside IPv6 is that IPv4 address."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return getattr(found, "ipv4_mapped", None) or found


def forwarded_hops(header: str) -> list[Address | None]:
    """Nearest to us first. None: an entry that is not an address, beyond which nothing can be believed."""
    return [parsed(hop) for hop in reversed(header.split(",")) if hop.strip()]


def _behind_proxies(peer: Address | None, hops: Sequence[Address | None]) -> Address | None:
    trusted = settings.TRUSTED_PROXIES
    if trusted is None:
        trusted = 1 if getattr(settings, "SECURE_PROXY_SSL_HEADER", None) else 0
    if isinstance(trusted, int):
        return _last_believed([peer, *hops[:trusted]])
    return _first_stranger(peer, hops, trusted)


def _last_believed(chain: Sequence[Address | None]) -> Address | None:
    """With a number of proxies: the farthest entry that the last of them has written."""
    known: Address | None = chain[0]
    for hop in chain[1:]:
        if hop is None:
            break
        known = hop
    return known


def _first_stranger(peer: Address | None, hops: Sequence[Address | None], ours: Sequence[Network]) -> Address | None:
    """With the networks of the proxies. A peer without an address came over a socket file of this machine."""
    known = peer
    for hop in hops:
        if hop is None or not (known is None or any(known in network for network in ours)):
            break
        known = hop
    return known
