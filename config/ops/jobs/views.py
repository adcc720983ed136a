"""What happens by itself, for administrators: when it ran, how it went, and a button to run it now."""

from __future__ import annotations

import logging
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from config.ops.jobs import status
from config.ops.jobs.models import JobRun
from config.ops.jobs.registry import find
from config.web.guards import done_or_said, only

log = logging.getLogger("ostiary.clock")


def _is_administrator(person: Any) -> bool:
    return bool(person.is_administrator)


@require_safe
@only(_is_administrator)
def jobs(request: HttpRequest) -> HttpResponse:
    found = status.statuses()
    found.sort(key=lambda it: not (it.is_late or it.has_failed))
    shown = {"found": found, "is_anybody_running": status.is_anybody_running(found)}
    return render(request, "jobs/_list.html" if request.headers.get("HX-Request") else "jobs/list.html", shown)


@require_POST
@only(_is_administrator)
def run_now(request: HttpRequest, job: str) -> HttpResponse:
    """Anyone who holds the job sees the wish within seconds. The audit log says whose it was."""
    known = find(job)
    if known is None:
        raise Http404

    def ask() -> str:
        row, _new = JobRun.objects.get_or_create(name=known.name)
        row.asked_at = timezone.now()
        row.save(update_fields=["asked_at"])
        log.info("The job %s was asked for by user %s", known.name, request.user.pk)
        return _("'%(title)s' runs within a few seconds.") % {"title": known.title}

    done_or_said(request, ask)
    return redirect("jobs:list")
