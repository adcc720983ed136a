"""Attendance's areas of a person's export. What teachers noted about others is not among them."""

from __future__ import annotations

from accounts.people.own_export import ExportArea
from attendance.models import Appeal, AttendanceRecord, Enrollment, Excuse

AREAS = (
    ExportArea(
        "attendance-courses",
        {"course": "course__code", "title": "course__title", "since": "since", "until": "until"},
        lambda person: Enrollment.objects.filter(person=person),
    ),
    ExportArea(
        "attendance-records",
        {
            "course": "session__course__code",
            "session": "session__starts_at",
            "status": "status",
            "first_seen": "first_seen",
            "last_seen": "last_seen",
            "source": "source",
            "corrected": "corrected",
        },
        lambda person: AttendanceRecord.objects.filter(person=person),
    ),
    ExportArea(
        "attendance-appeals",
        {name: name for name in ("message", "made_at", "answer", "accepted", "answered_at")},
        lambda person: Appeal.objects.filter(record__person=person),
    ),
    ExportArea(
        "attendance-excuses",
        {name: name for name in ("since", "until", "reason", "state", "made_at", "decided_at", "answer")},
        lambda person: Excuse.objects.filter(person=person),
    ),
)
