"""One name, one class: anyone who reads `Verdict` knows which one, and a search finds the thing itself."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APPS = ("accounts", "attendance", "config", "home", "library", "lockers", "recognition", "visitors")
DJANGOS = {"Meta", "Command", "Migration", "Media", "Serializer"}  # looked up by this very name in many modules
# Two models: their names are addresses in the administration, permissions and tables, which stay.
MODELS = {"ClosedDay"}


def classes(body, inside=""):
    """(name, whether its name is one by itself) of every class; a choice is named with its model, as Opening.State."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield node.name, not (inside and _is_choices(node))
            yield from classes(node.body, node.name)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.If | ast.Try | ast.With):
            yield from classes(node.body, inside)


def _is_choices(node):
    return any(ast.unparse(base).endswith(("TextChoices", "IntegerChoices")) for base in node.bases)


def test_every_class_name_is_used_once_across_the_apps():
    places = defaultdict(list)
    for app in APPS:
        for path in sorted((ROOT / app).rglob("*.py")):
            if "migrations" in path.parts:
                continue
            for name, alone in classes(ast.parse(path.read_text()).body):
                if alone and name not in DJANGOS | MODELS:
                    places[name].append(str(path.relative_to(ROOT)))
    assert len(places) > 500, "they were found at all"
    assert {name: where for name, where in places.items() if len(where) > 1} == {}
