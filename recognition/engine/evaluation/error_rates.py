"""Error rates as ISO/IEC 19795-1 counts them: FMR and FNMR for "are these two one person?", FPIR and FNIR for
"who is this, if anyone?".
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from config.errors import Refused
from recognition.engine.embedding.vectors import mean, normalised
from recognition.engine.evaluation.curves import MeasuredCurve, fnmr_at, rate_name, thresholds_at
from recognition.engine.images import decode, to_jpeg
from recognition.engine.types import Engine, Face, Image, Vectors

FAR = 2.0  # the greatest distance of two normalised vectors: what a face that was not found counts as
FOLDS = 10
REPORTED = (1e-2, 1e-3, 1e-4)
FPIRS = (1e-1, 1e-2)
Distances = NDArray[np.float64]
People = Mapping[str, Vectors]  # per person the embeddings of their photos, (n, dim)


# --- from files to vectors ------------------------------------------------------------------------


def main_face(engine: Engine, image: Image, *, glance: bool = False) -> Face | None:
    """The face that the photo is of: large and near the middle, as every public test set assumes."""
    height, width = image.shape[:2]
    faces = engine.detect(image, min_face=max(40, min(height, width) // 5), glance=glance)
    middle = np.array([width / 2, height / 2])

    def weight(face: Face) -> float:
        centre = np.array([face.box.x + face.box.w / 2, face.box.y + face.box.h / 2])
        return face.box.size - float(np.linalg.norm(centre - middle))

    return max(faces, key=weight, default=None)


def embed_file(engine: Engine, path: Path) -> Vectors | None:
    """The normalised embedding (dim,) of the main face in a file; None when there is no face or no picture."""
    try:
        image = decode(path.read_bytes())
    except (OSError, Refused):
        return None
    face = main_face(engine, image)
    return None if face is None else engine.embed(image, [face])[0]


def embed_visits(
    engine: Engine, used: Mapping[str, list[Path]], frames: int, tick: Callable[[], object]
) -> dict[str, NDArray[np.float32]]:
    """Per person (visits, frames, dim): one visit for each photo, in the order of the photos.

    A look in which the face was lost repeats another look of the visit.
    """
    visits = {}
    for name, paths in used.items():
        looks = []
        for number, path in enumerate(paths):
            looks.append(embed_visit(engine, path, frames, seed=number))
            tick()
        visits[name] = np.stack(looks)
    return visits


def embed_visit(engine: Engine, path: Path, frames: int, seed: int) -> Vectors:
    """`frames` embeddings of one photo, each moved, turned, lit and compressed a little: a visit in one minute.

    The faces are found as a station finds them. The photo must have a face (`embed_file` finds one).
    """
    image = decode(path.read_bytes())
    rng = np.random.default_rng(seed)
    vectors: list[Vectors] = []
    for _ in range(frames):
        frame = disturbed(image, rng)
        face = main_face(engine, frame, glance=True) or main_face(engine, frame)
        vectors += [engine.embed(frame, [face])[0]] if face is not None else vectors[-1:]
    if not vectors:
        vectors = [look] if (look := embed_file(engine, path)) is not None else []
    return np.resize(np.stack(vectors), (frames, engine.profile.dim))


def disturbed(image: Image, rng: np.random.Generator) -> Image:
    """The photo as the next frame of a video might show it: ±4° and ±6 % of size, ±2 % of place, light, noise, JPEG."""
    height, width = image.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), rng.uniform(-4, 4), rng.uniform(0.94, 1.06))
    matrix[:, 2] += rng.uniform(-0.02, 0.02, 2) * np.array([width, height])
    moved = cv2.warpAffine(image, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
    lit = moved.astype(np.float32) * rng.uniform(0.85, 1.15) + rng.normal(0, 4, moved.shape)
    return decode(to_jpeg(np.clip(lit, 0, 255).astype(np.uint8), int(rng.integers(55, 95))))


# --- one against one --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VerificationRates:
    """Error rates of comparing two, and the thresholds that they belong to."""

    accuracy: float  # at `threshold`, the best one for all pairs
    accuracy_cross_validated: (
        float | None
    )  # in ten folds, each decided by the others' threshold; None with too few pairs
    eer: float
    threshold: float
    fnmr_at_fmr: dict[str, float | None]
    threshold_at_fmr: dict[str, float | None]


def verification(genuine: Distances, impostor: Distances) -> VerificationRates:
    """Rates from the distances of pairs of one person and of pairs of two."""
    limit = best_threshold(genuine, impostor)
    right = int((genuine <= limit).sum() + (impostor > limit).sum())
    return VerificationRates(
        accuracy=right / (len(genuine) + len(impostor)),
        accuracy_cross_validated=cross_validated(genuine, impostor),
        eer=equal_error_rate(genuine, impostor),
        threshold=limit,
        **rates(genuine, impostor),
    )


def rates(genuine: Distances, impostor: Distances) -> dict[str, dict[str, float | None]]:
    """FNMR at each FMR. The threshold is the greatest distance at which no more than that share is let in."""
    ordered = np.sort(impostor)
    thresholds: dict[str, float | None] = {}
    for rate in REPORTED:
        allowed = int(rate * len(ordered))
        thresholds[rate_name(rate)] = float(np.nextafter(ordered[allowed], -1)) if allowed else None
    missed = {name: None if limit is None else float(np.mean(genuine > limit)) for name, limit in thresholds.items()}
    return {"fnmr_at_fmr": missed, "threshold_at_fmr": thresholds}


def equal_error_rate(genuine: Distances, impostor: Distances) -> float:
    limits = np.unique(np.concatenate([genuine, impostor]))
    fnmr = 1.0 - np.searchsorted(np.sort(genuine), limits, side="right") / len(genuine)
    fmr = np.searchsorted(np.sort(impostor), limits, side="right") / len(impostor)
    nearest = int(np.argmin(np.abs(fnmr - fmr)))
    return float((fnmr[nearest] + fmr[nearest]) / 2)


def best_threshold(genuine: Distances, impostor: Distances) -> float:
    """Midway between the distances where the fewest pairs are decided wrongly."""
    limits = np.unique(np.concatenate([genuine, impostor]))
    right = np.searchsorted(np.sort(genuine), limits, side="right") + (
        len(impostor) - np.searchsorted(np.sort(impostor), limits, side="right")
    )
    best = int(np.median(np.flatnonzero(right == right.max())))
    return float(limits[best : best + 2].mean())


def cross_validated(genuine: Distances, impostor: Distances) -> float | None:
    """The accuracy of LFW's protocol: ten folds, so that no threshold is measured on the pairs that chose it."""
    if min(len(genuine), len(impostor)) < FOLDS:
        return None
    right = 0
    for fold in range(FOLDS):
        parts = [(np.arange(len(d)) % FOLDS) == fold for d in (genuine, impostor)]
        limit = best_threshold(genuine[~parts[0]], impostor[~parts[1]])
        right += int((genuine[parts[0]] <= limit).sum() + (impostor[parts[1]] > limit).sum())
    return right / (len(genuine) + len(impostor))


# --- one against many, strangers among the probes -----------------------------------------------------


@dataclass(slots=True)
class OpenSet:
    """What many rounds of "half the people are strangers" gave."""

    own: list[float]  # distance of each enrolled probe to its own template
    nearest_own: list[bool]  # whether that was the nearest of all
    stranger: list[float]  # each stranger's distance to the nearest template
    genuine: list[float]
    impostor: list[NDArray[np.float64]]
    enrolled: int = 0

    def fnir(self, fpir: float) -> tuple[float, float]:
        """(FNIR, threshold) where `fpir` of the strangers are taken for someone."""
        ordered = np.sort(self.stranger)
        limit = float(np.nextafter(ordered[int(fpir * len(ordered))], -1))
        found = np.array(self.nearest_own) & (np.array(self.own) <= limit)
        return float(1.0 - found.mean()), limit

    @property
    def rank1(self) -> float:
        return float(np.mean(self.nearest_own))


def open_set(people: People, *, enrol: int, probe: int, rounds: int, seed: int = 0, size: int | None = None) -> OpenSet:
    """Many rounds: half the people enrolled from `enrol` photos, all probed with the mean of `probe` other ones.

    `size` bounds how many are enrolled. People with too few photos are left out; Refused `too_few_people`
    when fewer than four remain, `bad_count` when nothing is to be enrolled or probed.
    """
    if enrol < 1 or probe < 1:
        raise Refused("bad_count", "At least one photo is enrolled and one is probed.")
    fit = {name: vectors for name, vectors in people.items() if len(vectors) >= enrol + probe}
    if len(fit) < 4:
        raise Refused("too_few_people", f"Fewer than four people have {enrol + probe} photos with a face.")
    rng, result = np.random.default_rng(seed), OpenSet([], [], [], [], [])
    for _ in range(rounds):
        _round(fit, enrol, probe, rng, result, size)
    return result


def _round(fit: People, enrol: int, probe: int, rng: np.random.Generator, result: OpenSet, size: int | None) -> None:
    names = list(rng.permutation(sorted(fit)))
    enrolled = names[: min(size or len(names), len(names) // 2)]
    strangers = names[len(names) // 2 :]
    orders = {name: rng.permutation(len(fit[name])) for name in names}
    templates = np.stack([mean(fit[name][orders[name][:enrol]]) for name in enrolled])
    result.enrolled = len(enrolled)
    for row, name in enumerate(enrolled):
        for vector in probes_of(fit[name], orders[name][enrol:], probe):
            apart = np.linalg.norm(templates - vector, axis=1)
            result.own.append(float(apart[row]))
            result.nearest_own.append(int(apart.argmin()) == row)
            result.genuine.append(float(apart[row]))
            result.impostor.append(np.delete(apart, row))
    for name in strangers:
        for vector in probes_of(fit[name], orders[name], probe):
            apart = np.linalg.norm(templates - vector, axis=1)
            result.stranger.append(float(apart.min()))
            result.impostor.append(apart)


def probes_of(vectors: Vectors, order: Sequence[int] | NDArray[np.int64], probe: int) -> Iterable[Vectors]:
    """Means of disjoint groups of `probe` photos."""
    for start in range(0, len(order) - probe + 1, probe):
        yield mean(vectors[np.asarray(order[start : start + probe])])


# --- the curves of a profile ----------------------------------------------------------------------------


def photo_cell(people: People, *, photos: int, frames: int, rounds: int) -> MeasuredCurve | None:
    """The curve for templates of `photos` and probes of `frames` photos of other days; None with too few people."""
    try:
        result = open_set(people, enrol=photos, probe=frames, rounds=rounds)
    except Refused:
        return None
    return _cell(photos, frames, "photos", np.array(result.genuine), np.concatenate(result.impostor))


def visit_cell(
    people: People, visits: Mapping[str, NDArray[np.float32]], *, photos: int, frames: int, rounds: int
) -> MeasuredCurve | None:
    """The curve for probes that are `frames` looks at one visit: `visits` holds (visits, looks, dim) a person.

    Visit number i of a person was made from their photo number i, which is kept out of that round's template.
    """
    fit = [name for name in sorted(people) if len(people[name]) > photos]
    if len(fit) < 4:
        return None
    rng = np.random.default_rng(0)
    genuine, impostor = [], []
    for _ in range(rounds):
        orders = [rng.permutation(len(people[name])) for name in fit]
        templates = np.stack([mean(people[name][o[1 : photos + 1]]) for name, o in zip(fit, orders, strict=True)])
        for row, name in enumerate(fit):
            apart = np.linalg.norm(templates - mean(visits[name][orders[row][0]][:frames]), axis=1)
            genuine.append(apart[row])
            impostor.append(np.delete(apart, row))
    return _cell(photos, frames, "visit", np.array(genuine), np.concatenate(impostor))


def _cell(photos: int, frames: int, kind: str, genuine: Distances, impostor: Distances) -> MeasuredCurve:
    thresholds = thresholds_at(impostor)
    return MeasuredCurve(
        photos=photos,
        frames=frames,
        kind=kind,
        genuine=len(genuine),
        impostor=len(impostor),
        thresholds={rate: round(limit, 4) for rate, limit in thresholds.items()},
        fnmr={rate: round(share, 5) for rate, share in fnmr_at(genuine, thresholds).items()},
    )


def folder_of_people(folder: Path) -> dict[str, list[Path]]:
    """A sub-folder a person, sorted; Refused `no_people` when there is none with a file in it."""
    if not folder.is_dir():
        raise Refused("no_folder", f"{folder} is not a folder.")
    people = {
        sub.name: sorted(file for file in sub.iterdir() if file.is_file() and not file.name.startswith("."))
        for sub in sorted(folder.iterdir())
        if sub.is_dir()
    }
    if not any(people.values()):
        raise Refused("no_people", f"{folder} contains no sub-folders with photos.")
    return people


def embed_people(
    engine: Engine, people: Mapping[str, list[Path]], tick: Callable[[], object]
) -> tuple[dict[str, Vectors], dict[str, list[Path]]]:
    """Per person the embeddings of all photos with a face, and the paths that they came from."""
    vectors: dict[str, Vectors] = {}
    used: dict[str, list[Path]] = {}
    for name, paths in people.items():
        found = []
        for path in paths:
            found.append((path, embed_file(engine, path)))
            tick()
        kept = [(path, vector) for path, vector in found if vector is not None]
        if kept:
            vectors[name] = normalised(np.stack([vector for _, vector in kept]))
            used[name] = [path for path, _ in kept]
    return vectors, used
