"""One way to say no: a code for the program, a sentence for the person."""

from __future__ import annotations

from typing import Any


class Refused(Exception):
    """A rule said no. Nothing was changed.

    `code` is stable snake_case for programs and tests, `message` one clear sentence for the
    person in front of the screen, `status` the HTTP status an API answers with.
    `details` may carry plain values a page needs (never a secret, an image or a vector).
    """

    def __init__(self, code: str, message: str, *, status: int = 400, details: dict[str, Any] | None = None) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = str(message)
        self.status = status
        self.details = details or {}

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "message": self.message, **({"details": self.details} if self.details else {})}
