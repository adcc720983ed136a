"""Attendance's timed jobs. What they call is imported when they run."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.ops.jobs.registry import Job


def open_and_close(now: datetime) -> None:
    from attendance.wiring import job_steps

    job_steps.open_and_close(now)


def mend_files(now: datetime) -> None:
    from attendance.wiring import job_steps

    job_steps.mend_files(now)


def plan(now: datetime) -> None:
    from attendance.wiring import job_steps

    job_steps.plan(now)


def write_digests(now: datetime) -> None:
    from attendance.wiring import job_steps

    job_steps.write_digests(now)


JOBS = [
    Job("attendance.sessions", 5, open_and_close, _("Open and close class sessions"), limit=120),
    Job("attendance.files", 60, mend_files, _("Complete the CSV files of sessions"), limit=300),
    Job("attendance.timetable", 3600, plan, _("Plan sessions from timetables"), limit=600),
    Job("attendance.digests", 60, write_digests, _("Write the day's summaries for teachers"), limit=300),
]
