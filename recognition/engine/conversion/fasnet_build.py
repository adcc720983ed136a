"""MiniFASNet V2 and V1SE (minivision-ai), rebuilt from their published weights as DeepFace's ONNX backend wants them.

The shape of the network: `src/model_lib/MiniFASNet.py` of Silent-Face-Anti-Spoofing; widths, and which blocks weigh
their channels (the SE of V1SE), come out of the weights. BGR pictures 0-255, channels last, (n, 80, 80, 3) → (n, 3)
probabilities: a print, a living face, a screen. Batch norms are folded into what precedes them.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.errors import Refused
from recognition.engine.conversion.onnx_file import Value
from recognition.engine.conversion.onnx_graph import Graph
from recognition.engine.conversion.torch_weights import read_tensors
from recognition.engine.onnx_sessions import session

SIDE = 80  # px
EPSILON = 1e-5  # of PyTorch's batch norms
TOLERANCE = 1e-4  # greatest difference allowed in any probability; 1e-6 is usual
# How many blocks without a step stand after each one that halves the picture.
_STAGES = (("conv_23", "conv_3"), ("conv_34", "conv_4"), ("conv_45", "conv_5"))
# What a picture of `_pattern` is answered by networks that PyTorch itself has exported.
EXPECTED = {
    "2.7_80x80_MiniFASNetV2.onnx": (
        (0.040261, 0.536949, 0.422791),
        (0.174271, 0.757012, 0.068717),
        (0.832040, 0.164740, 0.003220),
        (0.980609, 0.019138, 0.000253),
    ),
    "4_0_0_80x80_MiniFASNetV1SE.onnx": (
        (0.003330, 0.996302, 0.000368),
        (0.012681, 0.986137, 0.001182),
        (0.007994, 0.987226, 0.004780),
        (0.007327, 0.985093, 0.007580),
    ),
}


def build(name: str, source: Path, target: Path, sha256: str) -> None:
    """Write the network `name` from the weights `source`, which have that checksum, to `target`.

    Refused `damaged_model` for other weights, `model_differs` when it does not answer as PyTorch's own export does.
    """
    tensors = {key.removeprefix("module."): value for key, value in read_tensors(source).items()}
    try:
        _Network(tensors, sha256).save(target)
    except (KeyError, ValueError, IndexError) as error:
        raise Refused("damaged_model", f"{source.name} contains a different network: {error}.") from error
    _verify(name, target)


def _verify(name: str, built: Path) -> None:
    pictures = np.stack([pattern(seed) for seed in range(len(EXPECTED[name]))])
    difference = float(np.abs(session(built).run(None, {"input": pictures})[0] - np.array(EXPECTED[name])).max())
    if not difference <= TOLERANCE:  # also what is not a number
        raise Refused("model_differs", f"The rebuilt {name} differs from PyTorch's by {difference:.1e}.")


def pattern(seed: int) -> NDArray[np.float32]:
    """A made-up picture, the same on every machine: (80, 80, 3), 0-255."""
    y, x, c = np.meshgrid(np.arange(SIDE), np.arange(SIDE), np.arange(3), indexing="ij")
    return ((x * (3 + seed) + y * (7 - seed) + c * 50 + (x * y) // (5 + 3 * seed)) % 256).astype(np.float32)


class _Network:
    def __init__(self, tensors: dict[str, NDArray[Any]], sha256: str) -> None:
        self._tensors, self._graph = tensors, Graph("fasnet", sha256)

    def save(self, target: Path) -> None:
        x = self._graph.add("Transpose", "input", perm=[0, 3, 1, 2])
        x = self._unit(x, "conv1", stride=2)
        x = self._unit(x, "conv2_dw")
        for halving, plain in _STAGES:
            x = self._block(x, halving, stride=2)
            x = self._blocks(x, plain)
        x = self._unit(x, "conv_6_sep")
        x = self._unit(x, "conv_6_dw", padded=False)
        x = self._graph.add("Flatten", x)
        answer = self._graph.add("Softmax", self._last(x), output="output", axis=1)
        picture = Value("input", "float32", ["n", SIDE, SIDE, 3])
        self._graph.save(target, inputs=[picture], outputs=[Value(answer, "float32", ["n", 3])])

    def _blocks(self, x: str, place: str) -> str:
        number = 0
        while f"{place}.model.{number}.conv.conv.weight" in self._tensors:
            x = self._graph.add("Add", self._block(x, f"{place}.model.{number}"), x)
            number += 1
        if not number:
            raise KeyError(place)
        return x

    def _block(self, x: str, place: str, stride: int = 1) -> str:
        """Widen, look around in each channel, narrow again; then, in some, weigh the channels."""
        x = self._unit(x, f"{place}.conv")
        x = self._unit(x, f"{place}.conv_dw", stride=stride)
        x = self._unit(x, f"{place}.project")
        return self._weighed(x, f"{place}.se_module") if f"{place}.se_module.fc1.weight" in self._tensors else x

    def _unit(self, x: str, place: str, stride: int = 1, *, padded: bool = True) -> str:
        """A convolution, its batch norm and, where there is one, its PReLU."""
        x = self._convolve(x, f"{place}.conv", f"{place}.bn", stride, padded=padded)
        slopes = self._tensors.get(f"{place}.prelu.weight")
        return x if slopes is None else self._graph.add("PRelu", x, self._graph.constant(slopes[:, None, None]))

    def _weighed(self, x: str, place: str) -> str:
        weights = self._graph.add("GlobalAveragePool", x)
        weights = self._graph.add("Relu", self._convolve(weights, f"{place}.fc1", f"{place}.bn1"))
        weights = self._graph.add("Sigmoid", self._convolve(weights, f"{place}.fc2", f"{place}.bn2"))
        return self._graph.add("Mul", x, weights)

    def _convolve(self, x: str, place: str, norm: str, stride: int = 1, *, padded: bool = True) -> str:
        filters, biases = self._folded(f"{place}.weight", norm)
        side, alone = filters.shape[2], filters.shape[1] == 1  # each channel for itself
        return self._graph.add(
            "Conv",
            x,
            self._graph.constant(filters),
            self._graph.constant(biases),
            kernel_shape=[side, side],
            strides=[stride] * 2,
            pads=[side // 2 if padded else 0] * 4,
            group=filters.shape[0] if alone else 1,
        )

    def _folded(self, weights: str, norm: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Weights and biases with the batch norm that follows folded in."""
        gamma, beta, mean, variance = (
            self._tensors[f"{norm}.{part}"].astype(np.float64)
            for part in ("weight", "bias", "running_mean", "running_var")
        )
        scale = gamma / np.sqrt(variance + EPSILON)
        kernel = self._tensors[weights].astype(np.float64)
        return kernel * scale.reshape(-1, *[1] * (kernel.ndim - 1)), beta - mean * scale

    def _last(self, x: str) -> str:
        """The two dense layers, with a batch norm between them."""
        matrix, biases = self._folded("linear.weight", "bn")
        x = self._graph.add("Gemm", x, self._graph.constant(matrix), self._graph.constant(biases), transB=1)
        return self._graph.add("MatMul", x, self._graph.constant(self._tensors["prob.weight"].T))
