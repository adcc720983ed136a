"""What monitors ask: is the process alive, is it fit to serve, what does it count."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from config.errors import Refused
from config.live.event_loop import ask_the_loop
from config.ops.health import disk, probes, system_clock
from config.ops.jobs import status
from library.sip2.client import from_settings
from recognition.faces import crypto
from recognition.faces.profiles import outdated
from recognition.faces.profiles.runtime import get_engine
from recognition.models import FaceTemplate

log = logging.getLogger("ostiary.health")

LAYER_PATIENCE = 2.0  # seconds
PATIENCE = 4.0  # s for the whole answer: monitors wait for five or ten
AT_HOME = ("models",)  # asks no one outside of this process; the first time it takes as long as loading takes


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database, so that a database that is down restarts no one."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Every part that a station needs, with a reason for each that is not there. 503 when one is missing.

    Answers in time also where a database, Redis or library system is frozen and answers nothing.
    """
    asked = {name: partial(_try, name, check) for name, check in _parts().items()}
    known = {name: asked.pop(name)() for name in AT_HOME}
    heard = known | probes.ask(asked, within=PATIENCE)
    parts = {name: heard[name] or _silent(name) for name in _parts()}
    fit = all(part["ok"] for part in parts.values())
    return JsonResponse({"status": "ok" if fit else "unavailable", "parts": parts}, status=200 if fit else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' page, for administrators or the bearer of METRICS_TOKEN. To anyone else it does not exist."""
    if not (_bears_token(request) or getattr(request.user, "is_administrator", False)):
        raise Http404
    return ExportToDjangoView(request)


def _bears_token(request: HttpRequest) -> bool:
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    expected = settings.METRICS_TOKEN
    return bool(expected) and scheme == "Bearer" and hmac.compare_digest(given.encode(), expected.encode())


def _try(name: str, check: Callable[[], object]) -> dict[str, Any]:
    """The public sees a plain reason; addresses and tracebacks stay in the log."""
    try:
        note = check()
    except Refused as refusal:
        return {"ok": False, "why": refusal.message}
    except Exception:
        log.exception("Not ready: %s", name)
        return {"ok": False, "why": f"The {name.replace('_', ' ')} is not responding. See the log for details."}
    return {"ok": True, "note": note} if note and isinstance(note, str) else {"ok": True}


def _silent(name: str) -> dict[str, Any]:
    log.error("Not ready: %s has not answered within %s s", name, PATIENCE)
    return {"ok": False, "why": f"The {name.replace('_', ' ')} did not respond in time. See the log for details."}


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _channel_layer() -> None:
    """A message must come back: that is what a kiosk page waits for."""
    ask_the_loop(_echo, patience=LAYER_PATIENCE)


async def _echo() -> None:
    layer = get_channel_layer()
    if layer is None:
        raise Refused("no_channel_layer", _("No channel layer is set up."))
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "health.echo"})
    await layer.receive(channel)


def _gallery() -> None:
    """The newest template opens with the keys this process has. An empty gallery is readable."""
    newest = FaceTemplate.objects.order_by("-pk").first()
    if newest is not None:
        context = crypto.template_context(newest.person_id, newest.purpose)
        crypto.blob_to_vector(newest.vector, context=context, place=crypto.template_place(newest.profile))


def _photos() -> str:
    """After a change of profile no one is recognised: not ready. Where some photos remain it is only noted."""
    profile = get_engine().profile.make
    outdated.require_some(profile)
    return outdated.advice(profile)


def _models() -> str:
    """Which profile recognises here."""
    return _("profile '%(name)s'") % {"name": get_engine().profile.name}


def _jobs() -> str:
    """What is late or fails is only noted: pages and kiosks are served all the same."""
    return status.note()


PARTS: dict[str, Callable[[], object]] = {
    "database": _database,
    "time": system_clock.require_right,
    "disk": disk.require_room,
    "jobs": _jobs,
    "channel_layer": _channel_layer,
    "models": _models,
    "gallery": _gallery,
    "photos": _photos,
}


def _parts() -> dict[str, Callable[[], object]]:
    """The college's library system is a part where it keeps the loans."""
    return PARTS | ({"library_system": from_settings.is_there} if settings.LIBRARY_BACKEND == "sip2" else {})
