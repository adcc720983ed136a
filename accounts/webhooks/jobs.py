"""The timed job that sends every app's webhooks. What it calls is imported when it runs."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.ops.jobs.registry import Job


def send_webhooks(now: datetime) -> None:
    from accounts.webhooks import tasks

    tasks.send_due(now)


JOBS = [Job("webhooks.send", 5, send_webhooks, _("Send webhooks that are due"), limit=120, over_network=True)]
