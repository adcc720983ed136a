"""Accounts that the sign-in page offers with one click. Only a demo on one's own machine has any."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from config.ops.registries.registry import Registry


@dataclass(frozen=True)
class SignInOffer:
    """A button that posts to `url`: who that is, and what they do here. No secret is part of it."""

    role: str | Promise
    name: str
    note: str | Promise
    url: str


SIGN_IN_OFFERS = Registry[Callable[[], Sequence[SignInOffer]]]("Sign-in offers")
