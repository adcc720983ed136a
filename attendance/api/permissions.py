"""What each action of attendance takes. Whose rows there are is asked of attendance.rules.visibility, by each
queryset."""

from __future__ import annotations

from collections.abc import Iterable

from accounts.api.permissions import ADMINISTRATOR, SIGNED_IN

SEE_COURSES = "attendance.view_course"
SEE_TIMETABLE = "attendance.view_timetablerule"
CHANGE_TIMETABLE = "attendance.change_timetablerule"
SEE_SESSIONS = "attendance.view_classsession"
RUN_SESSIONS = "attendance.change_classsession"
NOTE_ARRIVALS = "attendance.add_rollentry"
CORRECT = "attendance.change_attendancerecord"
SEE_DOUBTS = "attendance.view_doubt"
RESOLVE = "attendance.change_doubt"
ANSWER = "attendance.change_appeal"
DECIDE_EXCUSES = "attendance.change_excuse"

__all__ = ["ADMINISTRATOR", "SIGNED_IN", "each"]


def each(needed: str, actions: Iterable[str]) -> dict[str, str]:
    """Part of a view's `needs`: these actions take this."""
    return dict.fromkeys(actions, needed)
