"""The desk hears at once who comes and goes; nobody else does."""

from __future__ import annotations

import pytest
from django.test import Client

from library.visits import visits
from tests.support.live import hear, in_database, knock

pytestmark = pytest.mark.django_db(transaction=True)


def cookie_of(person):
    client = Client()
    client.force_login(person, backend="accounts.backends.RoleBackend")
    return "; ".join(f"{name}={morsel.value}" for name, morsel in client.cookies.items())


async def test_the_desk_sees_who_comes_and_goes(ada, librarian):
    desk = knock("/ws/library/desk/", cookie=await in_database(cookie_of)(librarian))
    assert (await desk.connect())[0]
    assert (await hear(desk, "hello"))["people"] == []
    visit, _new = await in_database(visits.enter)(ada)
    news = await hear(desk, "library.entered")
    assert news["name"] == "Ada Lovelace"
    assert [one["name"] for one in (await hear(desk, "hello"))["people"]] == ["Ada Lovelace"]
    await in_database(visits.end)(visit)
    await hear(desk, "library.left")
    assert (await hear(desk, "hello"))["people"] == []
    await desk.disconnect()


async def test_a_reader_is_told_nothing(ada):
    socket = knock("/ws/library/desk/", cookie=await in_database(cookie_of)(ada))
    assert (await socket.connect())[0]
    assert (await hear(socket, "bye"))["code"] == "not_permitted"
