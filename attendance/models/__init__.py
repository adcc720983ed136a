"""The rows of attendance."""

from attendance.models.at_risk import AtRisk
from attendance.models.courses import ClosedDay, Course, Enrollment, TimetableRule
from attendance.models.excuses import Excuse
from attendance.models.external_links import CalendarFeed, SourcedId
from attendance.models.own_statuses import OwnStatus
from attendance.models.phone import PhoneMark, PhoneRules
from attendance.models.roll import (
    SETTABLE,
    STATUS_CHOICES,
    STRENGTH,
    Appeal,
    AttendanceRecord,
    Doubt,
    Liveness,
    RollEntry,
    SeenBy,
)
from attendance.models.sessions import ClassSession, CoverageSpan, StaleFile
from attendance.models.timetable_files import ImportedSlot, TimetableFileSettings

__all__ = [
    "SETTABLE",
    "STATUS_CHOICES",
    "STRENGTH",
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
    "Excuse",
    "ImportedSlot",
    "Liveness",
    "OwnStatus",
    "PhoneMark",
    "PhoneRules",
    "RollEntry",
    "SeenBy",
    "SourcedId",
    "StaleFile",
    "TimetableFileSettings",
    "TimetableRule",
]
