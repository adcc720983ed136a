"""`make bench`: every number that the product promises, measured on this machine in one run.

python -m benchmarks            everything
python -m benchmarks engine     only the named parts (PARTS, below)
"""

from __future__ import annotations

import importlib
import json
import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.report import Row, show

PARTS = (
    "engine",
    "accuracy",
    "search",
    "walkup",
    "impostors",
    "live",
    "classroom",
    "boards",
    "attendance",
    "barcodes",
    "library",
    "scans",
    "catalogue",
    "liveness",
    "passive",
    "greeting",
    "jobs",
    "commands",
)
RESULTS = Path(__file__).parent / "results.json"


def main() -> int:
    wanted = sys.argv[1:] or list(PARTS)
    unknown = set(wanted) - set(PARTS)
    if unknown:
        print(f"There is no benchmark '{min(unknown)}': use {', '.join(PARTS)}.", file=sys.stderr)
        return 2
    rows: list[Row] = []
    for part in (part for part in PARTS if part in wanted):
        print(f"\n{part}", flush=True)
        rows += _measured(part)
    missed = [row for row in rows if row.kept is False]
    print(f"\n{len(rows) - len(missed)} of {len(rows)} numbers are as promised. They are in {RESULTS}.")
    return 1 if missed else 0


def _measured(part: str) -> list[Row]:
    """The rows of one part, shown as they come, and kept with the others' as soon as all of them are there."""
    load, rows = os.getloadavg(), []
    for row in importlib.import_module(f"benchmarks.{part}").rows():
        rows.append(row)
        show(row)
    known = json.loads(RESULTS.read_text("utf-8")) if RESULTS.exists() else {}
    known[part] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"cores": os.cpu_count(), "processor": platform.machine(), "python": platform.python_version()},
        "load": load,
        "rows": [row.as_dict() for row in rows],
    }
    kept = {name: known[name] for name in PARTS if name in known}
    RESULTS.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
    return rows


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
