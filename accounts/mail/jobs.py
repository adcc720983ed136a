"""The accounts' timed jobs. What they call is imported when they run."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.ops.jobs.registry import Job


def send_mail(now: datetime) -> None:
    from accounts.mail import tasks

    tasks.send_due(now)


JOBS = [
    # Ten e-mails in a run, each of which may wait for EMAIL_TIMEOUT.
    Job("mail.send", 5, send_mail, _("Send e-mails that are due"), limit=300, over_network=True),
]
