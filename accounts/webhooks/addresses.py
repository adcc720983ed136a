"""Where a webhook may go: https, never inside our own network unless the site allows it."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from config.ops.network.networks import is_public
from config.ops.network.relay import Target, numbers_of, target_of

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
LOOPBACK_NUMBERS = ("127.0.0.1", "::1")


def split(url: str) -> Target:
    """Refused `bad_webhook_address`: only https; http to this very machine while DEBUG."""
    try:
        scheme, host = urlsplit(url).scheme, urlsplit(url).hostname
    except ValueError as error:
        raise _refused(_("This is not an address.")) from error
    plain = scheme == "http" and settings.DEBUG and host in LOOPBACK_NAMES
    if scheme != "https" and not plain:
        raise _refused(_("A webhook's address begins with https://. Please correct it."))
    try:
        return target_of(url)
    except ValueError as error:
        raise _refused(
            _(
                "This address is not complete or has a user name or spaces in it. Enter an address like https://example.org/hook."
            )
        ) from error


def resolved(target: Target) -> str:
    """The number to connect to, looked at: no one reaches our own network through a name. Refused `inside_network`.

    The caller connects to this number and asks no name server again.
    """
    numbers = numbers_of(target)
    if not all(_may_be_reached(number, target) for number in numbers):
        words = _("This address is in a private network. Set LIBRARY_WEBHOOK_PRIVATE to allow it.")
        raise Refused("inside_network", words)
    return numbers[0]


def _may_be_reached(number: str, target: Target) -> bool:
    if number in LOOPBACK_NUMBERS and settings.DEBUG and target.host in LOOPBACK_NAMES:
        return True
    return settings.LIBRARY_WEBHOOK_PRIVATE or is_public(number)


def _refused(words: str) -> Refused:
    return Refused("bad_webhook_address", words)
