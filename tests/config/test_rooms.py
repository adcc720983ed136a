"""How many things lie in a room: more than fifteen, and a stranger no longer sees which of them to open."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
APPS = ("accounts", "attendance", "config", "home", "library", "lockers", "recognition", "visitors")
MOST = 15
ASIDE = {"migrations", "__init__.py", "__pycache__"}
FLAT = {"migrations", "commands"}  # Django finds these only where they all lie side by side


def rooms(app):
    return [path.parent for path in (ROOT / app).rglob("__init__.py") if not FLAT & set(path.parent.parts)]


def entries(room):
    return sorted(one.name for one in room.iterdir() if one.name not in ASIDE and not one.name.startswith("."))


@pytest.mark.parametrize("app", APPS)
def test_no_room_has_more_than_fifteen_entries(app):
    crowded = {str(room.relative_to(ROOT)): entries(room) for room in rooms(app) if len(entries(room)) > MOST}
    assert rooms(app) and not crowded
