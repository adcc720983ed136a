"""Programs that tests and measurements write down as text import what is there: no type checker reads them."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
APPS = "config|accounts|recognition|library|attendance|lockers"
IMPORT = re.compile(rf"^\s*from ((?:{APPS})[\w.]*) import ([\w, ]+)$", re.MULTILINE)


def texts(path: Path) -> list[str]:
    nodes = ast.walk(ast.parse(path.read_text()))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def imports(text: str) -> list[tuple[str, str]]:
    """(module, name) of each line that imports from one of our apps."""
    return [
        (module, name.split(" as ")[0].strip())
        for module, names in IMPORT.findall(text)
        for name in names.split(",")
        if name.strip()
    ]


def is_there(module: str, name: str) -> bool:
    """A module, or a name that stands in one. A room without a word of its own is not a thing to import."""
    place = ROOT / module.replace(".", "/")
    if (place / f"{name}.py").is_file():
        return True
    if (place / name / "__init__.py").is_file():
        return bool((place / name / "__init__.py").read_text().strip())
    files = [path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()]
    return any(re.search(rf"\b{name}\b", path.read_text()) for path in files)


def test_every_program_that_is_written_as_text_imports_what_is_there():
    files = [*(ROOT / "tests").rglob("*.py"), *(ROOT / "benchmarks").rglob("*.py")]
    found = [(path, *one) for path in files for text in texts(path) for one in imports(text)]
    assert len(found) > 50
    missing = [
        f"{path.relative_to(ROOT)}: from {module} import {name}"
        for path, module, name in found
        if not is_there(module, name)
    ]
    assert missing == []


def test_what_has_moved_away_is_noticed():
    assert not is_there("library", "baskets")
    assert not is_there("library", "visits"), "a room, whose module was meant"
    assert is_there("library.visits", "visits")
