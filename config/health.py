"""What monitors ask: is the process alive, is it fit to serve, what does it count."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable
from typing import Any

from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from config.errors import Refused
from config.loops import ask_the_loop
from library.sip2 import site
from recognition import crypto, outdated
from recognition.models import FaceTemplate
from recognition.runtime import get_engine

log = logging.getLogger("ostiary.health")

LAYER_PATIENCE = 2.0  # seconds


@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers. Asks nothing of the database, so that a database that is down restarts nobody."""
    return JsonResponse({"status": "ok"})


@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Every part that a station needs, with a reason for each that is not there. 503 when one is missing."""
    parts = {name: _try(name, check) for name, check in _parts().items()}
    fit = all(part["ok"] for part in parts.values())
    return JsonResponse({"status": "ok" if fit else "unavailable", "parts": parts}, status=200 if fit else 503)


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' page, for administrators or the bearer of METRICS_TOKEN. To anybody else it does not exist."""
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
        return {"ok": False, "why": f"The {name.replace('_', ' ')} does not answer; the log says more."}
    return {"ok": True, "note": note} if note and isinstance(note, str) else {"ok": True}


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _channel_layer() -> None:
    """A message must come back: that is what a kiosk page waits for."""
    ask_the_loop(_echo, patience=LAYER_PATIENCE)


async def _echo() -> None:
    layer = get_channel_layer()
    if layer is None:
        raise Refused("no_channel_layer", "No channel layer is set up.")
    channel = await layer.new_channel()
    await layer.send(channel, {"type": "health.echo"})
    await layer.receive(channel)


def _gallery() -> None:
    """The newest template opens with the keys this process has. An empty gallery is readable."""
    newest = FaceTemplate.objects.order_by("-pk").first()
    if newest is not None:
        crypto.blob_to_vector(newest.vector, context=crypto.template_context(newest.person_id, newest.purpose))


def _photos() -> str:
    """After a change of profile nobody is recognised: not ready. Where some photos remain it is only noted."""
    profile = get_engine().profile.name
    outdated.require_some(profile)
    return outdated.advice(profile)


PARTS: dict[str, Callable[[], object]] = {
    "database": _database,
    "channel_layer": _channel_layer,
    "models": lambda: get_engine().profile,
    "gallery": _gallery,
    "photos": _photos,
}


def _parts() -> dict[str, Callable[[], object]]:
    """The college's library system is a part where it keeps the loans."""
    return PARTS | ({"library_system": site.is_there} if settings.LIBRARY_BACKEND == "sip2" else {})
