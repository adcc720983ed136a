"""One way to say no: a code for the program, a sentence for the person."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

# Django's gettext where there is Django (config.apps), so that code without it is translated when it is read.
translated: Callable[[str], str] = str


def gettext_noop(text: str) -> str:
    """Marks a sentence for translation where Django must not be imported. `Refused(…, values={…})` translates it."""
    return text


class Refused(Exception):
    """A rule said no. Nothing was changed.

    `code` is stable snake_case for programs and tests, `message` one clear sentence for the
    person in front of the screen, `status` the HTTP status an API answers with.
    `details` may carry plain values a page needs (never a secret, an image or a vector).
    `values`: for code that knows no Django. The message is then marked with `gettext_noop`, translated when it is read,
    and filled in with these.
    """

    def __init__(
        self,
        code: str,
        message: str,
        *,
        status: int = 400,
        details: dict[str, Any] | None = None,
        values: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message % values if values else message}")
        self.code = code
        self.status = status
        self.details = details or {}
        self._words, self._values = str(message), values

    @property
    def message(self) -> str:
        return self._words if self._values is None else translated(self._words) % self._values

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, **({"details": self.details} if self.details else {})}
