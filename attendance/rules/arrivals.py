"""When people were first seen, counted in bars of five minutes around the start. Pure."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

BIN = 5  # minutes
EARLIEST, LATEST = -15, 45  # minutes after the start; what lies beyond is one bar on either side


def bins() -> list[int]:
    """Where each bar but the first begins, in minutes after the start; the first holds what came before them all."""
    return list(range(EARLIEST, LATEST + BIN, BIN))


def bin_of(minutes: float) -> int:
    """Which of 0 … len(bins())."""
    return 0 if minutes < EARLIEST else min(int((minutes - EARLIEST) // BIN) + 1, len(bins()))


def limits_of(number: int) -> tuple[timedelta | None, timedelta | None]:
    """From (included) and to (excluded) after the start; None where the bar has no end on that side."""
    begins = bins()
    first = None if number == 0 else timedelta(minutes=begins[number - 1])
    last = None if number == len(begins) else timedelta(minutes=begins[number])
    return first, last


def middle_bins() -> list[tuple[int, int]]:
    """Those that have both ends, in minutes."""
    return list(pairwise(bins()))
