"""The one client of this process, from the settings."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from library.sip2.client import due_dates
from library.sip2.client.client import Client, Site
from library.sip2.client.connection import Address
from library.sip2.client.questions import Speech


def client() -> Client:
    """Refused `library_system_unset` when no one said where it is."""
    if not settings.SIP2_HOST:
        raise Refused("library_system_unset", _("SIP2_HOST is empty, so the library system cannot be reached."))
    address = Address(
        settings.SIP2_HOST, settings.SIP2_PORT, settings.SIP2_TLS, settings.SIP2_CA_FILE, settings.SIP2_TIMEOUT
    )
    speech = _speech()
    return _client(
        Site(
            address,
            speech,
            settings.SIP2_USER,
            settings.SIP2_PASSWORD,
            settings.SIP2_LOCATION,
            settings.SIP2_ENCODING,
        )
    )


def _speech() -> Speech:
    return Speech(settings.SIP2_INSTITUTION, ZoneInfo(settings.TIME_ZONE), settings.SIP2_DUE_FORMAT)


@lru_cache(maxsize=4)
def _client(site: Site) -> Client:
    return Client(site)


def forget() -> None:
    """For tests: the next client connects again."""
    _client.cache_clear()


def is_there() -> str:
    """For /readyz: the library system is at work. Refused with a reason when it is not."""
    answer = client().status(patient=False)  # a monitor asks again by itself
    online = f"{answer.get('AM') or 'The library system'} is online."
    return " ".join(filter(None, (online, due_dates.advice(_speech()))))
