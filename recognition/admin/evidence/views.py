"""The evidence, for everyone who works here."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.web.guards import only
from recognition.admin.evidence.gathering import document


def may_see(user: Any) -> bool:
    return bool(user.has_perm("recognition.view_evidence"))


@require_safe
@only(may_see)
def evidence(request: HttpRequest) -> HttpResponse:
    return render(request, "recognition/evidence/page.html", context_of(document()))


@require_safe
@only(may_see)
def evidence_json(request: HttpRequest) -> HttpResponse:
    return JsonResponse(document(), json_dumps_params={"indent": 1})


def context_of(doc: dict[str, Any]) -> dict[str, Any]:
    return {"doc": doc, "liveness": list(doc["liveness"].items())}
