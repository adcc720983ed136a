"""System checks of the lockers."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Tags, register

from lockers.doors.hardware.home_messages import TOPIC

KINDS = {"simulator": (), "http": ("url",), "mqtt": ("url",)}


@register()
def every_lock_is_of_a_known_kind(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    for bank, spec in settings.LOCKER_ACTUATORS.items():
        kind = spec.get("kind", "simulator") if isinstance(spec, dict) else None
        missing = [name for name in KINDS.get(kind or "", ()) if not spec.get(name)]
        if kind not in KINDS or missing:
            words = f"LOCKER_ACTUATORS: the locks of '{bank}' cannot be reached."
            hint = f"Kinds are {', '.join(KINDS)}; http and mqtt need a url."
            found.append(checks.Error(words, hint, id="lockers.E001"))
    return found


@register(Tags.security, deploy=True)
def the_log_has_a_key_of_its_own(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    if "site" not in settings.LOCKER_LOG_KEYS:
        return []
    words = (
        "The access log of the lockers is signed with a key made of SECRET_KEY: a new SECRET_KEY makes it unverifiable."
    )
    hint = "Set LOCKER_LOG_KEYS (manage.py new_keys prints a value), and keep a copy of it elsewhere."
    return [checks.Warning(words, hint, id="lockers.W001")]


@register()
def home_assistant_has_topics_of_its_own(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    names = ("HOME_ASSISTANT_PREFIX", "HOME_ASSISTANT_TOPIC")
    wrong = [name for name in names if not TOPIC.match(getattr(settings, name))]
    words = f"{', '.join(wrong)}: no topic that could be published on."
    hint = "Use letters, digits, _ - and /, as in ostiary/north."
    return [checks.Error(words, hint, id="lockers.E002")] if wrong else []


@register(Tags.security, deploy=True)
def doors_obey_nobody_else(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    open_to_all = [
        bank
        for bank, spec in settings.LOCKER_ACTUATORS.items()
        if spec.get("kind") == "mqtt" and not spec.get("secret")
    ]
    words = "Anyone who may publish on the message broker can open lockers of: " + ", ".join(open_to_all)
    hint = "Give LOCKER_ACTUATORS a `secret` that the door controllers know too."
    return [checks.Warning(words, hint, id="lockers.W002")] if open_to_all else []
