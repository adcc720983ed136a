"""Error rates by group as a table on the terminal, and in words which groups are worse."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.management.printing import percent, table

RATES = {"fmr": "taken for someone else (FMR)", "fnmr": "not recognised (FNMR)"}
MARKS = {"worse": "WORSE", "unclear": "unclear", "": ""}


def group_lines(report: dict[str, Any]) -> Iterator[str]:
    for fmr, at in report["at_fmr"].items():
        yield f"By group at FMR {fmr} (threshold {at['threshold']}), with 95 % intervals by person:"
        yield from table([("group", "people", "FMR", "", "FNMR", "", "FMR within the group"), *_rows(at)])
    yield from _verdicts(report)


def _rows(at: dict[str, Any]) -> Iterator[tuple[str, ...]]:
    whole = at["whole"]
    yield ("all", str(whole["fnmr"]["people"]), _rate(whole["fmr"]), "", _rate(whole["fnmr"]), "", "")
    for group, one in at["groups"].items():
        marks = {name: MARKS[said] for name, said in one["verdict"].items()}
        yield (
            group,
            str(one["fnmr"]["people"]),
            _rate(one["fmr"]),
            marks["fmr"],
            _rate(one["fnmr"]),
            marks["fnmr"],
            _rate(one["fmr_within_group"]),
        )


def _rate(one: dict[str, Any]) -> str:
    return f"{percent(one['rate'])} ({percent(one['low'])} to {percent(one['high'])})"


def _verdicts(report: dict[str, Any]) -> Iterator[str]:
    for one in report["worse"]:
        yield f"{one['group']} is {RATES[one['rate']]} at least 25 % more often than all people (FMR {one['at_fmr']})."
    for one in report["unclear"]:
        yield (
            f"{one['group']} may be {RATES[one['rate']]} more often (FMR {one['at_fmr']}): "
            "25 % or more above all people, but the interval does not rule out chance. Measure more people."
        )
    if not report["worse"] and not report["unclear"]:
        yield "No group is 25 % worse than all people."
    if report["left_out"]:
        yield f"Too few people to tell: {', '.join(report['left_out'])}."
    if report["without_group"]:
        yield f"{report['without_group']} people are in no group."
