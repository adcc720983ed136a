"""System checks of the library."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from library.barcode_readers import has_zbar

LOOPBACK = ("127.0.0.1", "::1", "localhost")


@register
def both_readers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if has_zbar():
        return []
    return [
        checks.Warning(
            "The system library zbar is missing: barcodes are read by one reader instead of two.",
            hint="Debian and Ubuntu: apt-get install libzbar0. macOS: brew install zbar.",
            id="library.W001",
        )
    ]


@register()
def the_library_system_has_an_address(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.LIBRARY_BACKEND != "sip2" or settings.SIP2_HOST:
        return []
    words = "LIBRARY_BACKEND is sip2, and nobody says where the library system is."
    return [checks.Error(words, "Set SIP2_HOST, or LIBRARY_BACKEND=local.", id="library.E001")]


@register(Tags.security, deploy=True)
def accounts_cross_the_network_sealed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.LIBRARY_BACKEND != "sip2" or settings.SIP2_TLS or settings.SIP2_HOST in ("", *LOOPBACK):
        return []
    words = "Accounts, loans and the password of SIP2_USER cross the network to the library system in the clear."
    hint = "Set SIP2_TLS=true, or use a tunnel to 127.0.0.1 and silence this check."
    return [checks.Warning(words, hint, id="library.W002")]
