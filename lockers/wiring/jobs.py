"""The lockers' timed jobs. What they call is imported when they run."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.ops.jobs.registry import Job


def tidy(now: datetime) -> None:
    from lockers.wiring import job_steps

    job_steps.tidy(now)


def go_on_with_grants(now: datetime) -> None:
    from lockers.assignments.grants import execution

    execution.go_on(now)


def ask_sensors(now: datetime) -> None:
    from lockers.doors import listener

    listener.ask_sensors(now)


def remind(now: datetime) -> None:
    from lockers.wiring import job_steps

    job_steps.remind(now)


def anchor(now: datetime) -> None:
    from lockers.wiring import job_steps

    job_steps.anchor(now)


JOBS = [
    Job("lockers.alarms", 5, tidy, _("Watch the doors, end expired keys"), limit=30),
    Job("lockers.grants", 2, go_on_with_grants, _("Carry out group grants"), limit=60),
    Job("lockers.sensors", 5, ask_sensors, _("Ask the doors' sensors"), limit=60, over_network=True),
    Job("lockers.reminders", 3600, remind, _("Remind customers of what ends"), limit=600),
    Job("lockers.anchor", 3600, anchor, _("Write the end of the access log elsewhere"), limit=60),
]
