"""System checks about the machine, with `manage.py check --deploy`: what is fine for one developer only."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

LOCAL = ("localhost", "127.0.0.1", "::1")
CONSOLE = "django.core.mail.backends.console.EmailBackend"


@register(Tags.security, deploy=True)
def one_process_without_redis(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    words = "Live pages and sign-in limits are kept in the memory of one process."
    hint = "Set REDIS_URL, or run exactly one server process and silence this check."
    return [] if settings.REDIS_URL else [checks.Warning(words, hint, id="config.W001")]


@register(Tags.security, deploy=True)
def mail_reaches_people(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    words = "E-mails, such as new passwords, are printed to the log instead of being sent."
    hint = "Set EMAIL_URL, for example smtp+tls://user:password@mail.example.org:587"
    return [checks.Warning(words, hint, id="config.W002")] if settings.EMAIL_BACKEND == CONSOLE else []


@register(Tags.security, deploy=True)
def no_demo_in_production(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    words = "The demo campus shows its station to everyone."
    hint = "Set DEMO=false and start with an empty database."
    return [checks.Warning(words, hint, id="config.W003")] if settings.DEMO else []


@register(Tags.security, deploy=True)
def redis_asks_who_comes(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    address = urlsplit(settings.REDIS_URL)
    if address.scheme == "unix" or not address.hostname or address.hostname in LOCAL or address.password:
        return []
    words = (
        "Redis on another machine is used without a password. Anyone who can reach it can read and forge live events."
    )
    hint = "Give it a user of its own, and set REDIS_URL=rediss://USER:PASSWORD@HOST:6379/0 (docs/production.md)."
    return [checks.Warning(words, hint, id="config.W004")]
