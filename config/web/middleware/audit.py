"""The audit log's middleware, with the address that the rest of the site believes."""

from __future__ import annotations

from typing import Any

from auditlog.middleware import AuditlogMiddleware

from config.web.client_address import address_or_none


class AuditMiddleware(AuditlogMiddleware):
    """The package takes the leftmost entry of X-Forwarded-For and the port from a header: what any client may write."""

    @staticmethod
    def _get_remote_addr(request: Any) -> str | None:
        return address_or_none(request)

    @staticmethod
    def _get_remote_port(request: Any) -> None:
        return None
