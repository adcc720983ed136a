"""How often is a stranger given a name, and how often is an enrolled person not recognised?"""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import timezone

from config.errors import Refused
from config.management.printing import percent, print_json, progress
from config.management.refusing import exits_2_when_refused
from recognition.management.group_table import group_lines

ROUNDS = 60
GALLERY_SIZES = (10, 20, 40, 80, 160, 320)
CELL_PHOTOS, CELL_FRAMES, VISIT_FRAMES = (1, 2, 3, 5), (1, 3), (3, 6)


class Command(BaseCommand):
    help = "Measure a profile on a folder of people, half of them strangers; --write keeps the curves."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, metavar="DIR", help="A sub-folder of photos for each person.")
        parser.add_argument("--enrol", type=int, default=3, help="Photos in a template (default 3).")
        parser.add_argument("--probe", type=int, default=1, help="Photos in a probe (default 1).")
        parser.add_argument("--profile", default=settings.RECOGNITION_PROFILE)
        parser.add_argument(
            "--detector",
            default=settings.RECOGNITION_DETECTOR or None,
            help="mmod, yunet, short_range, full_range, haar, hog or deepface:NAME. "
            "Default: RECOGNITION_DETECTOR, else the profile's own.",
        )
        parser.add_argument(
            "--groups",
            type=Path,
            metavar="FILE",
            help="A CSV file with the columns person,group, for error rates by group. The file is read but not stored.",
        )
        parser.add_argument("--write", action="store_true", help="Measure the profile's threshold curves and use them.")
        parser.add_argument("--output", type=Path, help="With --write: this file instead of the site's own.")
        parser.add_argument("--json", action="store_true", help="Print one JSON document and nothing else.")

    @exits_2_when_refused
    def handle(self, *args: Any, **options: Any) -> None:
        from recognition.engine.evaluation.error_rates import embed_people, folder_of_people

        _require_photos(options)
        groups = _groups(options)
        engine = _engine(options)
        paths = folder_of_people(options["folder"])
        with progress(sum(map(len, paths.values())), "photo") as bar:
            people, used = embed_people(engine, paths, bar.update)
        report = _report(people, enrol=options["enrol"], probe=options["probe"])
        if groups is not None:
            report["groups"] = _by_group(people, groups, options)
        if options["write"]:
            report["written"] = str(_write(engine, people, used, options))
        if options["json"]:
            print_json(self.stdout, report)
        else:
            self._show(report)

    def _show(self, report: dict[str, Any]) -> None:
        self.stdout.write(
            f"{report['enrolled']} enrolled, {report['probes']} probes of these people, "
            f"{report['strangers']} probes of strangers ({report['rounds']} rounds); rank-1 {percent(report['rank1'])}."
        )
        for rate, share in report["fnir_at_fpir"].items():
            self.stdout.write(f"  FNIR at FPIR {rate}: {percent(share)}")
        for rate, share in report["fnmr_at_fmr"].items():
            self.stdout.write(f"  FNMR at FMR {rate}: {percent(share)}")
        if "groups" in report:
            for line in group_lines(report["groups"]):
                self.stdout.write(line)
        if "written" in report:
            self.stdout.write(f"Thresholds written to {report['written']}.")


def _require_photos(options: dict[str, Any]) -> None:
    for name in ("enrol", "probe"):
        if options[name] < 1:
            raise Refused("bad_number", f"--{name} must be 1 or more.")


def _groups(options: dict[str, Any]) -> dict[str, str] | None:
    """Read before anything is measured: a file with a mistake costs no minutes."""
    from recognition.engine.evaluation.groups import read_groups

    return None if options["groups"] is None else read_groups(options["groups"])


def _by_group(people: Any, groups: dict[str, str], options: dict[str, Any]) -> dict[str, Any]:
    from recognition.engine.evaluation.groups import by_group

    return by_group(people, groups, enrol=options["enrol"], probe=options["probe"], rounds=ROUNDS)


def _engine(options: dict[str, Any]) -> Any:
    from recognition.engine.standard import build_engine

    return build_engine(
        options["profile"],
        models_dir=settings.MODELS_DIR,
        allow_noncommercial=settings.ALLOW_NONCOMMERCIAL_MODELS,
        detector=options["detector"],
    )


def _report(people: Any, *, enrol: int, probe: int) -> dict[str, Any]:
    from recognition.engine.evaluation.curves import rate_name
    from recognition.engine.evaluation.error_rates import FPIRS, open_set, rates

    result = open_set(people, enrol=enrol, probe=probe, rounds=ROUNDS)
    open_rates = {rate_name(fpir): result.fnir(fpir) for fpir in FPIRS}
    fit = sum(len(vectors) >= enrol + probe for vectors in people.values())
    by_size = {}
    for size in (size for size in GALLERY_SIZES if size < fit // 2):
        smaller = open_set(people, enrol=enrol, probe=probe, rounds=ROUNDS, size=size)
        by_size[str(size)] = {rate_name(fpir): round(smaller.fnir(fpir)[0], 5) for fpir in FPIRS}
    return {
        "enrolled": result.enrolled,
        "probes": len(result.own),
        "strangers": len(result.stranger),
        "rounds": ROUNDS,
        "rank1": round(result.rank1, 5),
        "fnir_at_fpir": {rate: round(fnir, 5) for rate, (fnir, _) in open_rates.items()},
        "threshold_at_fpir": {rate: round(limit, 4) for rate, (_, limit) in open_rates.items()},
        "fnir_at_fpir_by_gallery_size": by_size,
        **rates(np.array(result.genuine), np.concatenate(result.impostor)),
    }


def _write(engine: Any, people: Any, used: Any, options: dict[str, Any]) -> Path:
    """Measure every cell of the profile's curves and keep them where the engine looks for them."""
    from recognition.engine.evaluation.curves import Curves, site_file
    from recognition.engine.evaluation.error_rates import embed_visits, photo_cell, visit_cell

    cells = [photo_cell(people, photos=p, frames=f, rounds=ROUNDS) for p in CELL_PHOTOS for f in CELL_FRAMES]
    with progress(sum(map(len, used.values())), "visit") as bar:
        visits = embed_visits(engine, used, max(VISIT_FRAMES), bar.update)
    cells += [visit_cell(people, visits, photos=p, frames=f, rounds=ROUNDS) for p in CELL_PHOTOS for f in VISIT_FRAMES]
    photos = sum(map(len, people.values()))
    curves = Curves(
        profile=engine.profile.name,
        model=engine.profile.model,
        detector=engine.profile.detector,
        data=f"{options['folder'].name}: {photos} photos of {len(people)} people",
        date=timezone.localdate().isoformat(),
        cells=tuple(cell for cell in cells if cell is not None),
        revision=engine.profile.revision,
    )
    path: Path = options["output"] or site_file(engine.profile.name, settings.MODELS_DIR)
    curves.save(path)
    return path
