"""How apps join in: config.ops.registries.registry."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.ops.registries.registry import Registry


@pytest.fixture
def registry():
    found = Registry[str]("Sweets")
    found.register("late", "a", order=1)
    found.register("first", "b")
    found.register("second", "c")
    return found


def test_parts_come_by_order_then_as_registered(registry):
    assert registry.items() == [("first", "b"), ("second", "c"), ("late", "a")]
    assert list(registry) == ["b", "c", "a"]


def test_a_name_is_registered_once(registry):
    with pytest.raises(ImproperlyConfigured, match="Sweets: 'late' is registered twice"):
        registry.register("late", "d")
    assert registry.get("late") == "a"


def test_an_unknown_name_is_none(registry):
    assert registry.get("nobody") is None


def test_replaced_parts_come_back_even_after_an_error(registry):
    with pytest.raises(RuntimeError), registry.replaced({"only": "x"}):
        assert registry.items() == [("only", "x")]
        raise RuntimeError
    assert list(registry) == ["b", "c", "a"]
