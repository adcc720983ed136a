"""The photographs and the engine that the benchmarks share."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
LFW = DATA / "faces" / "lfw"
MODELS = Path(os.environ.get("MODELS_DIR", Path(__file__).resolve().parents[1] / "var" / "models"))


@lru_cache(maxsize=2)
def engine(profile: str) -> Any:
    from recognition.engine.standard import build_engine

    return build_engine(profile, models_dir=MODELS, allow_noncommercial=True)


@lru_cache(maxsize=2)
def people(profile: str) -> Any:
    """(embeddings, paths) per person of LFW."""
    from recognition.engine.evaluation.error_rates import embed_people, folder_of_people

    return embed_people(engine(profile), folder_of_people(LFW), lambda: None)


def median_ms(work: Callable[[], object], times: int) -> float:
    work()
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        taken.append(time.perf_counter() - began)
    return 1000 * sorted(taken)[len(taken) // 2]
