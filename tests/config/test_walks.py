"""The three walks through the code in docs/architecture.md are as the code is: files, functions, and who calls whom."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings
from django.utils.module_loading import import_string

from config.live.consumer import SiteConsumer
from recognition.stations.app.station_app import StationApp

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "architecture.md").read_text()
MOST_FILES = 12
APPS = ("config", "accounts", "recognition", "library", "attendance", "lockers", "visitors", "home")
IN_EVERY_APP = {"admin", "api", "models", "rules", "views", "management", "migrations", "templatetags", "formats"}
STEP = re.compile(
    r"^(?P<indent> *)(?:(?P<arrow>→|⇢) )?(?P<path>[\w/]+\.py): (?P<names>[\w., ]+?)(?: \[(?P<hook>[^\]]+)\])?$"
)


@dataclass(frozen=True)
class Step:
    path: str
    names: tuple[str, ...]
    arrow: str  # → an import, ⇢ a registered hook; "" where something comes from outside
    hook: str
    caller: Step | None

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    @property
    def room(self) -> str:
        """`library/kiosk`; of a file that lies in no room, its app."""
        return "/".join(self.path.split("/")[:-1][:2])


def walks() -> dict[str, str]:
    """Title and text of each walk: a diagram, and what is said below it."""
    [section] = re.findall(r"^## Three walks\n(.*?)(?=^## )", TEXT, re.MULTILINE | re.DOTALL)
    return {part.partition("\n")[0]: part.partition("\n")[2] for part in section.split("\n### ")[1:]}


def steps_of(walk: str) -> Iterator[Step]:
    [diagram] = re.findall(r"^```text\n(.*?)^```", walk, re.MULTILINE | re.DOTALL)
    above: list[Step] = []
    for line in diagram.splitlines():
        if line.startswith("#"):
            continue
        found = STEP.match(line)
        assert found, f"not a step: {line!r}"
        deep = len(found["indent"]) // 2
        step = Step(
            found["path"],
            tuple(found["names"].split(", ")),
            found["arrow"] or "",
            found["hook"] or "",
            above[deep - 1] if deep else None,
        )
        above[deep:] = [step]
        yield step


WALKS = walks()
STEPS = [(title, step) for title, walk in WALKS.items() for step in steps_of(walk)]
each_step = pytest.mark.parametrize("step", [step for _, step in STEPS], ids=[f"{step.path}" for _, step in STEPS])


@cache
def tree_of(path: str) -> ast.Module:
    return ast.parse((ROOT / path).read_text())


def defined_in(path: str) -> set[str]:
    """Functions and classes of a file, and `Class.method`."""
    names = set()
    for node in tree_of(path).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        if isinstance(node, ast.ClassDef):
            methods = [one for one in node.body if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef)]
            names |= {f"{node.name}.{method.name}" for method in methods}
    return names


def imported_by(path: str) -> set[str]:
    """Modules that a file imports, also inside a function. `from a.b import c` may mean the module `a.b.c`."""
    modules = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            modules |= {name.name for name in node.names}
        if isinstance(node, ast.ImportFrom) and node.module:
            modules |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
    return modules


def used_in(path: str) -> set[str]:
    nodes = list(ast.walk(tree_of(path)))
    return {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }


def test_there_are_three_walks_and_each_is_short():
    assert len(WALKS) == 3
    for walk in WALKS.values():
        steps = list(steps_of(walk))
        assert steps and steps[0].arrow == ""
        assert len({step.path for step in steps}) <= MOST_FILES


@each_step
def test_every_file_and_function_of_a_walk_exists(step):
    assert (ROOT / step.path).is_file()
    assert set(step.names) <= defined_in(step.path)


@each_step
def test_every_arrow_is_an_import_or_a_hook_that_is_marked(step):
    if step.caller is None:
        assert (step.arrow, step.hook) == ("", "")
    elif step.arrow == "→":
        assert not step.hook
        assert step.module in imported_by(step.caller.path)
        assert used_in(step.caller.path) & {part for name in step.names for part in name.split(".")}
    else:
        HOOKS[step.hook.partition(".")[0]](step)


def test_a_name_that_is_not_there_and_an_arrow_that_no_import_bears_out_are_found():
    assert "StationConsumer.no_such_method" not in defined_in("recognition/live/consumers.py")
    assert "lockers.kiosk.station_app" not in imported_by("recognition/live/consumers.py")


# --- the hooks that may be marked ------------------------------------------------------------------


def is_called_as_the_app_of_a_station(step):
    """[StationApp.method]: the caller calls it on whichever app has the purpose; settings.STATION_APPS names ours."""
    method = step.hook.partition(".")[2]
    [owner] = {name.partition(".")[0] for name in step.names if name.endswith(f".{method}")}
    assert f"{step.module}.{owner}" in settings.STATION_APPS.values()
    assert hasattr(StationApp, method) and method in used_in(step.caller.path)


def is_the_own_ledger(step):
    """[LIBRARY_BACKEND]: what the caller's table holds for `local` is this very module."""
    assert import_string(f"{step.caller.module}.BACKENDS")["local"]().__name__ == step.module


def hears_the_channel_layer(step):
    """What is sent to a group arrives at every socket of the house that has joined it."""
    assert "group_send" in used_in(step.caller.path)
    assert all(issubclass(import_string(f"{step.module}.{name}"), SiteConsumer) for name in step.names)


HOOKS = {
    "StationApp": is_called_as_the_app_of_a_station,
    "LIBRARY_BACKEND": is_the_own_ledger,
    "channel layer": hears_the_channel_layer,
}


# --- rooms -----------------------------------------------------------------------------------------


def journeys(steps: list[Step]) -> Iterator[list[Step]]:
    """What one thing from outside (a request, a frame, a key) sets going."""
    starts = [number for number, step in enumerate(steps) if step.caller is None]
    for first, last in zip(starts, [*starts[1:], len(steps)], strict=True):
        yield steps[first:last]


def entered(journey: list[Step]) -> list[str]:
    """Each room that is come into, from outside or from another one."""
    return [step.room for step in journey if step.caller is None or step.caller.room != step.room]


@pytest.mark.parametrize("title", WALKS)
def test_nothing_that_comes_from_outside_enters_a_room_twice(title):
    for journey in journeys(list(steps_of(WALKS[title]))):
        rooms = entered(journey)
        assert {room for room in rooms if rooms.count(room) > 1} == set()


def test_a_room_that_is_entered_again_is_found():
    walk = """```text
library/kiosk/basket.py: add, finish
  → library/circulation/loans.py: judge
  → library/circulation/ledger/__init__.py: ledger
# and something else, which goes its own way
library/kiosk/views.py: scan
```
"""
    first, second = journeys(list(steps_of(walk)))
    assert entered(first) == ["library/kiosk", "library/circulation", "library/circulation"]
    assert entered(second) == ["library/kiosk"]


def test_every_room_has_a_line_in_the_table():
    rooms = {f"{app}/{one.parent.name}/" for app in APPS for one in (ROOT / app).glob("*/__init__.py")}
    special = {room for room in rooms if room.split("/")[1] not in IN_EVERY_APP}
    table = set(re.findall(r"^\| `(\w+/\w+/)` \|", TEXT, re.MULTILINE))
    assert len(special) > 25
    assert table == special


@pytest.mark.parametrize("name", ["docs/architecture.md", "CONTRIBUTING.md"])
def test_lines_fit_on_a_screen(name):
    lines = (ROOT / name).read_text().splitlines()
    assert [line for line in lines if len(line) > 120] == []


# --- what CONTRIBUTING.md names --------------------------------------------------------------------

GUIDE = (ROOT / "CONTRIBUTING.md").read_text()


def test_every_file_that_the_guide_names_exists():
    named = set(re.findall(r"`([\w.]+/[\w/.]+)`", GUIDE))
    assert len(named) > 15
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_every_dotted_name_of_the_guide_can_be_imported():
    named = set(re.findall(rf"`((?:{'|'.join(APPS)})\.[\w.]+)`", GUIDE))
    assert len(named) > 5
    for name in named:
        assert import_string(name)


@pytest.mark.parametrize("what", ["station purpose", "webhook", "job", "report", "lock driver"])
def test_each_addition_is_told_in_ten_steps(what):
    [steps] = re.findall(rf"^## Add a {what}\n(.*?)(?=^## |\Z)", GUIDE, re.MULTILINE | re.DOTALL)
    assert re.findall(r"^(\d+)\. ", steps, re.MULTILINE) == [str(number) for number in range(1, 11)]
