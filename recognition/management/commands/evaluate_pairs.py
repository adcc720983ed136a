"""How often are two people taken for one, and one for two?"""

from __future__ import annotations

import csv
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand

from config.errors import Refused
from config.management.printing import percent, print_json, progress
from config.management.refusing import exits_2_when_refused

Pair = tuple[str, str, bool]
SAME = {"1": True, "0": False}


class Command(BaseCommand):
    help = "Measure the one-to-one error rates of a profile on labelled pairs of photos."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("pairs", type=Path, metavar="PAIRS.csv", help="Columns: first, second, same (1 or 0).")
        parser.add_argument("--images", type=Path, required=True, metavar="DIR")
        parser.add_argument("--profile", default=settings.RECOGNITION_PROFILE)
        parser.add_argument(
            "--detector",
            default=settings.RECOGNITION_DETECTOR or None,
            help="mmod, yunet, short_range, full_range, haar, hog or deepface:NAME. "
            "Default: RECOGNITION_DETECTOR, else the profile's own.",
        )
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        pairs = _pairs(options["pairs"])
        vectors, ms_per_face = _embedded(pairs, options)
        report = _measured(pairs, vectors) | {"ms_per_face": round(ms_per_face, 2)}
        if options["json"]:
            print_json(self.stdout, report)
            return
        self.stdout.write(
            f"{report['pairs']} pairs, {report['failed_to_detect']} photos without a face found; "
            f"accuracy {percent(report['accuracy'])} at distance {report['threshold']:.4f} "
            f"({percent(report['accuracy_cross_validated'])} in ten folds), "
            f"EER {percent(report['eer'])}, {report['ms_per_face']} ms a photo."
        )
        for rate, share in report["fnmr_at_fmr"].items():
            self.stdout.write(f"  FNMR at FMR {rate}: {percent(share)}")


def _pairs(path: Path) -> list[Pair]:
    if not path.is_file():
        raise Refused("no_file", f"{path} does not exist or is not a file.")
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            pairs = [(row["first"], row["second"], SAME[row["same"].strip()]) for row in csv.DictReader(stream)]
    except (OSError, KeyError, UnicodeDecodeError, AttributeError, csv.Error) as error:
        raise Refused(
            "bad_pairs", f"{path} is not a CSV file with the columns first, second and same (1 or 0)."
        ) from error
    if not any(same for *_, same in pairs) or all(same for *_, same in pairs):
        raise Refused("bad_pairs", f"{path} needs pairs of the same person and pairs of two people.")
    return pairs


def _embedded(pairs: list[Pair], options: dict[str, Any]) -> tuple[dict[str, Any], float]:
    from recognition.engine.evaluation.error_rates import embed_file
    from recognition.engine.standard import build_engine

    engine = build_engine(
        options["profile"],
        models_dir=settings.MODELS_DIR,
        allow_noncommercial=settings.ALLOW_NONCOMMERCIAL_MODELS,
        detector=options["detector"],
    )
    names = sorted({name for first, second, _ in pairs for name in (first, second)})
    missing = [name for name in names if not (options["images"] / name).is_file()]
    if missing:
        raise Refused("no_file", f"{options['images'] / missing[0]} is missing ({len(missing)} of {len(names)}).")
    vectors, started = {}, time.perf_counter()
    with progress(len(names), "photo") as bar:
        for name in names:
            vectors[name] = embed_file(engine, options["images"] / name)
            bar.update()
    return vectors, 1000 * (time.perf_counter() - started) / len(names)


def _measured(pairs: list[Pair], vectors: dict[str, Any]) -> dict[str, Any]:
    from recognition.engine.evaluation.error_rates import FAR, verification

    def apart(first: str, second: str) -> float:
        """A face that was not found can match no one: it counts as an error of a genuine pair."""
        a, b = vectors[first], vectors[second]
        return FAR if a is None or b is None else float(np.linalg.norm(a - b))

    genuine = np.array([apart(a, b) for a, b, same in pairs if same])
    impostor = np.array([apart(a, b) for a, b, same in pairs if not same])
    result = verification(genuine, impostor)
    return {
        "pairs": len(pairs),
        "failed_to_detect": sum(vector is None for vector in vectors.values()),
        "accuracy": round(result.accuracy, 5),
        "accuracy_cross_validated": _rounded(result.accuracy_cross_validated),
        "eer": round(result.eer, 5),
        "threshold": round(result.threshold, 4),
        "fnmr_at_fmr": result.fnmr_at_fmr,
        "threshold_at_fmr": result.threshold_at_fmr,
    }


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 5)
