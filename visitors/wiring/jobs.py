"""The guest register's timed job. What it calls is imported when it runs."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.ops.jobs.registry import Job


def remind(now: datetime) -> None:
    from visitors.register import closing

    closing.remind(now)


JOBS = [
    Job("visitors.closing", 60, remind, _("Tell hosts of visitors who are still inside at closing time"), limit=120)
]
