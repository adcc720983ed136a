"""Reads the weights out of dlib's `.dat` files, so that a faster runtime than dlib's can use them.

The format (dlib's own serialisation): a whole number is one byte of length, its top bit the sign,
then that many little-endian bytes. A string is its length and its letters. Every layer begins with
its name as a string: `con_4` is followed by one tensor (filters, then biases) and the layer's
geometry, `affine_` by one tensor (gammas, then betas), `bn_con2` by gammas and betas, the last
batch's statistics and the running ones, `fc_2` by its outputs, inputs and matrix. A tensor is
a version (2), four dimensions and raw float32. Layers stand in forward order.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.errors import Refused

Floats = NDArray[np.float32]
BATCH_NORM_EPSILON = 1e-4
_LAYERS = (b"con_4", b"affine_", b"bn_con2", b"fc_2")


@dataclass(frozen=True, slots=True)
class Convolution:
    filters: Floats  # (out, in, height, width)
    biases: Floats  # (out,)
    stride: int
    padding: int

    def scaled(self, gammas: Floats, betas: Floats) -> Convolution:
        """This convolution with a following `gammas * y + betas` folded in."""
        return Convolution(
            self.filters * gammas[:, None, None, None], self.biases * gammas + betas, self.stride, self.padding
        )


@dataclass(frozen=True, slots=True)
class Dense:
    matrix: Floats  # (inputs, outputs)


def read_layers(path: Path) -> list[Convolution | Dense]:
    """The trainable layers of a dlib network, with scales and batch norms folded into the convolutions.

    Raises Refused `damaged_model` when the file is not what it should be.
    """
    try:
        return list(_folded(_Reader(path.read_bytes()).layers()))
    except (IndexError, ValueError) as error:
        raise Refused("damaged_model", f"{path.name} is not a dlib network that can be read.") from error


def _folded(layers: Iterator[tuple[str, Any]]) -> Iterator[Convolution | Dense]:
    waiting: Convolution | None = None
    for kind, value in layers:
        if kind == "scale":
            waiting = _present(waiting).scaled(*value)
            continue
        if waiting is not None:
            yield waiting
        waiting = value if kind == "convolution" else None
        if kind == "dense":
            yield value
    if waiting is not None:
        yield waiting


def _present(layer: Convolution | None) -> Convolution:
    if layer is None:
        raise ValueError("a scale without a convolution before it")
    return layer


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def layers(self) -> Iterator[tuple[str, Any]]:
        read = {
            b"con_4": self._convolution,
            b"affine_": self._affine,
            b"bn_con2": self._batch_norm,
            b"fc_2": self._dense,
        }
        while (name := self._next_layer()) is not None:
            yield read[name]()

    def _next_layer(self) -> bytes | None:
        found = [(self._data.find(bytes([1, len(name)]) + name, self._at), name) for name in _LAYERS]
        found = [(at, name) for at, name in found if at >= 0]
        if not found:
            return None
        at, name = min(found)
        self._at = at + 2 + len(name)
        return name

    def _number(self) -> int:
        head = self._data[self._at]
        length = head & 0x7F
        value = int.from_bytes(self._data[self._at + 1 : self._at + 1 + length], "little")
        self._at += 1 + length
        return -value if head & 0x80 else value

    def _numbers(self, count: int) -> list[int]:
        return [self._number() for _ in range(count)]

    def _tensor(self) -> Floats:
        version, *shape = self._numbers(5)
        if version != 2:
            raise ValueError(f"tensor version {version}")
        count = int(np.prod(shape))
        values = np.frombuffer(self._data, "<f4", count, self._at)
        self._at += 4 * count
        return values

    def _alias(self) -> list[int]:
        """The shape of a view into a layer's tensor."""
        return self._numbers(5)[1:]

    def _convolution(self) -> tuple[str, Convolution]:
        params = self._tensor()
        out, _height, _width, stride, _, padding, _ = self._numbers(7)
        shape = self._alias()
        if shape[0] != out:
            raise ValueError("filters do not fit the layer")
        size = int(np.prod(shape))
        return "convolution", Convolution(params[:size].reshape(shape), params[size : size + out], stride, padding)

    def _affine(self) -> tuple[str, tuple[Floats, Floats]]:
        params = self._tensor()
        half = len(params) // 2
        return "scale", (params[:half], params[half:])

    def _batch_norm(self) -> tuple[str, tuple[Floats, Floats]]:
        params = self._tensor()
        half = len(params) // 2
        self._alias(), self._alias()
        self._tensor(), self._tensor()  # the last training batch
        mean, variance = self._tensor(), self._tensor()
        gammas = (params[:half] / np.sqrt(variance + BATCH_NORM_EPSILON)).astype(np.float32)
        return "scale", (gammas, (params[half:] - mean * gammas).astype(np.float32))

    def _dense(self) -> tuple[str, Dense]:
        outputs, inputs = self._numbers(2)
        params = self._tensor()
        return "dense", Dense(params[: inputs * outputs].reshape(inputs, outputs))
