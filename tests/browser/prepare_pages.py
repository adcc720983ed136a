"""Every page of the site with a row of each kind behind it, done in a process of its own.

Prints JSON: `sessions`, a cookie for each role; `pages`, pairs of a role and an address that it may look at; and
`kiosks`, a cookie for a screen of each kind.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

import django

django.setup()

from accounts.consent.notices import ensure_notices  # noqa: E402
from accounts.models import User  # noqa: E402  needs the apps
from library.models import LibraryStation  # noqa: E402
from recognition.models import Station  # noqa: E402
from recognition.stations import stations  # noqa: E402
from tests.support.role_matrix import MATRIX, ROLES  # noqa: E402
from tests.support.role_world import World  # noqa: E402

# What answers with a file, a part of a page or a redirect is no page.
NO_PAGES = (
    "/api/v1",
    "/api/schema",
    "/static",
    "/metrics",
    "/healthz",
    "/readyz",
    "/admin/jsi18n",
    "/admin/autocomplete",
)
# Of the administration every list, and of these the forms: the others are built of the same parts.
CHANGED = ("accounts/user", "attendance/course", "library/title", "lockers/locker", "recognition/station")
ADDED = ("accounts/consent", "attendance/classsession", "library/copy", "lockers/bank")


def main() -> None:
    User.objects.all().delete()  # whom the server's own preparation has made
    ensure_notices()
    world = World()
    sessions = {role: world.session_of(role) for role in world.people}
    pages = sorted({(role, world.fill(path)) for path, role in shown()})
    found = [(role, path) for role, path in pages if is_page(world, role, path)]
    facts = {"sessions": sessions, "kiosk": world.token, "pages": found, "kiosks": dict(kiosks())}
    print(json.dumps(facts))  # noqa: T201


def kiosks() -> Iterator[tuple[str, str]]:
    purposes = {"door": "reception", "entry": "library", "exit": "library", "class": "attendance", "lockers": "lockers"}
    for slug, purpose in purposes.items():
        station = Station.objects.create(slug=f"kiosk-{slug}", name=f"Kiosk {slug}", place="Hall", purpose=purpose)
        if purpose == "library":
            LibraryStation.objects.create(station=station, kind=slug)
        _device, token = stations.pair(stations.new_pairing_code(station, by=None), device_name="Screen")
        yield slug, token


def shown() -> list[tuple[str, str]]:
    """Each address once, with the first role that may look at it: administrators see most of them."""
    found = []
    for line in MATRIX.splitlines():
        words = line.split()
        if words[:1] == ["GET"] and not words[1].startswith(NO_PAGES) and not is_like_others(words[1]):
            answers = dict(zip(ROLES, words[2:], strict=True))
            order = ["administrator", *(role for role in ROLES if role != "administrator")]
            role = next((role for role in order if answers[role] == "200"), None)
            if role:
                found.append((words[1], role))
    return found


def is_like_others(path: str) -> bool:
    """Of the administration only pages of our own rows, and the page of one row only for CHANGED."""
    if not path.startswith("/admin/"):
        return False
    rest = path.removeprefix("/admin/")
    if "<object_id>" in rest or rest.endswith("/add/"):
        return not rest.startswith(CHANGED + ADDED) or rest.endswith("/delete/")
    return rest.startswith(("auditlog", "axes", "auth", "django_tasks", "knox"))


def is_page(world: World, role: str, path: str) -> bool:
    answer = world.client(role).get(path, secure=True, headers={"host": "127.0.0.1"})  # as production wants it
    whole = b"<html" in getattr(answer, "content", b"")[:2000].lower()
    return answer.status_code == 200 and whole


main()
