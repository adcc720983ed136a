"""For which site passkeys are: SITE_URL says it, never the Host header."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from lockers.rules.messages import refusal


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id`: the relying party, a host name. `origins`: from whose pages an answer may come."""

    id: str
    name: str
    origins: tuple[str, ...]


def site() -> RelyingParty | None:
    """None where no browser would take part: passkeys need a name, not a number, and https (or localhost)."""
    if not settings.LOCKER_PASSKEYS:
        return None
    own = urlsplit(settings.SITE_URL)
    host = (own.hostname or "").lower()
    if not host or _is_number(host) or not (own.scheme == "https" or _is_local(host)):
        return None
    trusted = [origin for origin in settings.CSRF_TRUSTED_ORIGINS if _belongs(origin, host)]
    mine = f"{own.scheme}://{own.netloc}".lower()
    return RelyingParty(host, settings.SITE_NAME, tuple(dict.fromkeys([mine, *trusted])))


def require_site() -> RelyingParty:
    """Refused `no_passkeys_here`."""
    if (found := site()) is None:
        raise refusal("no_passkeys_here", 409)
    return found


def _belongs(origin: str, host: str) -> bool:
    """An origin in full, over https, of this host or below it: WebAuthn lets both use the same name."""
    parts = urlsplit(origin)
    named = (parts.hostname or "").lower()
    return "*" not in origin and parts.scheme == "https" and (named == host or named.endswith(f".{host}"))


def _is_local(host: str) -> bool:
    return host == "localhost" or host.endswith(".localhost")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
