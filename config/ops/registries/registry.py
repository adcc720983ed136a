"""How apps join in what another app does: one typed registry for each kind of part, filled in `apps.py: ready()`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Generic, TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")


class Registry(Generic[T]):
    """Parts of one kind by name, in a stable order: by `order`, then as INSTALLED_APPS registers them."""

    def __init__(self, kind: str) -> None:
        self._kind = kind  # for the error message
        self._parts: dict[str, tuple[int, T]] = {}

    def register(self, name: str, part: T, *, order: int = 0) -> None:
        """Raises ImproperlyConfigured where another part has this name: one of the two would be lost."""
        if name in self._parts:
            raise ImproperlyConfigured(f"{self._kind}: '{name}' is registered twice. Give one of the two another name.")
        self._parts[name] = (order, part)

    def items(self) -> list[tuple[str, T]]:
        return [(name, part) for name, (_order, part) in sorted(self._parts.items(), key=lambda one: one[1][0])]

    def get(self, name: str) -> T | None:
        found = self._parts.get(name)
        return None if found is None else found[1]

    def __iter__(self) -> Iterator[T]:
        return iter([part for _name, part in self.items()])

    @contextmanager
    def replaced(self, parts: Mapping[str, T]) -> Iterator[None]:
        """Only these parts, in their order, until the block ends."""
        before, self._parts = self._parts, {name: (0, part) for name, part in parts.items()}
        try:
            yield
        finally:
            self._parts = before
