"""When a joint holder's own days are. Pure rules, without a database."""

from __future__ import annotations

from datetime import date

ShareDates = tuple[date | None, date | None]  # first and last day, both included; None: as long as the assignment


def within(dates: ShareDates | None, day: date) -> bool:
    """Whether the share holds on that day. Someone without dates of their own (None) has the assignment's."""
    if dates is None:
        return True
    first, last = dates
    return (first is None or day >= first) and (last is None or day <= last)


def fault(own: ShareDates, assignment: tuple[date, date | None]) -> str:
    """A code against these days of a share, or "". A share that never holds while the assignment does is a mistake."""
    (first, last), (begins, ends) = own, assignment
    if first is not None and last is not None and last < first:
        return "bad_dates"
    if (last is not None and last < begins) or (first is not None and ends is not None and first > ends):
        return "share_outside"
    return ""
