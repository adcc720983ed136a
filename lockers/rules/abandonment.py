"""The steps of an abandoned locker: which follows which, and not before which day. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

NOTICES = ("first", "second", "last")
# What may follow what. `settled`: the locker was emptied, or has another last day, before anyone opened it.
STEPS: Mapping[str, frozenset[str]] = {
    "begun": frozenset({"first", "settled"}),
    "first": frozenset({"second", "settled"}),
    "second": frozenset({"last", "settled"}),
    "last": frozenset({"asked", "settled"}),
    "asked": frozenset({"opened", "last", "settled"}),  # back to `last`: no one came, or the door did not open
    "opened": frozenset({"listed", "last"}),
    "listed": frozenset({"stored", "empty", "opened"}),  # back to `opened`: the witness says that the list is wrong
    "stored": frozenset({"handed_out", "disposed"}),
    "handed_out": frozenset(),
    "disposed": frozenset(),
    "empty": frozenset(),
    "settled": frozenset(),
}
OVER = frozenset(state for state, following in STEPS.items() if not following)
UNOPENED = frozenset({"begun", "first", "second", "last", "asked"})
NEXT = {"begun": "first", "first": "second", "second": "last", "last": "asked"}  # what is due by its day alone


def may_step(before: str, after: str) -> bool:
    return after in STEPS[before]


def due_on(state: str, stepped: date, gaps: Sequence[int], keep_until: date | None = None) -> date | None:
    """From which day the next step may be taken; None where no day is waited for.

    `gaps`: days before the first, second and last notice, and before the opening, each counted from the step before.
    What came late moves everything after it: no one's time gets shorter.
    """
    if state == "stored":
        return keep_until + timedelta(days=1) if keep_until else None
    place = ("begun", *NOTICES).index(state) if state in NEXT else -1
    return stepped + timedelta(days=gaps[place]) if place >= 0 else None


def is_due(state: str, stepped: date, today: date, gaps: Sequence[int], keep_until: date | None = None) -> bool:
    due = due_on(state, stepped, gaps, keep_until)
    return due is not None and today >= due
