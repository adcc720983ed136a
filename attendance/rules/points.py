"""From statuses to points and a grade. Pure rules."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# Where no one has set up statuses of their own. None: the session does not count.
USUAL: dict[str, Decimal | None] = {
    "present": Decimal(2),
    "late": Decimal(1),
    "left_early": Decimal(1),
    "absent": Decimal(0),
    "excused": None,
}


@dataclass(frozen=True, slots=True)
class Earned:
    """Points of the sessions that count, and what could have been earned in them."""

    points: Decimal = Decimal(0)
    most: Decimal = Decimal(0)
    sessions: int = 0

    def grade(self, out_of: Decimal) -> Decimal | None:
        """Rounded to two decimals. None when nothing counts."""
        if not self.most:
            return None
        return (self.points * out_of / self.most).quantize(Decimal("0.01"), ROUND_HALF_UP)


def earned(each: Iterable[Decimal | None], most: Decimal) -> Earned:
    """`most`: what the best status is worth."""
    counted = [points for points in each if points is not None]
    return Earned(sum(counted, Decimal(0)), most * len(counted), len(counted))
