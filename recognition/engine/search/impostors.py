"""Looks that were taken for a person and were someone else's: they make that one identity stricter, and no other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from recognition.engine.types import Vector, Vectors

# How much farther from the example than from the person's own template a look must lie to be named, Euclidean.
# Measured by `python -m benchmarks.impostors`, see docs/recognition.md.
MARGIN = 0.0


class Impostors:
    """The impostor examples of a gallery, by person. Immutable, and empty for nearly everyone."""

    def __init__(self, examples: Mapping[int, Vectors] | None = None) -> None:
        self._examples = dict(examples or {})

    @classmethod
    def build(cls, rows: Iterable[tuple[int, Vector]]) -> Impostors:
        """From (person id, L2-normalised example), several a person."""
        found: dict[int, list[Vector]] = {}
        for person, vector in rows:
            found.setdefault(person, []).append(vector)
        return cls({person: np.stack(vectors) for person, vectors in found.items()})

    def __len__(self) -> int:
        return sum(len(vectors) for vectors in self._examples.values())

    def veto(self, person: int, probe: Vector, distance: float) -> bool:
        """Whether a look at this Euclidean `distance` from the person's template is rather one of their impostors'."""
        examples = self._examples.get(person)
        return examples is not None and nearer_to_an_impostor(examples, probe, distance)


NOBODY = Impostors()


def nearer_to_an_impostor(examples: Vectors, probe: Vector, distance: float, *, margin: float = MARGIN) -> bool:
    """Whether the nearest of `examples` (n, dim) is nearer than `distance` + `margin`. No number is never far away."""
    likeness = float((examples @ probe).max())
    apart = float(np.sqrt(max(0.0, 2.0 - 2.0 * likeness)))
    return not apart >= distance + margin
