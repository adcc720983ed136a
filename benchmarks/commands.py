"""What people wait for at the terminal."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator

from benchmarks.material import LFW
from benchmarks.report import Row
from benchmarks.site import manage, temporary_site

HEAVY = ("deepface", "onnxruntime", "tensorflow")


def rows() -> Iterator[Row]:
    with temporary_site() as env:
        report = json.loads(manage(env, "enrol_folder", str(LFW), "--create", "--consent", "reception", "--json"))
        photos = report["accepted"] + report["rejected"]
        yield Row(
            f"enrol_folder, {photos} photos of {report['people']} people",
            photos / report["seconds"],
            "photos/s",
            at_least=15,
            note=f"{report['rejected']} sent back",
        )
        began = time.perf_counter()
        manage(env, "check")
        yield Row("manage.py check", time.perf_counter() - began, "s", at_most=2.5)
        listing = "import sys; from django.core.management import execute_from_command_line as run; run(['x', 'check'])"
        words = [sys.executable, "-c", listing + f"; print(sum(name in sys.modules for name in {HEAVY!r}))"]
        loaded = subprocess.run(words, env=env, capture_output=True, text=True, check=True).stdout
        yield Row("… heavy packages that it imported", float(loaded.strip().splitlines()[-1]), "", at_most=0)
