"""Guessing PINs at kiosks and terminals: a number that nobody has is answered like a wrong PIN, in word and in time."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.hashers import make_password

from accounts.credentials.pins import check_named, set_pin
from accounts.models import GuessCount, User
from config.errors import Refused
from library.sip2.codec.messages import Message
from library.sip2.server.session import TerminalSession
from lockers.access import card_and_pin
from lockers.models import AccessLog
from recognition.live.consumers import COOKIE
from recognition.stations import stations
from tests.support.guessers import Clock, Counting
from tests.support.lockers import given

# Hashes and words are Python: that guesses count is asked of each database by test_security_guessing.py.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]


@pytest.fixture
def kiosk(client, front_door):
    _device, token = stations.pair(stations.new_pairing_code(front_door, by=None), device_name="Tablet")
    client.cookies[COOKIE] = token
    return lambda number, pin: client.post("/kiosk/without-face/", {"id_number": number, "pin": pin})


@pytest.fixture
def hashed(settings, monkeypatch, ada):
    """Every hash that is made, whatever for."""
    settings.PASSWORD_HASHERS = ["tests.support.guessers.Counting"]
    made, real = [], Counting.encode
    monkeypatch.setattr(Counting, "encode", lambda *args: made.append(1) or real(*args))
    return made


@pytest.fixture
def clock(monkeypatch):
    return Clock(monkeypatch)


def test_a_kiosk_answers_an_unknown_number_like_a_wrong_pin(kiosk, ada, grace, clock):
    """Word for word, through the whole ladder of waits; Grace has no PIN at all."""
    set_pin(ada, "4711", by=ada)
    heard = {"s-ada": [], "s-nobody": [], "s-grace": []}
    for _ in range(9):
        for number, answers in heard.items():
            answer = kiosk(number, "4712")
            answers.append((answer.status_code, answer.json()))
        clock.goes_on(seconds=61)
    assert heard["s-ada"] == heard["s-nobody"] == heard["s-grace"]
    assert {answer["code"] for _, answer in heard["s-ada"]} == {"wrong_pin", "pin_locked"}


def test_a_kiosk_takes_the_same_time_for_a_number_that_nobody_has(kiosk, ada, grace, hashed):
    set_pin(ada, "4711", by=ada)
    for number in ("s-ada", "s-grace", "s-nobody", ""):
        hashed.clear()
        kiosk(number, "4712")
        assert len(hashed) == 2, number  # with the PIN, and with a second one that there may be


def test_the_lockers_desk_answers_alike_too(ada, hashed):
    set_pin(ada, "4711", by=ada)
    row, answers = given(ada, "7"), []
    for said in ("s-ada", "s-nobody"):
        hashed.clear()
        with pytest.raises(Refused) as refused:
            card_and_pin.begin(said, "4712", row, station="kiosk")
        answers.append((refused.value.code, refused.value.message, refused.value.status, len(hashed)))
    assert answers[0] == answers[1]
    assert AccessLog.objects.filter(kind="pin.refused").count() == 2, "both are written down"


def test_a_sip2_terminal_compares_a_pin_for_every_number(ada, hashed):
    set_pin(ada, "4711", by=ada)
    for number in ("s-ada", "s-nobody"):
        hashed.clear()
        asked = Message("63", {}, (("AA", number), ("AD", "4712")))
        assert TerminalSession().named(asked).pin == "wrong"
        assert len(hashed) == 2


def test_fifty_wrong_pins_look_the_same_for_nobody(ada, clock):
    set_pin(ada, "4711", by=ada)
    heard = {"s-ada": [], "s-nobody": []}
    for _ in range(52):
        for said, answers in heard.items():
            answers.append(refusal(ada if said == "s-ada" else None, said))
        clock.goes_on(hours=1)
    assert heard["s-ada"] == heard["s-nobody"]
    assert heard["s-ada"][-1] == ("pin_locked", 403)


def refusal(who, said, pin="4712", door="kiosk:1"):
    with pytest.raises(Refused) as refused:
        check_named(who, said, pin, door=door)
    return refused.value.code, refused.value.status


def test_one_pin_tried_at_every_number_is_stopped_at_that_kiosk(ada, clock):
    set_pin(ada, "4711", by=ada)
    codes = [refusal(None, f"s-{n}")[0] for n in range(40)]
    assert codes == ["wrong_pin"] * 30 + ["too_many_pins"] * 10
    assert check_named(ada, "s-ada", "4711", door="kiosk:2") == ada, "another kiosk is not held up"
    clock.goes_on(minutes=2)
    assert check_named(ada, "s-ada", "4711", door="kiosk:1") == ada, "and this one only for a while"


def test_right_pins_cost_a_kiosk_nothing(ada):
    set_pin(ada, "4711", by=ada)
    for _ in range(60):
        check_named(ada, "s-ada", "4711", door="kiosk:1")
    assert not GuessCount.objects.filter(level__gt=0).exists()


def test_who_knows_the_password_gets_past_a_locked_pin(client, ada, clock):
    """The right owner's other way: a new PIN, chosen in the account, clears the lock."""
    set_pin(ada, "4711", by=ada)
    for _ in range(5):
        refusal(ada, "s-ada")
    assert refusal(ada, "s-ada", "4711") == ("pin_locked", 429)
    client.force_login(ada)
    client.post("/me/pin/", {"password": "correct horse battery", "pin": "4711", "again": "4711"})
    assert check_named(User.objects.get(pk=ada.pk), "s-ada", "4711", door="kiosk:1") == ada


# --- passwords that are too easy ---

EASY = re.findall(
    r"\S+",
    """Password2024! passwordpassword qwertyuiop12 iloveyou1234 letmein12345 P@ssw0rd123456 Welcome@12345
    aaaaaaaaaaaa Liverpool2019! 123456789012 abcdefgh1234 trustno1trustno1 lovelace1815 Ostiary12345""",
)


@pytest.mark.parametrize("password", EASY)
def test_common_and_leaked_passwords_are_refused(client, ada, password):
    assert new_password(client, ada, password).status_code == 200


def new_password(client, who, password):
    client.force_login(who)
    form = {"old_password": "correct horse battery", "new_password1": password, "new_password2": password}
    return client.post("/password/", form)


def test_ten_characters_are_enough_for_members_and_twelve_for_staff(client, ada, librarian, teacher):
    good = "vK7#qLw2mT"
    assert new_password(client, ada, good).status_code == 302
    for who in (librarian, teacher):
        page = new_password(client, who, good)
        assert "at least 12 characters" in page.content.decode()
        assert new_password(client, who, good + "x9").status_code == 302


@pytest.mark.parametrize("password", ["Summer2026!!", "Winter2025Winter"])
def test_staff_need_a_stronger_one_than_members(client, librarian, password):
    assert new_password(client, librarian, password).status_code == 200


def test_a_very_long_password_is_read_in_no_time(client, ada):
    assert new_password(client, ada, "lake violin " * 300 + "z").status_code in (200, 302)


def test_an_administrator_cannot_give_an_easy_one_either(client, administrator):
    somebody = User.objects.create_user("s-new", first_name="N")
    client.force_login(administrator)
    form = {"password1": "iloveyou1234", "password2": "iloveyou1234", "usable_password": "true"}
    client.post(f"/admin/accounts/user/{somebody.pk}/password/", form)
    assert not User.objects.get(pk=somebody.pk).check_password("iloveyou1234")


def test_the_name_of_a_terminal_costs_one_hash_too(hashed, settings):
    from library.sip2.server.terminals import is_terminal

    settings.SIP2_TERMINALS = {"selfcheck": make_password("terminal password")}
    for name in ("selfcheck", "nobody"):
        hashed.clear()
        assert not is_terminal(name, "nope")
        assert len(hashed) == 1
