"""Comparing a password: the only place where it is done, so that the limits hold at every door.

Four budgets, each of its own (accounts.credentials.guess_counts):

1. From a browser and an address that have not signed this person in before: by account over all addresses with a
   growing wait, by address (IPv6: by /64) and for the whole site.
2. From a browser that has: its own, by account. Guessing from elsewhere does not use it up, so the owner still gets in.
3. From an address that has, for programs without cookies: its own, by account, and by address over all accounts.
4. In an open session, where the current password is asked for again: its own, by account.

A new password, chosen through e-mail or set by an administrator, begins again: the counts are of this password.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.utils.translation import ngettext_lazy

from accounts.credentials import guess_counts, waiting
from accounts.credentials.guess_limits import Limit, steady
from accounts.identity import known_devices
from accounts.models import User
from config.errors import Refused
from config.web.client_address import address_of, place_of

BY_SECOND = ngettext_lazy(
    "Too many wrong passwords. Try again in %(n)d second.", "Too many wrong passwords. Try again in %(n)d seconds.", "n"
)
BY_MINUTE = ngettext_lazy(
    "Too many wrong passwords. Try again in %(n)d minute.", "Too many wrong passwords. Try again in %(n)d minutes.", "n"
)

NOBODYS = "!"  # a hash that no password has, and that takes as long to compare
FIRST_WAIT = timedelta(seconds=30)

log = logging.getLogger("ostiary.sign_in")


def compare(person: User | None, said: str, password: str, request: Any) -> bool:
    """Whether this is the password of `person`, whom `said` was found to mean; None: no one, and it takes as long.

    Refused `sign_in_locked` (429, `details.seconds`) when it was tried too often; then nothing is compared.
    """
    right = _compared(person, password, _budget(person, said, request), request)
    if right and person and (place := place_of(request)):
        guess_counts.note(_here(person, place))
    return right


def confirm(person: User, password: str, request: Any) -> bool:
    """The same for someone who is signed in and is asked again."""
    return _compared(person, password, {_inside(person): _for_account()}, request)


def wait_after(person: User | None, said: str, request: Any) -> int:
    """Seconds until the next try would be compared; 0: now."""
    return guess_counts.seconds_to_wait(_budget(person, said, request))


def refused(seconds: int) -> Refused:
    return Refused("sign_in_locked", _patience(seconds), status=429, details={"seconds": seconds})


def _compared(person: User | None, password: str, budget: guess_counts.Limits, request: Any) -> bool:
    if seconds := guess_counts.count(budget):
        log.warning("Refused: sign_in_locked for %s s, from %s", seconds, address_of(request) or "this machine")
        raise refused(seconds)
    right = person.check_password(password) if person else check_password(password, NOBODYS)
    if right:
        guess_counts.take_back(budget)
    return right


def _budget(person: User | None, said: str, request: Any) -> guess_counts.Limits:
    if device := known_devices.device_of(request, person):
        return {guess_counts.key_of("device", device, person.pk if person else ""): _for_account()}
    place = place_of(request)
    at_place = {guess_counts.key_of("place", place): _for_place()} if place else {}
    if person and place and guess_counts.is_noted(_here(person, place)):
        return {_here(person, place): _for_account(), **at_place}
    return {_account(person, said): _for_account(), guess_counts.key_of("site"): _for_site(), **at_place}


def _here(person: User, place: str) -> str:
    return guess_counts.key_of("here", person.pk, person.password, place)


def _account(person: User | None, said: str) -> str:
    """Of this password, so that a new one begins again. Names that no one has are counted like those someone has."""
    if person is None:
        return guess_counts.key_of("name", said.strip().casefold())
    return guess_counts.key_of("account", person.pk, person.password)


def _inside(person: User) -> str:
    return guess_counts.key_of("inside", person.pk, person.password)


def _for_account() -> Limit:
    longest = settings.AXES_COOLOFF_TIME
    return Limit(settings.AXES_FAILURE_LIMIT, min(FIRST_WAIT, longest), longest, forgets=timedelta(hours=1))


def _for_place() -> Limit:
    return steady(settings.LOGIN_ADDRESS_ATTEMPTS, settings.LOGIN_ADDRESS_ATTEMPTS * 4)


def _for_site() -> Limit:
    return steady(settings.LOGIN_SITE_ATTEMPTS, settings.LOGIN_SITE_ATTEMPTS * 4)


def _patience(seconds: int) -> str:
    return waiting.in_words(seconds, BY_SECOND, BY_MINUTE)
