"""One measured number beside the one that was promised."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Row:
    what: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None
    note: str = ""

    @property
    def kept(self) -> bool | None:
        """Whether the promise is kept; None when nothing was promised."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    def as_dict(self) -> dict[str, object]:
        return asdict(self) | {"kept": self.kept}


def show(row: Row) -> None:
    promised = f"≤ {row.at_most:g}" if row.at_most is not None else f"≥ {row.at_least:g}" if row.at_least else ""
    mark = {True: "ok", False: "MISSED", None: ""}[row.kept]
    print(f"  {row.what:<66} {row.value:>12.5g} {row.unit:<9} {promised:<10} {mark} {row.note}", flush=True)
