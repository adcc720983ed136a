"""Questions that may hang: each is asked in a thread of its own, and one deadline holds for all of them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import TypeVar

from django.db import Error, connections

T = TypeVar("T")

_lock = threading.Lock()
_asked: dict[str, Future[object]] = {}  # by name, the last time


def ask(questions: Mapping[str, Callable[[], T]], *, within: float) -> dict[str, T | None]:
    """The answers that came within so many seconds; None for those that did not. The questions raise nothing.

    One that still waits since the last time is not asked twice: a database that hangs for an hour costs one thread.
    """
    waiting = {name: _begun(name, question) for name, question in questions.items()}
    wait(waiting.values(), timeout=within)
    return {name: answer.result() if answer.done() else None for name, answer in waiting.items()}


def _begun(name: str, question: Callable[[], T]) -> Future[T]:
    with _lock:
        last: Future[T] | None = _asked.get(name)  # type: ignore[assignment]  # what was asked under this name
        if last is not None and not last.done():
            return last
        answer: Future[T] = Future()
        _asked[name] = answer  # type: ignore[assignment]
    threading.Thread(target=_answer, args=[answer, question], name=f"probe {name}", daemon=True).start()
    return answer


def _answer(answer: Future[T], question: Callable[[], T]) -> None:
    try:
        found = question()
        with suppress(Error):  # a line that is dead may not even be closed
            connections.close_all()
        answer.set_result(found)
    except BaseException as error:
        answer.set_exception(error)
