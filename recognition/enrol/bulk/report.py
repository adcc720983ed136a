"""Telling what a bulk run did: one JSON document, or lines that a person reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from recognition.enrol.bulk.bulk import BulkOutcome


def as_json(outcomes: list[BulkOutcome], *, seconds: float) -> dict[str, Any]:
    """The document of `enrol_folder --json`. `people` counts those with an accepted photo."""
    photos = [_photo(outcome, verdict) for outcome in outcomes for verdict in outcome.verdicts]
    accepted = sum(outcome.accepted for outcome in outcomes)
    return {
        "people": sum(outcome.accepted > 0 for outcome in outcomes),
        "created": sum(outcome.created for outcome in outcomes),
        "accepted": accepted,
        "rejected": len(photos) - accepted,
        "photos": photos,
        "warnings": [
            {"id_number": outcome.id_number, "code": warning.code, "message": warning.message}
            for outcome in outcomes
            for warning in outcome.warnings
        ],
        "seconds": round(seconds, 3),
    }


def as_lines(outcomes: Iterable[BulkOutcome]) -> Iterator[str]:
    """A line for each photo that was rejected, and for each warning."""
    for outcome in outcomes:
        for verdict in outcome.verdicts:
            if not verdict.accepted:
                yield f"{verdict.name}: {verdict.reason}"
        for warning in outcome.warnings:
            yield f"{outcome.id_number}: {warning.message}"


def _photo(outcome: BulkOutcome, verdict: Any) -> dict[str, Any]:
    return {
        "path": verdict.name,
        "id_number": outcome.id_number,
        "accepted": verdict.accepted,
        "code": verdict.code,
        "reason": verdict.reason,
    }
