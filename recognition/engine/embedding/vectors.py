"""Means and distances of embeddings."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from recognition.engine.types import Vector, Vectors


def normalised(vectors: ArrayLike) -> NDArray[np.float32]:
    """Each row (or the one vector) scaled to length 1.

    A zero vector stays zero, and one that holds what is not a number becomes zero: it is near to no one.
    """
    array = np.asarray(vectors, np.float32)
    array = np.where(np.isfinite(array).all(axis=-1, keepdims=True), array, np.float32(0))
    lengths = np.linalg.norm(array, axis=-1, keepdims=True)
    return (array / np.maximum(lengths, 1e-12)).astype(np.float32)


def mean(vectors: Vectors, weights: list[float] | None = None) -> Vector:
    """The normalised, optionally weighted, mean of normalised vectors (n, dim)."""
    return normalised(np.average(np.asarray(vectors, np.float32), axis=0, weights=weights))


def distance(first: Vector, second: Vector) -> float:
    """Euclidean, 0 (the same) to 2 (opposite)."""
    return float(np.linalg.norm(np.asarray(first) - np.asarray(second)))
