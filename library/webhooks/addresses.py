"""Where a webhook may go: https, never inside our own network unless the site allows it."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True, slots=True)
class Target:
    host: str
    port: int
    path: str
    tls: bool


def split(url: str) -> Target:
    """Refused `bad_webhook_address`: only https; http to this very machine while DEBUG."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _refused(_("This is no address.")) from error
    host = parts.hostname or ""
    plain = parts.scheme == "http" and settings.DEBUG and host in LOOPBACK_NAMES
    if parts.scheme != "https" and not plain:
        raise _refused(_("A webhook's address begins with https://"))
    if not host or parts.username is not None or not url.isascii() or any(sign <= " " for sign in url):
        raise _refused(_("Write an address with a host, and without a user or blanks."))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(host, port or (443 if parts.scheme == "https" else 80), path, parts.scheme == "https")


def resolved(target: Target) -> str:
    """The number to connect to, looked at: nobody reaches our own network through a name. Refused `inside_network`.

    The caller connects to this number and asks no name server again.
    """
    found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    numbers = [str(row[4][0]) for row in found]
    if not numbers or not all(_may_be_reached(number, target) for number in numbers):
        raise Refused("inside_network", _("This address lies in a private network. LIBRARY_WEBHOOK_PRIVATE allows it."))
    return numbers[0]


def _may_be_reached(number: str, target: Target) -> bool:
    address = ipaddress.ip_address(number.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_loopback and settings.DEBUG and target.host in LOOPBACK_NAMES:
        return True
    return settings.LIBRARY_WEBHOOK_PRIVATE or (address.is_global and not address.is_multicast)


def _refused(words: str) -> Refused:
    return Refused("bad_webhook_address", words)
