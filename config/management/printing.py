"""`--json` prints one document and nothing else; without it people get a table and a progress bar."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from typing import Any

from django.core.management.base import OutputWrapper
from tqdm import tqdm


def print_json(out: OutputWrapper, document: Any) -> None:
    out.write(json.dumps(document, ensure_ascii=False))


def progress(total: int, unit: str) -> Any:
    """A bar on standard error, silent where no one watches."""
    return tqdm(total=total, unit=unit, file=sys.stderr, disable=None)


def table(rows: Iterable[Iterable[object]]) -> list[str]:
    """Lines of left-aligned columns."""
    cells = [[str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))] if cells else []
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def percent(share: float | None) -> str:
    return "not measured" if share is None else f"{100 * share:.2f} %"
