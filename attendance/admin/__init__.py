"""Attendance in the admin: for administrators, and through the same rules as everywhere."""

from attendance.admin import closed_days, courses, enrolments, falls, outside, questions, records, sessions

__all__ = ["closed_days", "courses", "enrolments", "falls", "outside", "questions", "records", "sessions"]
