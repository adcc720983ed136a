"""Exact search over large galleries."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.material import median_ms
from benchmarks.report import Row


def rows() -> Iterator[Row]:
    from recognition.engine.embedding.vectors import normalised
    from recognition.engine.search.gallery import Gallery

    rng = np.random.default_rng(1)
    for people, limit in ((100_000, 5.0), (1_000_000, 30.0)):
        vectors = normalised(rng.normal(size=(people, 128)).astype(np.float32))
        gallery = Gallery.build((number, vector, 3) for number, vector in enumerate(vectors))
        probe = vectors[people // 2]

        def search(gallery: Gallery = gallery, probe: np.ndarray = probe) -> object:
            return gallery.match(probe, frames=3, threshold=lambda photos: 0.35, target_fmr=1e-3)

        yield Row(f"search {people:,} templates", median_ms(search, 30), "ms", at_most=limit)
