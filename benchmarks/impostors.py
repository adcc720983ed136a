"""Learning from mistakes: false names prevented, right ones lost, what abuse gains, and what the search pays."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from benchmarks.material import engine, median_ms, people
from benchmarks.report import Row

PROFILE = os.environ.get("RECOGNITION_PROFILE", "bundled")
ENROLLED, ROUNDS, RATE, FRAMES = 3, 30, 1e-3, 4


@dataclass(slots=True)
class Tally:
    prevented: int = 0
    mistakes: int = 0
    lost: int = 0
    genuine: int = 0
    refused: int = 0
    tried: int = 0
    own_refused: int = 0
    own_tried: int = 0
    own_lost: int = 0
    own_genuine: int = 0
    pairs: set[tuple[str, str]] = field(default_factory=set)


def rows() -> Iterator[Row]:
    yield from _searches()
    yield from _learning()
    yield from _ageing()


def _searches() -> Iterator[Row]:
    """10,000 people, five examples each for a hundred of them: a search that meets none, and one that meets one."""
    from recognition.engine.embedding.vectors import normalised
    from recognition.engine.search.gallery import Gallery
    from recognition.engine.search.impostors import Impostors

    rng = np.random.default_rng(1)
    vectors = normalised(rng.normal(size=(10_000, 128)).astype(np.float32))
    people = [(number, vector, 3) for number, vector in enumerate(vectors)]
    examples = [(n % 100, normalised(vectors[n % 100] + 0.02 * rng.normal(size=128))) for n in range(500)]
    plain, learned = Gallery.build(people), Gallery.build(people, Impostors.build(examples))

    def search(gallery: Gallery, probe: np.ndarray) -> object:
        return gallery.match(probe, frames=3, threshold=lambda photos: 0.35, target_fmr=1e-3)

    yield Row("search 10,000, no examples", median_ms(lambda: search(plain, vectors[5000]), 200), "ms")
    yield Row("search 10,000, 500 examples, none near", median_ms(lambda: search(learned, vectors[5000]), 200), "ms")
    yield Row(
        "search 10,000, 500 examples, the probe is one", median_ms(lambda: search(learned, examples[7][1]), 200), "ms"
    )


def _learning() -> Iterator[Row]:
    tally = _tally()
    yield Row(f"look-alike pairs with a false name at FMR {RATE:g}", len(tally.pairs), "pairs")
    yield Row("false names prevented on other days", 100 * tally.prevented / max(tally.mistakes, 1), "%", at_least=80)
    yield Row("right names of the same identities lost", 100 * tally.lost / max(tally.genuine, 1), "%", at_most=0.5)
    yield Row("examples of strangers that wait for staff", 100 * tally.refused / max(tally.tried, 1), "%")
    refused = 100 * tally.own_refused / max(tally.own_tried, 1)
    yield Row("the owner's own looks that wait for staff", refused, "%", at_least=95)
    yield Row("of the rest: right names lost", 100 * tally.own_lost / max(tally.own_genuine, 1), "%")


def _tally() -> Tally:
    from recognition.engine.embedding.vectors import mean
    from recognition.engine.evaluation.error_rates import embed_visits

    model = engine(PROFILE)
    vectors, used = people(PROFILE)
    visits = embed_visits(model, used, FRAMES, lambda: None)
    probes = {name: np.stack([mean(visit) for visit in visits[name]]) for name in vectors}
    limit = model.threshold(photos=ENROLLED, frames=FRAMES, target_fmr=RATE)
    own_region = model.threshold(photos=ENROLLED, frames=FRAMES, target_fmr=1e-4)
    rng, tally = np.random.default_rng(0), Tally()
    for _ in range(ROUNDS):
        for name in sorted(name for name in vectors if len(vectors[name]) >= ENROLLED + 2):
            order = rng.permutation(len(vectors[name]))
            _one_identity(tally, name, vectors[name][order[:ENROLLED]], probes, order[ENROLLED:], limit, own_region)
    return tally


def _one_identity(
    tally: Tally,
    name: str,
    own: np.ndarray,
    probes: dict[str, np.ndarray],
    held_out: np.ndarray,
    limit: float,
    own_region: float,
) -> None:
    from recognition.engine.embedding.vectors import mean
    from recognition.sightings.impostor_rules import why_wait

    template = mean(own)
    right = [look for look in probes[name][held_out] if np.linalg.norm(look - template) <= limit]
    for other, looks in probes.items():
        near = [look for look in looks if np.linalg.norm(look - template) <= limit]
        if other == name:
            continue
        for number, example in enumerate(near[:2]):
            tally.tried += 1
            if why_wait(example, own, template, lambda photos: own_region):
                tally.refused += 1
                continue
            tally.pairs.add((name, other))
            rest = near[:number] + near[number + 1 :]
            tally.mistakes, tally.prevented = (
                tally.mistakes + len(rest),
                tally.prevented + _vetoed(rest, example, template),
            )
            tally.genuine, tally.lost = tally.genuine + len(right), tally.lost + _vetoed(right, example, template)
    for number, example in enumerate(right):
        tally.own_tried += 1
        if why_wait(example, own, template, lambda photos: own_region):
            tally.own_refused += 1
            continue
        rest = right[:number] + right[number + 1 :]
        tally.own_genuine += len(rest)
        tally.own_lost += _vetoed(rest, example, template)


def _vetoed(looks: list[np.ndarray], example: np.ndarray, template: np.ndarray) -> int:
    from recognition.engine.search.impostors import nearer_to_an_impostor

    return sum(nearer_to_an_impostor(example[None], look, float(np.linalg.norm(look - template))) for look in looks)


def _ageing() -> Iterator[Row]:
    """Looks spread as LFW's (median 0.68 of the threshold, deviation 0.07 within a person), asked 100 times."""
    for growth, at_least, at_most in ((0.0, None, 1.0), (0.10, 60.0, None), (0.15, 85.0, None)):
        told = 100 * float(np.mean([_is_reminded(growth, seed) for seed in range(400)]))
        yield Row(f"reminded within 100 looks, moved by {growth:g} of the threshold", told, "%", at_most, at_least)


def _is_reminded(growth: float, seed: int) -> bool:
    from recognition.sightings.age_rule import COMPARED, has_aged

    rng = np.random.default_rng(seed)
    looks = rng.normal(0.68, 0.07, COMPARED + 100)
    looks[COMPARED:] += growth
    looks = looks[looks <= 1.0]  # farther out no one is recognised
    lasts = (looks[end - COMPARED : end] for end in range(2 * COMPARED, len(looks) + 1))
    return any(has_aged(looks[:COMPARED], last) for last in lasts)
