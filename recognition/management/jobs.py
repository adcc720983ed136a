"""Recognition's timed jobs. What they call is imported when they run."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from config.ops.jobs.registry import Job


def ask_for_new_photos(now: datetime) -> None:
    from recognition.sightings import template_age

    template_age.remind(now)


def delete_visitors(now: datetime) -> None:
    from recognition.demo.try_it import visitors

    visitors.purge(now)


def watch_stations(now: datetime) -> None:
    from recognition.stations.uptime import watch

    watch.watch(now)


JOBS = [
    Job("recognition.photos", 3600, ask_for_new_photos, _("Ask for new photos where faces have changed"), limit=600),
    Job("recognition.visitors", 60, delete_visitors, _("Delete visitors of the demo"), limit=120),
    Job("recognition.stations", 60, watch_stations, _("Notice stations that are offline"), limit=60),
]
