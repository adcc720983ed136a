"""The rows of attendance."""

from attendance.models.courses import ClosedDay, Course, Enrollment, TimetableRule
from attendance.models.outside import CalendarFeed, SourcedId
from attendance.models.risk import AtRisk
from attendance.models.roll import SETTABLE, STATUS_CHOICES, Appeal, AttendanceRecord, Doubt, RollEntry
from attendance.models.sessions import ClassSession, CoverageSpan

__all__ = [
    "SETTABLE",
    "STATUS_CHOICES",
    "Appeal",
    "AtRisk",
    "AttendanceRecord",
    "CalendarFeed",
    "ClassSession",
    "ClosedDay",
    "Course",
    "CoverageSpan",
    "Doubt",
    "Enrollment",
    "RollEntry",
    "SourcedId",
    "TimetableRule",
]
