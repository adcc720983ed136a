"""A site without an app that keeps second PINs: accounts.credentials.second_pins."""

import pytest

from accounts.credentials import pins, second_pins
from config.errors import Refused


def test_without_such_an_app_only_the_own_pin_opens(ada):
    with second_pins.SECOND_PINS.replaced({}):
        pins.set_pin(ada, "847261", by=ada)
        assert pins.is_second(ada, "847261", door="") is False
        with pytest.raises(Refused, match="wrong_pin"):
            pins.check_pin(ada, "")


def test_a_second_pin_opens_too_and_its_app_hears_of_every_right_one(ada):
    from django.contrib.auth.hashers import make_password

    heard = []
    keeper = second_pins.SecondPin(
        hash_of=lambda person: make_password("318420"),
        accepted=lambda person, *, second, door, at: heard.append((person, second, door)),
        changed=lambda person: heard.append((person, "changed")),
    )
    with second_pins.SECOND_PINS.replaced({second_pins.NAME: keeper}):
        pins.set_pin(ada, "847261", by=ada)
        assert pins.is_second(ada, "318420", door="gate") is True
        assert pins.is_second(ada, "847261", door="gate") is False
    assert heard == [(ada, "changed"), (ada, True, "gate"), (ada, False, "gate")]
