"""An officer who is signed in shows once more that it is them: before the officer's half of anything."""

from __future__ import annotations

from typing import Any

from accounts.credentials import passwords
from accounts.credentials.pin_rules import PIN
from accounts.credentials.pins import check_pin
from accounts.models import User
from lockers.rules.messages import refusal


def require(officer: User, typed: str, request: Any, *, pin: bool = True) -> None:
    """Their own password; or, where `pin` is allowed, the PIN of an officer who has one: 4 to 8 digits are one.

    Refused `wrong_secret`, `wrong_pin`, and `pin_locked` or `sign_in_locked` after too many tries. Call it outside a
    transaction: a rollback would forget the try.
    """
    if pin and officer.pin and PIN.fullmatch(typed):
        check_pin(officer, typed)
    elif not typed or not passwords.confirm(officer, typed, request):
        raise refusal("wrong_secret", 403)
