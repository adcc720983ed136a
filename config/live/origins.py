"""A websocket is opened by a page of this very site: scheme, host and port, as Django asks it of a form.

A browser always says which page opens a socket, and no page can change what it says. Cookies tell nothing here: they
know no port, and go along from every page.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import SplitResult, urlsplit

from channels.security.websocket import WebsocketDenier
from django.conf import settings
from django.http.request import split_domain_port, validate_host

log = logging.getLogger("ostiary.live")

Application = Callable[[Any, Any, Any], Awaitable[Any]]
PORTS = {"http": 80, "https": 443}


class OwnOrigins:
    """Who is turned away here never hears why, so the log must say it."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        said = _headers(scope, b"origin")
        if len(said) == 1 and is_own(said[0], scope):
            return await self.application(scope, receive, send)
        log.warning("Refused: wrong_origin %s", ", ".join(map(repr, said)) or None)
        return await WebsocketDenier()(scope, receive, send)


def is_own(origin: str, scope: dict[str, Any]) -> bool:
    """The site as this connection reached it, SITE_URL, or one of CSRF_TRUSTED_ORIGINS."""
    try:
        parts = urlsplit(origin)
        place = _place(parts)
    except ValueError:
        return False
    if place is None or origin != f"{parts.scheme}://{parts.netloc}":
        return False
    named = {_place(urlsplit(known)) for known in (settings.SITE_URL, *settings.CSRF_TRUSTED_ORIGINS)}
    return place in named or _trusted_subdomain(parts) or place == _reached(parts, scope)


def _place(parts: SplitResult) -> tuple[str, str, int] | None:
    """Scheme, host and port; None for what has no host, and for a pattern."""
    if parts.scheme not in PORTS or not parts.hostname or "*" in parts.netloc or "@" in parts.netloc:
        return None
    return parts.scheme, parts.hostname.lower(), parts.port or PORTS[parts.scheme]


def _reached(parts: SplitResult, scope: dict[str, Any]) -> tuple[str, str, int] | None:
    """Where the connection says that it goes, one of ALLOWED_HOSTS. Without a word: where it comes from."""
    scheme = _scheme(scope)
    host = (_headers(scope, b"host") or [f"{parts.hostname}"])[0]
    if not validate_host(split_domain_port(host)[0], settings.ALLOWED_HOSTS):
        return None
    return _place(urlsplit(f"{scheme}://{host}"))


def _scheme(scope: dict[str, Any]) -> str:
    """As `HttpRequest.is_secure` sees it."""
    header = getattr(settings, "SECURE_PROXY_SSL_HEADER", None)
    if header:
        said = _headers(scope, header[0].removeprefix("HTTP_").replace("_", "-").lower().encode())
        return "https" if said and said[0].split(",")[0].strip() == header[1] else "http"
    return "https" if scope.get("scheme") in ("wss", "https") else "http"


def _trusted_subdomain(parts: SplitResult) -> bool:
    """CSRF_TRUSTED_ORIGINS may say https://*.example.org."""
    patterns = (urlsplit(known) for known in settings.CSRF_TRUSTED_ORIGINS if "*" in known)
    return any(
        parts.scheme == pattern.scheme and parts.netloc.lower().endswith(pattern.netloc.lstrip("*").lower())
        for pattern in patterns
    )


def _headers(scope: dict[str, Any], name: bytes) -> list[str]:
    return [value.decode("latin1") for key, value in scope.get("headers", []) if key == name]
