"""The PIN and the card: the equal ways without a face."""

import datetime
import re

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from accounts.credentials import pins
from accounts.credentials.pin_rules import is_weak
from accounts.credentials.pins import check_pin, set_pin
from accounts.models import User
from accounts.people.lifecycle import find_by_card
from config.errors import Refused

NOW = timezone.now()
patient = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def later(**delta):
    return NOW + datetime.timedelta(**delta)


def guess(person, pin="0000", at=NOW):
    with pytest.raises(Refused) as refused:
        check_pin(person, pin, at=at)
    return refused.value.code


@patient
@given(st.from_regex(r"[0-9]{4,8}", fullmatch=True).filter(lambda pin: not is_weak(pin)))
def test_every_good_pin_of_4_to_8_digits_can_be_set_and_used(ada, pin):
    set_pin(ada, pin, by=ada)
    check_pin(ada, pin)
    _algorithm, _salt, digest = User.objects.get(pk=ada.pk).pin.split("$")  # in whose digits any short PIN may turn up
    assert len(digest) == 32, "kept as a digest only"


@patient
@given(st.text(max_size=10).filter(lambda text: not pins.PIN.fullmatch(text)))
@example("123")
@example("123456789")
@example("12345\n")
@example("١٢٣٤")
@example(" 1234")
def test_anything_else_is_no_pin(ada, text):
    with pytest.raises(Refused, match="bad_pin"):
        set_pin(ada, text, by=ada)
    assert User.objects.get(pk=ada.pk).pin == ""


@given(st.integers(0, 200))
def test_the_lock_never_shrinks_and_never_exceeds_an_hour(failures):
    assert pins.lock_after(failures) <= pins.lock_after(failures + 1) <= datetime.timedelta(hours=1)
    assert bool(pins.lock_after(failures)) == (failures >= 5)


WEAK = re.findall(
    r"\S+",
    """0000 1111 9999 1212 6969 1122 1123 0001 1000 7778 1234 4321 2345 6789 7890 0123 9876 0987 3210
    12345678 87654321 123123 112233 121212 55555 11112 2580 0852 1960 1987 2004 2026 1999 19870412 12041987 04121987
    870412 120487 041287""",
)


@pytest.mark.parametrize("pin", [*WEAK, "20417", "0417", "204170"])
def test_a_pin_that_is_tried_first_is_refused(db, pin):
    """Rows, repetitions, years, dates, and the person's own number."""
    somebody = User.objects.create_user("m2-04170", first_name="Maria")
    with pytest.raises(Refused, match="weak_pin"):
        set_pin(somebody, pin, by=somebody)
    assert User.objects.get(pk=somebody.pk).pin == ""


@pytest.mark.parametrize("pin", ["4711", "0815", "2718", "3141", "9527", "60493", "73920518"])
def test_a_pin_like_others_is_good(pin):
    assert not is_weak(pin, id_number="m2-04170")


def test_few_pins_are_refused():
    """Anyone who guesses must not be left with little to try."""
    assert sum(is_weak(f"{n:04}") for n in range(10_000)) < 1000
    assert sum(is_weak(f"{n:06}") for n in range(0, 1_000_000, 7)) < 1_000_000 / 7 / 7


def test_a_wrong_pin_is_refused(ada):
    set_pin(ada, "4711", by=ada)
    assert guess(ada) == "wrong_pin"


def test_a_person_without_a_pin_gets_the_same_answer(ada):
    assert guess(ada, "") == "wrong_pin"


def test_five_wrong_pins_lock_even_the_right_one_for_a_while(ada):
    set_pin(ada, "4711", by=ada)
    assert [guess(ada) for _ in range(5)] == ["wrong_pin"] * 5
    assert guess(ada, "4711") == "pin_locked"
    check_pin(ada, "4711", at=later(seconds=31))


def test_the_lock_grows_with_every_further_wrong_pin(ada):
    set_pin(ada, "4711", by=ada)
    for _ in range(5):
        guess(ada)
    assert guess(ada, at=later(seconds=31)) == "wrong_pin"
    assert guess(ada, "4711", at=later(seconds=31 + 59)) == "pin_locked"
    check_pin(ada, "4711", at=later(seconds=31 + 61))


def test_the_refusal_says_how_long_to_wait(ada):
    set_pin(ada, "4711", by=ada)
    for _ in range(5):
        guess(ada)
    with pytest.raises(Refused, match="in 30 seconds"):
        check_pin(ada, "4711", at=NOW)


def test_waiting_out_a_lock_does_not_count_as_a_try(ada):
    set_pin(ada, "4711", by=ada)
    for _ in range(20):
        guess(ada)
    assert User.objects.get(pk=ada.pk).pin_failures == 5


def test_the_right_pin_clears_the_count(ada):
    set_pin(ada, "4711", by=ada)
    for _ in range(4):
        guess(ada)
    check_pin(ada, "4711", at=NOW)
    assert [guess(ada) for _ in range(4)] == ["wrong_pin"] * 4
    check_pin(ada, "4711", at=NOW)


def test_fifty_wrong_pins_disable_it_until_it_is_set_again(ada, administrator):
    set_pin(ada, "4711", by=ada)
    User.objects.filter(pk=ada.pk).update(pin_failures=50)
    assert guess(ada, "4711", at=later(days=365)) == "pin_locked"
    set_pin(ada, "0815", by=administrator)
    check_pin(ada, "0815")


def test_a_pin_changed_elsewhere_counts_at_once(ada):
    set_pin(ada, "4711", by=ada)
    set_pin(User.objects.get(pk=ada.pk), "0815", by=ada)
    assert guess(ada, "4711") == "wrong_pin"
    check_pin(ada, "0815")


@pytest.mark.parametrize("who", ["grace", "teacher", "librarian", "officer"])
def test_only_the_person_and_administrators_set_a_pin(request, ada, who):
    with pytest.raises(Refused, match="not_allowed"):
        set_pin(ada, "4711", by=request.getfixturevalue(who))


def test_my_pin_needs_my_password_and_the_same_digits_twice(client, ada):
    client.force_login(ada)
    right = {"password": "correct horse battery", "pin": "4711", "again": "4711"}
    for wrong in ({"password": "nope"}, {"again": "4712"}, {"pin": "47", "again": "47"}):
        assert client.post("/me/pin/", right | wrong).status_code == 200
        assert User.objects.get(pk=ada.pk).pin == ""
    assert client.post("/me/pin/", right).status_code == 302
    check_pin(ada, "4711")


def test_an_administrator_sets_a_pin_at_the_desk(client, ada, administrator):
    client.force_login(administrator)
    address = f"/admin/accounts/user/{ada.pk}/pin/"
    assert "4 to 8 digits." in client.post(address, {"pin": "12"}).content.decode()
    assert client.post(address, {"pin": "4711"}).status_code == 302
    check_pin(ada, "4711")


def test_a_librarian_sets_no_pins_in_the_admin(client, ada, librarian):
    client.force_login(librarian)
    assert client.post(f"/admin/accounts/user/{ada.pk}/pin/", {"pin": "4711"}).status_code == 403


# --- Cards ---


def test_a_card_finds_its_person(ada):
    User.objects.filter(pk=ada.pk).update(card_barcode="4006381333931")
    assert find_by_card(" 4006381333931\n") == ada


@pytest.mark.parametrize("barcode", ["", "  ", "999"])
def test_an_unknown_card_is_refused(ada, barcode):
    with pytest.raises(Refused, match="unknown_card"):
        find_by_card(barcode)


def test_the_card_of_an_ended_membership_is_refused(ada):
    yesterday = timezone.localdate() - datetime.timedelta(days=1)
    User.objects.filter(pk=ada.pk).update(card_barcode="77", valid_until=yesterday)
    with pytest.raises(Refused, match="not_valid"):
        find_by_card("77")
