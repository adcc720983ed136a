"""LiteRT networks, made the same way everywhere."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.errors import Refused

Floats = NDArray[np.float32]


class Net:
    """One `.tflite` file. Thread-safe: an interpreter is not, so every thread has one of its own (a few MB)."""

    def __init__(self, path: Path) -> None:
        self._path, self._own = path, threading.local()
        self._interpreter()  # a damaged file is found out at once

    def __call__(self, values: Floats) -> list[Floats]:
        """The outputs, in the order of the file, each a copy. `values`: (1, side, side, 3) float32."""
        interpreter, given, answers = self._interpreter()
        interpreter.set_tensor(given, values)
        interpreter.invoke()
        return [interpreter.get_tensor(answer) for answer in answers]

    def _interpreter(self) -> tuple[Any, int, list[int]]:
        if not hasattr(self._own, "made"):
            self._own.made = _opened(self._path)
        made: tuple[Any, int, list[int]] = self._own.made
        return made


def _opened(path: Path) -> tuple[Any, int, list[int]]:
    """Refused `damaged_model` when the file is not a network."""
    from ai_edge_litert.interpreter import Interpreter

    try:
        interpreter = Interpreter(str(path), num_threads=1)
        interpreter.allocate_tensors()
    except (RuntimeError, ValueError) as error:
        raise Refused("damaged_model", f"{path.name} is not a model that can be loaded.", status=503) from error
    given = interpreter.get_input_details()[0]["index"]
    return interpreter, given, [answer["index"] for answer in interpreter.get_output_details()]
