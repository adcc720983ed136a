"""Settings hold settings: how apps join in is code (config.ops.registries.registry,
recognition.stations.app.station_app)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from accounts.consent import consent, enrolment_rules
from accounts.credentials import second_pins
from accounts.people import erasure, my_data
from config import settings
from config.door_relays import owners
from config.ops.registries import alerts, demo_parts, home_parts, purges
from config.web import menu

MOST = 12
OURS = re.compile(r"(config|accounts|recognition|attendance|library|lockers)(\.[A-Za-z_]\w*)+")
# Where Django, or a package that it names, wants a dotted path.
THEIR_OWN = {
    "ASGI_APPLICATION",
    "AUTHENTICATION_BACKENDS",
    "AUTH_PASSWORD_VALIDATORS",
    "AUTH_USER_MODEL",
    "AXES_CLIENT_IP_CALLABLE",
    "CACHES",
    "DEFAULT_EXCEPTION_REPORTER",
    "FILE_UPLOAD_HANDLERS",
    "FORMAT_MODULE_PATH",
    "INSTALLED_APPS",
    "LOGGING",
    "MIDDLEWARE",
    "REST_FRAMEWORK",
    "ROOT_URLCONF",
    "SERIALIZATION_MODULES",
    "SPECTACULAR_SETTINGS",
    "TEMPLATES",
}


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in (*value.keys(), *value.values()):
            yield from strings(part)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for part in value:
            yield from strings(part)


def paths_in(module: Any, *, without: set[str]) -> list[str]:
    names = [name for name in vars(module) if name.isupper() and name not in without]
    return [text for name in names for text in strings(getattr(module, name)) if OURS.fullmatch(text)]


def test_few_settings_are_dotted_paths_to_our_own_code():
    found = paths_in(settings, without=THEIR_OWN)
    assert len(settings.STATION_APPS) == 4
    assert set(settings.STATION_APPS.values()) < set(found)
    assert len(found) <= MOST, f"Register it in the app's hooks.py instead: {found}"


def test_paths_are_found_in_lists_and_mappings():
    class Module:
        PATHS = {"library.wiring.job_steps.tidy": 60, "x": ["lockers.access.erasure.forget"]}
        OTHERS = ("library", "var/library.csv", "django.contrib.auth", 5, None)
        MIDDLEWARE = ["config.web.error_pages.RefusedMiddleware"]

    assert paths_in(Module, without=THEIR_OWN) == ["library.wiring.job_steps.tidy", "lockers.access.erasure.forget"]


def names(registry: Any) -> list[str]:
    return [name for name, _part in registry.items()]


def test_the_order_of_what_people_see():
    assert names(menu.MENUS) == ["attendance", "library", "lockers", "visitors", "recognition", "accounts", "branding"]
    assert names(home_parts.HOME) == [
        "demo",
        "attendance",
        "library",
        "lockers",
        "visitors",
        "recognition",
        "newcomers",
        "own photos",
        "accounts",
    ]
    assert names(menu.TOOLS) == ["accounts", "recognition", "library", "lockers"]
    assert names(my_data.FACTS) == ["accounts", "recognition", "attendance", "library", "lockers", "visitors"]
    assert names(my_data.OWN_PAGES) == ["sign_ins", "card_lost", "download", "photos", "looks"]
    assert names(alerts.ALERTS) == ["clock", "disk", "mail", "webhooks", "recognition profile", "stations"]
    assert names(demo_parts.PARTS) == ["attendance", "library", "lockers", "visitors"]


def test_steps_that_may_refuse_a_deletion_come_first():
    assert names(erasure.STEPS) == ["library", "lockers", "recognition", "attendance"]


def test_every_hook_is_registered():
    assert names(consent.WITHDRAWN) == ["recognition", "lockers"]
    assert names(enrolment_rules.RULES) == ["lockers"]
    assert sorted(names(owners.OWNERS)) == ["library", "lockers"]
    assert second_pins.second_pin() is not second_pins.NONE
    assert set(names(purges.PURGES)) == {
        "attendance",
        "audit",
        "catalogue_uploads",
        "guess_counts",
        "idempotency_keys",
        "import_stages",
        "lockers",
        "mail",
        "newcomers",
        "notifications",
        "own photos",
        "visitors",
        "sign_ins",
        "stations",
        "tag_commands",
        "webhooks",
    }
