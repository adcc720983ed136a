"""Error rates by group of people: who is recognised less often, or taken for someone else more often, than the others?

A group's people are few and each is looked at many times, so the comparisons are not independent. Intervals are
Wilson's on the *effective* number of comparisons, which the spread between people tells (design effect, Kish 1965).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from config.errors import Refused
from recognition.engine.embedding.vectors import mean
from recognition.engine.evaluation.curves import rate_name
from recognition.engine.evaluation.error_rates import People, probes_of

COLUMNS = ("person", "group")
WORSE = 1.25  # times the rate of all people
FEWEST_PEOPLE = 5  # of a group; with fewer its rates are those of single persons, and are not told
RATES = (1e-2, 1e-3)
CONFIDENCE = 1.96  # standard deviations: 95 %
FAMILY = 0.05  # chance that a group is named worse where none is


@dataclass(frozen=True, slots=True)
class Rate:
    """A share with its 95 % interval. `of`: comparisons; `people`: how many they come from.

    `at_least`: below it the true rate lies in one of twenty evaluations at most, for all groups and rates together
    (Bonferroni): who asks thirty questions finds a group that is worse by chance, and must not name it.
    """

    rate: float
    low: float
    high: float
    of: int
    people: int
    at_least: float


@dataclass(frozen=True, slots=True)
class Counts:
    """Errors and comparisons of each person at one threshold: float64 arrays of one length."""

    errors: NDArray[np.float64]
    of: NDArray[np.float64]

    def only(self, rows: NDArray[np.bool_]) -> Counts:
        return Counts(self.errors[rows], self.of[rows])


def read_groups(path: Path) -> dict[str, str]:
    """Group by person, from a CSV file with the columns person and group. Refused `no_groups` or `bad_groups`."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise Refused("no_groups", f"{path} cannot be read as a CSV file.") from error
    if not rows:
        raise Refused("no_groups", f"{path} names no people.")
    groups: dict[str, str] = {}
    for line, row in enumerate(rows, 2):
        person, group = ((row.get(column) or "").strip() for column in COLUMNS)
        if not person or not group:
            raise Refused("bad_groups", f"{path.name}, line {line}: a person and a group are needed (person,group).")
        if groups.setdefault(person, group) != group:
            raise Refused("bad_groups", f"{path.name}, line {line}: {person} is in two groups.")
    return groups


def by_group(people: People, groups: Mapping[str, str], *, enrol: int, probe: int, rounds: int) -> dict[str, Any]:
    """FMR and FNMR of each group at the thresholds of all people together, and which groups are worse.

    FNMR: a person's own probes farther than the threshold. FMR: a person's probes nearer than it to another person's
    template, whichever group that one is in, and beside it only to templates of the same group.
    Refused `too_few_people`, `no_groups` when no one measured is in the file.
    """
    names, distances, owner = _distances(people, enrol=enrol, probe=probe, rounds=rounds)
    label = np.array([groups.get(name, "") for name in names])
    if not (label != "").any():
        raise Refused("no_groups", "The groups file names no person with enough photos.")
    genuine = owner[:, None] == np.arange(len(names))[None, :]
    report = [_at(rate, names, label, distances, owner, genuine) for rate in RATES]
    return {
        "people": int((label != "").sum()),
        "without_group": int((label == "").sum()),
        "left_out": sorted({str(group) for group in label if group and (label == group).sum() < FEWEST_PEOPLE}),
        "at_fmr": {rate_name(rate): one for rate, one in zip(RATES, report, strict=True)},
        "worse": _named(report, "worse"),
        "unclear": _named(report, "unclear"),
    }


def _distances(
    people: People, *, enrol: int, probe: int, rounds: int
) -> tuple[list[str], NDArray[np.float64], NDArray[np.int64]]:
    """(names, distance of each probe to each person's template, whose probe it is), over all rounds."""
    names = sorted(name for name in people if len(people[name]) >= enrol + probe)
    if len(names) < FEWEST_PEOPLE:
        raise Refused("too_few_people", f"Fewer than {FEWEST_PEOPLE} people have {enrol + probe} photos with a face.")
    rng = np.random.default_rng(0)
    found, owners = [], []
    for _ in range(rounds):
        orders = [rng.permutation(len(people[name])) for name in names]
        templates = np.stack([mean(people[name][o[:enrol]]) for name, o in zip(names, orders, strict=True)])
        for row, name in enumerate(names):
            for vector in probes_of(people[name], orders[row][enrol:], probe):
                found.append(np.linalg.norm(templates - vector, axis=1))
                owners.append(row)
    return names, np.stack(found).astype(np.float64), np.array(owners, np.int64)


def _at(
    rate: float,
    names: list[str],
    label: NDArray[np.str_],
    distances: NDArray[np.float64],
    owner: NDArray[np.int64],
    genuine: NDArray[np.bool_],
) -> dict[str, Any]:
    ordered = np.sort(distances[~genuine])
    allowed = int(rate * len(ordered))
    threshold = float(np.nextafter(ordered[allowed], -1))
    missed = _per_person((distances > threshold) & genuine, genuine, owner, len(names))
    false = _per_person((distances <= threshold) & ~genuine, ~genuine, owner, len(names))
    whole = {"fmr": rate_of(false), "fnmr": rate_of(missed)}
    groups, told = {}, _told(label)
    for group in told:
        inside = label == group
        alike = ~genuine & inside[None, :]
        within = _per_person((distances <= threshold) & alike, alike, owner, len(names))
        rates = {
            "fmr": rate_of(false.only(inside), like=false, questions=2 * len(RATES) * len(told)),
            "fnmr": rate_of(missed.only(inside), like=missed, questions=2 * len(RATES) * len(told)),
            "fmr_within_group": rate_of(within.only(inside), like=false),
        }
        verdicts = {name: verdict(rates[name], whole[name].rate) for name in whole}
        groups[group] = {name: asdict(one) for name, one in rates.items()} | {"verdict": verdicts}
    return {"threshold": round(threshold, 4), "whole": {n: asdict(r) for n, r in whole.items()}, "groups": groups}


def _told(label: NDArray[np.str_]) -> list[str]:
    """The groups with enough people."""
    return [group for group in sorted({str(one) for one in label if one}) if (label == group).sum() >= FEWEST_PEOPLE]


def _per_person(errors: NDArray[np.bool_], of: NDArray[np.bool_], owner: NDArray[np.int64], people: int) -> Counts:
    wrong, all_ = (which.sum(axis=1).astype(np.float64) for which in (errors, of))
    return Counts(
        np.bincount(owner, weights=wrong, minlength=people).astype(np.float64),
        np.bincount(owner, weights=all_, minlength=people).astype(np.float64),
    )


def rate_of(counts: Counts, *, like: Counts | None = None, questions: int = 1) -> Rate:
    """The share of errors, with the interval for comparisons that hang together by person.

    Where no one made an error there is no spread to see: then the design effect is that of `like`, at least.
    """
    total, people = float(counts.of.sum()), int((counts.of > 0).sum())
    share = float(counts.errors.sum()) / total if total else 0.0
    effect = max(_design_effect(counts), _design_effect(like) if like is not None and share == 0.0 else 1.0)
    effective = max(total / effect, 1.0)
    low, high = _wilson(share, effective, CONFIDENCE)
    at_least, _high = _wilson(share, effective, NormalDist().inv_cdf(1 - FAMILY / questions))
    return Rate(round(share, 6), round(low, 6), round(high, 6), int(total), people, round(at_least, 6))


def _design_effect(counts: Counts) -> float:
    """How many times wider than for independent comparisons the variance is, by the spread between people."""
    total, people = float(counts.of.sum()), int((counts.of > 0).sum())
    share = float(counts.errors.sum()) / total if total else 0.0
    if people < 2 or not 0.0 < share < 1.0:
        return 1.0
    spread = float(((counts.errors - share * counts.of) ** 2).sum()) * people / (people - 1) / total**2
    return max(1.0, spread / (share * (1 - share) / total))


def _wilson(share: float, of: float, z: float) -> tuple[float, float]:
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z * ((share * (1 - share) + z * z / (4 * of)) / of) ** 0.5 / (1 + z * z / of)
    return max(0.0, centre - half), min(1.0, centre + half)


def verdict(group: Rate, whole: float) -> str:
    """`worse`: a quarter or more above the rate of all, and surely above it; `unclear`: only the first."""
    if group.rate == 0.0 or group.rate < WORSE * whole:
        return ""
    return "worse" if group.at_least > whole else "unclear"


def _named(report: list[dict[str, Any]], wanted: str) -> list[dict[str, str]]:
    """Each group and rate with that verdict, at whichever false match rate."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for rate, at in zip(RATES, report, strict=True):
        for group, one in at["groups"].items():
            for name, said in one["verdict"].items():
                if said == wanted:
                    found[group, name].append(rate_name(rate))
    return [{"group": group, "rate": name, "at_fmr": ", ".join(rates)} for (group, name), rates in found.items()]
