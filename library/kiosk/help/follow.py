"""After something was done at a station: a call for help that it settles is over. What was done stands in any case."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.utils import timezone

from library.kiosk import at_exit
from library.kiosk.help import incidents, trouble

log = logging.getLogger("ostiary.library")


def something_worked(slug: str) -> None:
    at_exit.progress(slug, timezone.now())
    person_known(slug)


def person_known(slug: str) -> None:
    """A person was recognised here: what was noticed before is over."""
    _safely(lambda: incidents.something_worked(slug), slug)


def person_gone(slug: str, person: int, *, through: bool) -> None:
    trouble.forget(slug)
    _safely(lambda: incidents.person_gone(slug, person, through=through), slug)


def _safely(act: Callable[[], None], slug: str) -> None:
    try:
        act()
    except Exception:
        log.exception("The call for help at %s could not be closed", slug)
