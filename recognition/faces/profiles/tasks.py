"""Work of the worker (`manage.py db_worker`) on faces, which takes minutes."""

from __future__ import annotations

from django.conf import settings
from django_tasks import task
from django_tasks_db.models import DBTaskResult

from recognition.faces.profiles import profiles, reembedding, runtime


@task()
def recalculate_photos() -> dict[str, int]:
    """`reembed`, asked for on a page: with the profile that the site has chosen by now. How many photos."""
    if newer := profiles.waits_for_restart():  # no frame is under way in a worker: it can change at once
        settings.RECOGNITION_PROFILE = newer
        runtime.forget_engine()
    sums = {"done": 0, "failed": 0}
    for person in reembedding.reembed():
        sums = {name: sums[name] + person[name] for name in sums}
    return sums


def ask_for_recalculation() -> bool:
    """False, and nothing asked for, where it waits or runs already."""
    if state() in ("READY", "RUNNING"):
        return False
    recalculate_photos.enqueue()
    return True


def state() -> str:
    """READY, RUNNING, FAILED or SUCCESSFUL: of the last time; empty where there was none."""
    asked = DBTaskResult.objects.filter(task_path=recalculate_photos.module_path).order_by("-enqueued_at")
    return str(asked.values_list("status", flat=True).first() or "")
