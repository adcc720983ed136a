"""Somebody who guesses passwords, and a clock that they may wait on."""

from __future__ import annotations

import datetime

from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.utils import timezone

PASSWORD = "correct horse battery"


class Counting(MD5PasswordHasher):
    """Every comparison that is really made, with a password that somebody has."""

    compared: list[str] = []

    def verify(self, password, encoded):
        self.compared.append(password)
        return super().verify(password, encoded)


class Clock:
    """The time of day, moved by hand."""

    def __init__(self, monkeypatch):
        self.now = timezone.now()
        monkeypatch.setattr(timezone, "now", lambda: self.now)

    def goes_on(self, **delta):
        self.now += datetime.timedelta(**delta)


def sign_in(who="s-ada", password=PASSWORD, *, at="192.0.2.1", browser=None):
    """One try from this address; 302 is a door that opened."""
    browser = browser or Client()
    return browser.post("/sign-in/", {"username": who, "password": password}, REMOTE_ADDR=at)


def opened(answer):
    return answer.status_code == 302
