"""Which addresses of the internet lie in someone's own network, however they are written. Knows nothing of Django.

IPv6 can carry an IPv4 address inside: what a gateway, or this machine's own kernel, makes of it is what counts.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Gateways between the two internets, and what the registries have set aside: no server of someone else is here.
NEVER_PUBLIC = tuple(
    ipaddress.ip_network(network)
    for network in (
        "64:ff9b::/96",  # NAT64 (RFC 6052)
        "64:ff9b:1::/48",  # NAT64 of one's own network (RFC 8215)
        "2002::/16",  # 6to4 (RFC 3056)
        "2001::/32",  # Teredo (RFC 4380)
        "fec0::/10",  # what private networks were before fc00::/7
        "3fff::/20",  # documentation
        "5f00::/16",  # segment routing
        "192.88.99.0/24",  # the way to 6to4
    )
)
MAPPED = ipaddress.ip_network("::ffff:0:0/96")
COMPATIBLE = ipaddress.ip_network("::/96")
TRANSLATED = ipaddress.ip_network("::ffff:0:0:0/96")  # SIIT (RFC 2765)
ISATAP = (0x00005EFE, 0x02005EFE)  # the third quarter of the address (RFC 5214)


def is_public(text: str) -> bool:
    """Whether this number leads out of every private network. False for what is not an address."""
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return all(_is_public(one) for one in (address, *embedded(address)) if not _is_only_a_shell(one))


def embedded(address: Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 address that an IPv6 address carries at its end."""
    if not isinstance(address, ipaddress.IPv6Address):
        return
    third = int(address) >> 32 & 0xFFFFFFFF
    if _is_only_a_shell(address) or third in ISATAP:
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _is_only_a_shell(address: Address) -> bool:
    """It says nothing but the IPv4 address in it. `::` and `::1` are addresses of their own, and private ones."""
    shells = (MAPPED, COMPATIBLE, TRANSLATED)
    return int(address) > 1 and any(address in shell for shell in shells)


def _is_public(address: Address) -> bool:
    set_aside = any(address in network for network in NEVER_PUBLIC)
    return address.is_global and not address.is_multicast and not set_aside
