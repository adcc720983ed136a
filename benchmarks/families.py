"""Families: the hardest strangers there are. Photo 1 of each person is enrolled, the others are asked about."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from benchmarks.material import DATA

CHILDREN = ("Family1-Son", "Family1-Daughter")


@dataclass(frozen=True, slots=True)
class Result:
    probes: int
    right: int
    wrong: int
    adults_named: int
    children_named: int


def told_apart(engine: Any, target_fmr: float = 1e-3) -> Result:
    vectors = _embedded(engine)
    names = sorted({name[:-1] for name in vectors})
    probes = {name: vector for name, vector in vectors.items() if not name.endswith("1")}
    everybody = {name: _asked(engine, vectors, names, vector, target_fmr) for name, vector in probes.items()}
    left_out = {
        name: _asked(engine, vectors, [other for other in names if other != name[:-1]], vector, target_fmr)
        for name, vector in vectors.items()
    }
    named = [name[:-1] for name, answer in left_out.items() if answer is not None]
    return Result(
        probes=len(probes),
        right=sum(answer == name[:-1] for name, answer in everybody.items()),
        wrong=sum(answer not in (None, name[:-1]) for name, answer in everybody.items()),
        adults_named=sum(name not in CHILDREN for name in named),
        children_named=sum(name in CHILDREN for name in named),
    )


def _embedded(engine: Any) -> dict[str, Any]:
    from recognition.engine.evaluation.error_rates import embed_file

    found = {path.stem: embed_file(engine, path) for path in sorted((DATA / "faces/families").glob("Family*.jpg"))}
    return {name: vector for name, vector in found.items() if vector is not None}


def _asked(engine: Any, vectors: dict[str, Any], enrolled: list[str], probe: Any, target_fmr: float) -> str | None:
    from recognition.engine.search.gallery import Gallery

    gallery = Gallery.build([(number, vectors[name + "1"], 1) for number, name in enumerate(enrolled)])

    def threshold(photos: int) -> float:
        return float(engine.threshold(photos=photos, frames=1, target_fmr=target_fmr))

    match = gallery.match(probe, frames=1, threshold=threshold, target_fmr=target_fmr)
    return None if match.person is None else enrolled[match.person]
