"""Attendance in the admin: for administrators, and through the same rules as everywhere."""

from attendance.admin import (
    at_risk,
    closed_days,
    courses,
    doubts_and_appeals,
    enrolments,
    external_links,
    phone_marks,
    records,
    sessions,
)

__all__ = [
    "at_risk",
    "closed_days",
    "courses",
    "doubts_and_appeals",
    "enrolments",
    "external_links",
    "phone_marks",
    "records",
    "sessions",
]
