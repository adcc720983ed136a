"""Every address of the project against every role."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pytest
from channels.db import database_sync_to_async
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponse
from django.urls import include, path

from accounts.consent.notices import ensure_notices
from config.routing import websocket_urlpatterns
from recognition.live.consumers import COOKIE
from tests.support.addresses import Address, addresses
from tests.support.live import hear, knock
from tests.support.role_matrix import MATRIX, ROLES, SOCKETS
from tests.support.role_world import World

ARGUMENT = re.compile(r"<\w+:(\w+)>")
FOLLOWS_CHANGE = ("<object_id>/", "<object_id>/history/")
SIGN_IN = ("/sign-in/", "/admin/login/")
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


def rows(table: str) -> list[list[str]]:
    lines = (line.split() for line in table.splitlines())
    return [words for words in lines if words and words[0] != "#"]


def matrix(table: str = MATRIX) -> dict[Address, dict[str, str]]:
    return {
        Address(method, address): dict(zip(ROLES, answers, strict=True)) for method, address, *answers in rows(table)
    }


def needing_a_row(found: Iterable[Address]) -> set[Address]:
    """Not what follows another row, nor an address with a NUL, which is no address for anybody (config.api.urls)."""
    return {
        it
        for it in found
        if "\0" not in it.path and not (it.path.startswith("/admin/") and it.path.endswith(FOLLOWS_CHANGE))
    }


def complaints(found: set[Address], known: Iterable[Address]) -> list[str]:
    """What to write into the table, and what to take out of it."""
    paths = {address.path for address in found}
    missing = sorted(needing_a_row(found) - set(known))
    stale = sorted(address for address in known if address.path not in paths)
    hint = "then the status for " + ", ".join(ROLES)
    return [f"Add a row to tests/support/role_matrix.py: {' '.join(address)}, {hint}." for address in missing] + [
        f"Take out of tests/support/role_matrix.py, for it is gone: {' '.join(address)}" for address in stale
    ]


def test_every_address_has_a_row_and_every_row_an_address():
    assert not (said := complaints(addresses(), matrix())), "\n".join(said)


def test_an_address_without_a_row_is_named():
    forgotten = Address("POST", "/api/v1/identify/")
    [said] = complaints(addresses(), needing_a_row(addresses()) - {forgotten})
    assert said.startswith(
        "Add a row to tests/support/role_matrix.py: POST /api/v1/identify/, then the status for anonymous,"
    )


def test_a_page_that_somebody_adds_is_noticed():
    [said] = complaints(addresses(__name__), needing_a_row(addresses()))
    assert "GET /secret/<pk>/" in said


urlpatterns = [path("", include("config.urls")), path("secret/<int:pk>/", lambda request, pk: HttpResponse())]


def test_a_row_whose_address_is_gone_is_noticed():
    known = needing_a_row(addresses()) | {Address("GET", "/gone/")}
    assert complaints(addresses(), known) == ["Take out of tests/support/role_matrix.py, for it is gone: GET /gone/"]


@pytest.fixture
def world(notices):
    cache.clear()
    return World()


# Rights are Python: only anyone who may open everything asks every query of every database.
ASKED = [
    role if role == "administrator" else pytest.param(role, marks=pytest.mark.same_on_every_database) for role in ROLES
]


@pytest.mark.parametrize("role", ASKED)
def test_every_address_answers_this_role_as_the_matrix_says(world, role):
    wrong = []
    for address, answers in matrix().items():
        answer = asked(world, role, address)
        found = "login" if answer.get("Location", "").startswith(SIGN_IN) else str(answer.status_code)
        if found != answers[role]:
            wrong.append(f"{address.method} {address.path}: {found}, the matrix says {answers[role]}")
        if role in HEAD_TOO and address in PAGES and not (head := like_get(world, role, address.path, answer))[0]:
            wrong.append(f"{address.path}: GET {found}, HEAD {head[1]}")
    assert not wrong, f"{role}:\n" + "\n".join(wrong)


def asked(world: World, role: str, address: Address) -> Any:
    """Answered, with an empty body, and what it did is undone."""
    kind = JSON if address.path.startswith("/api/") else FORM
    client = world.client(role)
    with transaction.atomic():
        answer = client.generic(address.method, world.fill(address.path), content_type=kind)
        transaction.set_rollback(True)
    return answer


# --- HEAD: as GET, without the body -------------------------------------------------------------

PAGES = {address for address in addresses() if address.method == "GET" and not address.path.startswith("/api/")}
# Asked in the same breath as GET. The administrator sees the slowest pages, and is asked below.
HEAD_TOO = {"kiosk", "member"}


def like_get(world: World, role: str, path: str, get: Any) -> tuple[bool, int]:
    head = asked(world, role, Address("HEAD", path))
    alike = (get.status_code, get.get("Location")) == (head.status_code, head.get("Location"))
    body = b"".join(head.streaming_content) if head.streaming else head.content
    return alike and not body, head.status_code


@pytest.mark.parametrize("role", [pytest.param("administrator", marks=pytest.mark.long), *sorted(HEAD_TOO)])
@pytest.mark.same_on_every_database
def test_every_page_answers_head_like_get(world, role):
    """Of kiosk and member only the pages that need no row: for the others the matrix has just been asked.

    What the matrix says is answered with 200 goes nowhere else, and is not asked for twice.
    """
    wrong, known = [], matrix()
    for address in sorted(PAGES - (known.keys() if role in HEAD_TOO else set())):
        seen = known.get(address, {}).get(role) == "200"
        get = HttpResponse() if seen else asked(world, role, address)
        alike, head = like_get(world, role, address.path, get)
        if not alike or get.status_code == 405:
            wrong.append(f"{address.path}: GET {get.status_code}, HEAD {head}")
    assert not wrong, "\n".join(wrong)


def test_no_page_answers_a_get_with_405():
    """For whomever: the matrix says so, which is asked above."""
    assert not [address for address, answers in matrix().items() if address in PAGES and "405" in answers.values()]


# --- websockets ---------------------------------------------------------------------------------


def sockets() -> dict[str, dict[str, str]]:
    return {address: dict(zip(ROLES, says, strict=True)) for address, *says in rows(SOCKETS)}


def test_every_websocket_has_a_row():
    assert {ARGUMENT.sub(r"<\1>", f"/{route.pattern}") for route in websocket_urlpatterns} == set(sockets())


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.django_db(transaction=True)
async def test_every_websocket_greets_or_refuses_this_role_as_the_matrix_says(role):
    cookie, addresses = await database_sync_to_async(visitor)(role)
    for address, says in sockets().items():
        socket = knock(addresses[address], cookie=cookie)
        assert (await socket.connect(timeout=5))[0]
        first = await hear(socket, "hello", "bye")
        assert first.get("code", "hello") == says[role], address
        await socket.disconnect()


def visitor(role: str) -> tuple[str, dict[str, str]]:
    """The cookies that this role's browser sends, and each socket's address with its arguments filled in."""
    ensure_notices()
    world = World()
    addresses = {address: world.fill(address) for address in sockets()}
    if role == "kiosk":
        return f"{COOKIE}={world.token}", addresses
    return "; ".join(f"{name}={morsel.value}" for name, morsel in world.client(role).cookies.items()), addresses
