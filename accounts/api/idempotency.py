"""A program that did not hear the answer asks again, with the same Idempotency-Key, and nothing is done twice."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.permissions import caller
from accounts.models import IdempotencyKey
from config.errors import Refused

KEY = re.compile(r"[\x21-\x7e]{1,64}")
LIVES = timedelta(hours=24)
REPLAYED = "Idempotent-Replayed"  # in the answer that was kept
PARAMETER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "pattern": "^[!-~]{1,64}$"},
    OpenApiParameter.HEADER,
    description="Up to 64 characters of your choice. The same key and body get the same answer for a day.",
)


def once(act: Callable[..., Response]) -> Callable[..., Response]:
    """Around a method of a view. Without the header it changes nothing.

    1. Key, change and answer are one transaction: what was refused or interrupted left no key, and may be tried again.
    2. Of two at the same time the second waits for the first, in the database, and gets its answer.
    """

    @wraps(act)
    def answered(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        key = key_of(request)
        if key is None:
            return act(view, request, *args, **kwargs)
        with transaction.atomic():
            row = _claimed(request, key)
            if row.status:
                return Response(row.answer, status=row.status, headers={REPLAYED: "true"})
            response = act(view, request, *args, **kwargs)
            row.status, row.answer = response.status_code, json.loads(JSONRenderer().render(response.data) or "null")
            row.save(update_fields=["status", "answer"])
        return response

    return answered


def key_of(request: Request) -> str | None:
    """The caller's own mark of this request, if there is one. Refused `bad_idempotency_key`."""
    key = request.headers.get("Idempotency-Key")
    if key is not None and not KEY.fullmatch(key):
        raise Refused(
            "bad_idempotency_key", _("An Idempotency-Key must have 1 to 64 letters, digits or punctuation marks.")
        )
    return key


def _claimed(request: Request, key: str) -> IdempotencyKey:
    """The row of this key, new or with its answer. Refused `idempotency_key_reused` for another request."""
    now, digest = timezone.now(), _digest(request)
    mine = IdempotencyKey.objects.filter(user=caller(request), key=key)
    mine.filter(expires_at__lte=now).delete()
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(
                user=caller(request), key=key, digest=digest, made_at=now, expires_at=now + LIVES
            )
    except IntegrityError:
        row = mine.select_for_update().get()
    if row.digest != digest:
        raise Refused(
            "idempotency_key_reused",
            _("This Idempotency-Key was already used for another request. Use a new one."),
            status=409,
        )
    return row


def _digest(request: Request) -> str:
    body = json.dumps(request.data, sort_keys=True, default=str)
    return hashlib.sha256(f"{request.method} {request.get_full_path()} {body}".encode()).hexdigest()


def purge(now: datetime) -> dict[str, int]:
    """Forget what has expired (config.ops.registries.purges)."""
    return {"idempotency_keys": IdempotencyKey.objects.filter(expires_at__lte=now).delete()[0]}
