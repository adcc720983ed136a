"""Commands say no like everything else: one clear line, and exit code 2."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.core.management.base import CommandError
from django.db import OperationalError, ProgrammingError

from config.errors import Refused

Result = TypeVar("Result")


def exits_2_when_refused(handle: Callable[..., Result]) -> Callable[..., Result]:
    @wraps(handle)
    def wrapped(*args: Any, **options: Any) -> Result:
        try:
            return handle(*args, **options)
        except Refused as refusal:
            raise CommandError(refusal.message, returncode=2) from refusal
        except (OperationalError, ProgrammingError) as error:
            words = f"The database cannot be used ({error}). Is it running, and was manage.py migrate run?"
            raise CommandError(words, returncode=2) from error

    return wrapped
