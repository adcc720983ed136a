"""System checks of the library."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from library.kiosk.barcodes.readers import has_zbar
from library.sip2.server.terminals import POWERS

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
    words = "LIBRARY_BACKEND is sip2, but SIP2_HOST does not say where the library system is."
    return [checks.Error(words, "Set SIP2_HOST, or LIBRARY_BACKEND=local.", id="library.E001")]


@register()
def due_dates_have_a_format(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    form, noon = settings.SIP2_DUE_FORMAT, datetime(2026, 12, 20, 12)
    if not form or _read(noon.strftime(form), form) == noon.date():
        return []
    words = f"SIP2_DUE_FORMAT is {form!r}, which is not a date format."
    return [
        checks.Error(words, "Use the form %d/%m/%Y, as in Python's strptime, or leave it empty.", id="library.E002")
    ]


def _read(text: str, form: str) -> date | None:
    try:
        return datetime.strptime(text, form).date()
    except ValueError:
        return None


@register()
def the_currency_has_three_letters(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    code = settings.LIBRARY_CURRENCY
    if len(code) == 3 and code.isascii() and code.isalpha():
        return []
    words = f"LIBRARY_CURRENCY is {code!r}, which is not a code of three letters."
    return [checks.Error(words, "Use a code of ISO 4217, such as EUR or USD, or XXX for none.", id="library.E003")]


@register()
def terminals_have_passwords_and_known_powers(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    return [
        checks.Error(
            f"SIP2_TERMINALS: {name} {problem}.",
            "manage.py sip2_terminal NAME --may ... prints the whole value.",
            id="library.E004",
        )
        for name, account in settings.SIP2_TERMINALS.items()
        if (problem := _problem_of(account))
    ]


def _problem_of(account: Any) -> str:
    known = account if isinstance(account, dict) else {"password": account}
    if not isinstance(known.get("password"), str):
        return "has no hashed password"
    may = known.get("may", [])
    if not isinstance(may, list) or not all(power in POWERS for power in may):
        return f"has a permission that does not exist; the permissions are {', '.join(POWERS)}"
    return ""


@register(Tags.security, deploy=True)
def accounts_cross_the_network_sealed(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if settings.LIBRARY_BACKEND != "sip2" or settings.SIP2_TLS or settings.SIP2_HOST in ("", *LOOPBACK):
        return []
    words = "Accounts, loans and the password of SIP2_USER cross the network to the library system in the clear."
    hint = "Set SIP2_TLS=true, or use a tunnel to 127.0.0.1 and silence this check."
    return [checks.Warning(words, hint, id="library.W002")]
