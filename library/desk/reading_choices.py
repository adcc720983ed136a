"""How a file is read, for its page: what it was seen to have, and what may be chosen instead."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from library.catalogue.formats.items.dialects import DIALECTS, Dialect, by_code
from library.catalogue.formats.record_formats import NAMES, UNSURE
from library.models import ImportStage


@dataclass(frozen=True)
class CopiesChoice:
    """`count`: barcodes that the file was seen to have there."""

    dialect: Dialect
    count: int
    chosen: bool


@dataclass(frozen=True)
class ReadingChoices:
    copies: list[CopiesChoice]
    chosen: Dialect
    formats: dict[str, str]
    unsure: int  # records that may be UNIMARC

    @property
    def other(self) -> str:
        """The field that was written by hand."""
        return "" if self.chosen.code in DIALECTS else self.chosen.code


def of(stage: ImportStage) -> ReadingChoices | None:
    """None for a table, whose columns have names."""
    chosen = by_code(stage.copies_from)
    if chosen is None or not stage.found:
        return None
    counts = _counts(stage.found, "barcodes")
    choices = [CopiesChoice(one, counts.get(one.code, 0), one == chosen) for one in DIALECTS.values()]
    formats = {"": _("As each record says"), **NAMES}
    return ReadingChoices(choices, chosen, formats, _counts(stage.found, "formats").get(UNSURE, 0))


def _counts(found: Any, name: str) -> dict[str, int]:
    return found.get(name, {}) if isinstance(found, dict) else {}
