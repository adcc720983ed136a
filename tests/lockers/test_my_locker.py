"""My locker: the status of its door, live; who is told of an opening; and “it was not me”."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import OutgoingMail
from accounts.roles import Role
from lockers.access import keys
from lockers.assignments import blocking, live, registration
from lockers.doors import home_assistant, openings
from lockers.models import AccessLog
from tests.conftest import person
from tests.lockers.test_live import cookie_of
from tests.lockers.test_pages import as_, page_of, said
from tests.support.live import hear, in_database, knock
from tests.support.lockers import KIOSK, bank, code_of, given, key_of, locker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path):
    settings.VAR_DIR = tmp_path


def opened(who, which, *, station=KIOSK):
    return keys.redeem(key_of(who, which, station=station).code, which, station=station)


def told(kind):
    rows = OutgoingMail.objects.filter(kind=kind).order_by("person__first_name")
    return list(rows.values_list("person__first_name", flat=True))


async def listening(who):
    socket = knock("/ws/lockers/mine/", cookie=await in_database(cookie_of)(who) if who else "")
    assert (await socket.connect(timeout=15))[0]
    return socket


async def until(socket, fits):
    async with asyncio.timeout(15):
        while not fits(state := await hear(socket, "hello")):
            pass
    return state


# --- live -----------------------------------------------------------------------------------------


async def test_a_holder_sees_their_key_count_down_and_their_door_open(ada, grace):
    seven, eight = await in_database(given)(ada, "7"), await in_database(given)(grace, "8")
    socket = await listening(ada)
    [door] = (await hear(socket, "hello"))["doors"]
    assert (door["id"], door["state"], door["key_seconds"], door["opened"]) == (seven.pk, "unknown", 0, [])
    issued = await in_database(key_of)(ada, seven)
    [door] = (await until(socket, lambda state: state["doors"][0]["key_seconds"]))["doors"]
    assert 170 < door["key_seconds"] <= 180 and issued.code not in str(door)
    await in_database(keys.redeem)(issued.code, seven, station=KIOSK)
    [door] = (await until(socket, lambda state: state["doors"][0]["state"] == "open"))["doors"]
    assert "Ada Lovelace · Key" in door["opened"][0]["words"] and door["key_seconds"] == 0
    await in_database(opened)(grace, eight)
    assert await socket.receive_nothing(timeout=0.5), "another holder's door is nobody else's business"
    await socket.disconnect()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.ADMINISTRATOR, Role.LOCKER_OFFICER])
async def test_no_one_hears_of_a_locker_that_is_not_theirs(ada, role):
    await in_database(given)(ada, "7")
    socket = await listening(await in_database(person)("s-x", "Xenia", role))
    assert (await hear(socket, "hello"))["doors"] == []
    await socket.disconnect()


async def test_a_stranger_hears_nothing():
    assert (await hear(await listening(None), "bye"))["code"] == "not_permitted"


def test_a_share_from_tomorrow_on_shows_no_door_and_a_holder_no_key_of_another(ada, grace):
    seven = given(ada, "7")
    tomorrow = timezone.localdate() + timedelta(days=1)
    registration.share(seven.assignments.get(), grace, by=None, starts_on=tomorrow)
    assert live.hello(grace)["doors"] == []
    eight = given(ada, "8", joint=[grace])
    key_of(ada, eight)
    assert [door["key_until"] for door in live.hello(grace)["doors"]] == [""]


def test_many_lockers_take_as_many_queries_as_one(ada, django_assert_max_num_queries):
    for number in "1234":
        opened(ada, given(ada, number))
    with django_assert_max_num_queries(10):
        assert [len(door["opened"]) for door in live.hello(ada)["doors"]] == [1, 1, 1, 1]


def test_the_page_shows_door_openings_and_key_without_a_script(client, ada):
    seven = given(ada, "7")
    opened(ada, seven)
    key_of(ada, seven)
    page = page_of(as_(client, ada), "/lockers/mine/")
    assert "You have a key. It is valid until" in page and "Block this locker" in page
    assert f'data-my-door="{seven.pk}" data-state="open"' in page


# --- the e-mail -----------------------------------------------------------------------------------


def test_all_holders_are_told_of_an_opening_once(ada, grace):
    opened(ada, given(ada, "7", joint=[grace]))
    assert told("lockers.opened") == ["Ada", "Grace"]
    text = OutgoingMail.objects.filter(kind="lockers.opened").first().body
    assert "with the key of Ada Lovelace, at The vault-kiosk" in text and "/lockers/mine/" in text


def test_an_officers_opening_is_not_told_twice(ada, officer):
    openings.override(given(ada, "7"), by=officer, reason="Water")
    assert (told("lockers.opened"), told("lockers.overridden")) == ([], ["Ada"])


def test_a_kiosk_that_is_new_for_them_is_a_warning_that_no_one_turns_off(ada):
    seven = given(ada, "7")
    opened(ada, seven)
    bank(kiosk="other-kiosk")
    opened(ada, seven, station="other-kiosk")
    opened(ada, seven, station="other-kiosk")
    assert (told("lockers.opened"), told("lockers.opened_elsewhere")) == (["Ada", "Ada"], ["Ada"])


def test_openings_may_be_turned_off_and_warnings_may_not(client, ada):
    page = page_of(as_(client, ada), "/me/")
    assert "lockers.opened" in page and "lockers.opened_elsewhere" not in page and "lockers.blocked" not in page


# --- it was not me --------------------------------------------------------------------------------


def test_a_blocked_locker_opens_with_no_key_until_an_officer_lifts_it(client, ada, officer):
    officer.email = "edsger@example.org"
    officer.save()
    seven = given(ada, "7")
    issued = key_of(ada, seven)
    assert said(as_(client, ada).post(f"/lockers/mine/{seven.pk}/block/", follow=True)) == [
        "Your locker is blocked. No key opens it. Please see a locker officer."
    ]
    assert code_of(keys.redeem, issued.code, seven, station=KIOSK) == "bad_key"
    assert code_of(key_of, ada, seven) == "blocked"
    assert (told("lockers.blocked"), told("lockers.officer_blocked")) == (["Ada"], [officer.first_name])
    page = page_of(as_(client, officer), f"/lockers/doors/{seven.pk}/")
    assert "Ada Lovelace blocked this locker" in page and "blocked by its holder" in page
    assert openings.override(seven, by=officer, reason="With its holder").state == "opened", "an officer still opens it"
    seven.refresh_from_db()
    assert said(client.post(f"/lockers/doors/{seven.pk}/unblock/", follow=True)) == [
        "The block is lifted. Keys open the locker again."
    ]
    key_of(ada, seven)
    assert set(AccessLog.objects.values_list("kind", flat=True)) >= {"locker.blocked", "locker.unblocked"}


def test_home_assistant_opens_no_blocked_locker(ada):
    seven = given(ada, "7", of=bank())
    seven.bank.home_assistant_opens = True
    seven.bank.save()
    blocking.block(seven.assignments.get(), by=ada)
    assert home_assistant.command(seven.pk) == "blocked"


def test_only_its_holders_block_a_locker_and_none_of_them_lifts_it(client, ada, grace, officer):
    seven, mine = given(ada, "7"), None
    assert as_(client, grace).post(f"/lockers/mine/{seven.pk}/block/").status_code == 404
    mine = seven.assignments.get()
    assert code_of(blocking.block, mine, by=officer) == "not_yours"
    assert code_of(blocking.unblock, mine, by=officer) == "not_blocked"
    blocking.block(mine, by=ada)
    assert code_of(blocking.block, mine, by=ada) == "blocked_already"
    assert code_of(blocking.unblock, mine, by=ada) == "not_officer"
    own = given(officer, "8").assignments.get()
    blocking.block(own, by=officer)
    assert code_of(blocking.unblock, own, by=officer) == "not_yourself"


def test_a_locker_of_no_one_is_not_there(client, ada):
    assert as_(client, ada).post(f"/lockers/mine/{locker('9').pk}/block/").status_code == 404
