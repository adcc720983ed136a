"""The hours of a week, day by day with the days' names, for pages that show or ask for them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy

from lockers.rules.weekly_hours import DAYS

NAMES = {
    "mon": gettext_lazy("Monday"),
    "tue": gettext_lazy("Tuesday"),
    "wed": gettext_lazy("Wednesday"),
    "thu": gettext_lazy("Thursday"),
    "fri": gettext_lazy("Friday"),
    "sat": gettext_lazy("Saturday"),
    "sun": gettext_lazy("Sunday"),
}


def fields_of(hours: Any) -> list[tuple[str, Any, str]]:
    """Code, name and text of each weekday, for seven input fields."""
    known = hours if isinstance(hours, dict) else {}
    return [(day, NAMES[day], ", ".join(known.get(day, []))) for day in DAYS]


def days_of(hours: Any) -> list[tuple[Any, str]]:
    """Name and text of each weekday; nothing where there are no hours."""
    return [(name, text) for _code, name, text in fields_of(hours)] if hours else []
