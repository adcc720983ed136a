"""The bell's timed job. What it calls is imported when it runs."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.ops.jobs.registry import Job


def check(now: datetime) -> None:
    from home.bell import job_steps

    job_steps.check(now)


JOBS = [Job("home.bell", 60, check, _("Show notifications that are due"), limit=60)]
