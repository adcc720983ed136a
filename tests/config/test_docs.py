"""What is written is true: every variable, command, event and address that is named exists, and the other way round."""

from __future__ import annotations

import ast
import json
import re
import tomllib
import typing
from pathlib import Path

from django.core.management import get_commands
from django.urls import resolve

from config.ops import env
from config.ops.launch import announce
from recognition.stations import events
from tests import production_env

ROOT = env.BASE_DIR
DOCS = ROOT / "docs"
READERS = {
    "text",
    "flag",
    "languages",
    "number",
    "money",
    "days",
    "fraction",
    "words",
    "choice",
    "detector",
    "zone",
    "folder",
    "keyring",
    "database",
    "clock_span",
    "weekdays",
    "clock_time",
    "email",
    "origin",
    "rate",
    "proxies",
    "document",
    "networks",
}
OURS = ("config", "accounts", "recognition", "attendance", "library", "lockers", "visitors", "home")


def read_variables() -> set[str]:
    """Every variable that settings.py reads through config.ops.env."""
    calls = (
        node for node in ast.walk(ast.parse((ROOT / "config/settings.py").read_text())) if isinstance(node, ast.Call)
    )
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in READERS and isinstance(call.args[0], ast.Constant)
    }


def example_variables() -> set[str]:
    return set(re.findall(r"^([A-Z0-9_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))


def our_commands() -> set[str]:
    return {name for name, app in get_commands().items() if str(app).split(".")[0] in OURS}


def documents() -> dict[str, str]:
    return {path.name: path.read_text() for path in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *DOCS.glob("*.md")]}


def test_the_example_names_every_variable_and_no_other():
    assert example_variables() == read_variables()


def test_the_example_starts_nothing_by_accident(monkeypatch):
    text = (ROOT / ".env.example").read_text()
    assert "DEBUG=false" in text
    assert "DEMO=false" in text


def test_the_production_settings_are_variables_that_exist():
    assert production_env.documented().keys() <= read_variables()


def test_every_command_is_in_the_readme():
    readme = (ROOT / "README.md").read_text()
    missing = {name for name in our_commands() if f"`{name}`" not in readme}
    assert missing == set()


def test_every_command_that_is_named_exists():
    known = set(get_commands())
    named = {
        (name, command)
        for name, text in documents().items()
        for command in re.findall(r"manage\.py ([a-z0-9_]+)", text)
    }
    assert {(name, command) for name, command in named if command not in known} == set()


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        target
        for text in documents().values()
        for target in re.findall(r"\bmake ([a-z-]+)\b(?=`|\s*#| [A-Z_]+=)", text)
    }
    assert {"run", "test", "lint", "bench"} <= targets
    assert named <= targets


def test_every_link_leads_somewhere():
    dead = [
        (name, link)
        for name, text in documents().items()
        for link in re.findall(r"\]\((?!https?:|#)([^)#]+)", text)
        if not ((ROOT if (ROOT / name).exists() else DOCS) / link).exists()
    ]
    assert dead == []


def test_every_kind_of_event_is_explained():
    text = (DOCS / "events.md").read_text()
    kinds = {
        kind
        for event in typing.get_args(events.Event)
        for kind in typing.get_args(typing.get_type_hints(event)["kind"])
    }
    assert kinds
    assert {kind for kind in kinds if f"`{kind}`" not in text} == set()


def test_every_address_that_make_run_prints_exists():
    addresses = re.findall(r"http://here(/\S*)", announce.greeting("http://here", ""))
    assert len(addresses) >= 4
    for address in addresses:
        assert resolve(address)


def test_every_module_of_config_has_its_place_in_the_layers():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    placed = set(re.findall(r"config\.(\w+)", " ".join(contracts[0]["layers"])))
    modules = {path.stem for path in Path(ROOT / "config").glob("*.py")} - {"__init__"}
    packages = {path.parent.name for path in Path(ROOT / "config").glob("*/__init__.py")} - {"formats"}  # only values
    assert placed == modules | packages


def test_the_changelog_knows_the_version():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text()
    assert f"## [{version}]" in changelog or "## [Unreleased]" in changelog


def test_no_lock_file_names_where_packages_come_from():
    for lock in ROOT.glob("requirements*.txt"):
        text = lock.read_text()
        assert "--hash=sha256:" in text
        assert not re.search(r"https?://|--(extra-)?index-url|--find-links", text), lock.name


def test_the_lock_of_the_script_checks_names_hashes_and_no_source():
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    locked = {name: package for name, package in packages.items() if name}
    assert locked
    assert [name for name, package in locked.items() if "resolved" in package or "integrity" not in package] == []
    assert [wanted for wanted in packages[""]["devDependencies"].values() if not wanted[0].isdecimal()] == []


def test_every_benchmark_is_a_part_of_make_bench():
    from benchmarks.__main__ import PARTS

    measuring = {file.stem for file in (ROOT / "benchmarks").glob("*.py") if "\ndef rows()" in file.read_text()}
    assert measuring == set(PARTS)


def test_one_part_of_make_bench_leaves_the_numbers_of_the_others(monkeypatch, tmp_path, capsys):
    from benchmarks import __main__ as bench
    from benchmarks import search

    monkeypatch.setattr(bench, "RESULTS", tmp_path / "results.json")
    for value in (1, 2):
        monkeypatch.setattr(search, "rows", lambda value=value: [bench.Row("search", value, "ms", at_most=1)])
        bench.RESULTS.write_text('{"engine": {"rows": []}}')
        monkeypatch.setattr("sys.argv", ["benchmarks", "search"])
        assert bench.main() == value - 1, "a number that is missed is an exit code"
        kept = json.loads(bench.RESULTS.read_text())
        assert list(kept) == ["engine", "search"] and kept["search"]["rows"][0]["value"] == value
