"""The one engine of this process: built lazily, once, and run in threads of its own.

Never on the event loop, and never on the thread that Channels shares for database work: a slow
model there would freeze every other page.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache, partial
from typing import Any, TypeVar

from django.conf import settings
from django.utils.module_loading import import_string

from recognition.engine import Engine

T = TypeVar("T")
_lock = threading.Lock()
_engine: Engine | None = None


def get_engine() -> Engine:
    """The process-wide engine. The first call loads the models; Refused `models_missing` when it cannot."""
    global _engine
    with _lock:
        if _engine is None:
            build: Callable[..., Engine] = import_string(settings.RECOGNITION_ENGINE)
            _engine = build(
                settings.RECOGNITION_PROFILE,
                models_dir=settings.MODELS_DIR,
                allow_noncommercial=settings.ALLOW_NONCOMMERCIAL_MODELS,
                detector=settings.RECOGNITION_DETECTOR or None,
            )
        return _engine


def is_loaded() -> bool:
    """Whether `get_engine` answers at once."""
    return _engine is not None


def forget_engine() -> None:
    """Build a fresh engine at the next call: after `setup_models`, and between tests."""
    global _engine
    with _lock:
        _engine = None


@lru_cache(maxsize=1)
def executor() -> ThreadPoolExecutor:
    """For what may wait: enrolment, searches, embedding again."""
    return ThreadPoolExecutor(max_workers=settings.ENGINE_THREADS, thread_name_prefix="engine")


@lru_cache(maxsize=1)
def live_executor() -> ThreadPoolExecutor:
    """For frames, which are too old after a second: they share the cores with uploads, but never wait behind them."""
    return ThreadPoolExecutor(max_workers=settings.ENGINE_THREADS, thread_name_prefix="live")


async def in_engine(work: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Await `work`, a live frame, on the threads kept for them."""
    return await asyncio.get_running_loop().run_in_executor(live_executor(), partial(work, *args, **kwargs))
