"""What people and monitors are told of the jobs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from config.ops.jobs.models import JobRun
from config.ops.jobs.registry import Job, all_jobs
from config.web.language.plurals import numbered

GRACE = timedelta(seconds=60)  # a job is late when it should have ended so long ago
AGAIN_AND_AGAIN = 3  # failures in a row


@dataclass(frozen=True)
class JobStatus:
    """A job beside its row; an empty one where it has never run."""

    job: Job
    row: JobRun
    now: datetime

    @property
    def is_late(self) -> bool:
        return self.overdue > GRACE + timedelta(seconds=self.job.limit)

    @property
    def overdue(self) -> timedelta:
        """How long it has been due; nothing where it has never been."""
        return max(timedelta(), self.now - (self.row.next_due_at or self.now))

    @property
    def is_failing(self) -> bool:
        return self.row.failures_in_a_row >= AGAIN_AND_AGAIN

    @property
    def has_failed(self) -> bool:
        return self.row.failures_in_a_row > 0

    @property
    def is_running(self) -> bool:
        began, ended = self.row.started_at, self.row.finished_at
        return bool(self.row.holder and began and (ended is None or began > ended))

    @property
    def every(self) -> str:
        return in_words(self.job.every)


def statuses() -> list[JobStatus]:
    rows, now = {row.name: row for row in JobRun.objects.all()}, timezone.now()
    return [JobStatus(job, rows.get(job.name) or JobRun(name=job.name), now) for job in all_jobs()]


def is_anybody_running(found: list[JobStatus]) -> bool:
    """Whether some process has the jobs: one that has died is noticed when they are late."""
    return any(status.row.holder and not status.is_late for status in found)


def note() -> str:
    """For /readyz: a job that is late or fails is not a reason to take a web process out of service."""
    found = statuses()
    late = [str(status.job.title) for status in found if status.is_late]
    failing = [str(status.job.title) for status in found if status.is_failing and not status.is_late]
    return " ".join(
        words
        for words in (
            late and _("Late: %(jobs)s.") % {"jobs": ", ".join(late)},
            failing and _("Failing repeatedly: %(jobs)s.") % {"jobs": ", ".join(failing)},
            _("No timed job has run yet.") if not any(status.row.pk for status in found) else "",
        )
        if words
    )


def in_words(seconds: float) -> str:
    """As in "every 5 seconds"."""
    if seconds < 60:
        return numbered(ngettext("every second", "every %d seconds", round(seconds)), round(seconds))
    if seconds < 3600:
        return numbered(ngettext("every minute", "every %d minutes", round(seconds / 60)), round(seconds / 60))
    return numbered(ngettext("every hour", "every %d hours", round(seconds / 3600)), round(seconds / 3600))
