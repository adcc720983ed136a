"""Sealing all face data anew with the first key of FACE_KEYS. May be stopped and started again at any time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator

from django.db import transaction

from config.errors import Refused
from recognition import crypto
from recognition.models import FaceSample, FaceTemplate

log = logging.getLogger("ostiary.biometrics")

AT_ONCE = 200  # rows a transaction
Row = FaceSample | FaceTemplate


def count() -> int:
    return FaceSample.objects.count() + FaceTemplate.objects.count()


def rotate_keys() -> Iterator[str]:
    """Yields `rotated`, `current` or `failed` for each row. What cannot be opened is left as it is."""
    yield from _rotate(FaceSample, ("crop", "embedding"), lambda row: crypto.sample_context(row.person_id))
    yield from _rotate(FaceTemplate, ("vector",), lambda row: crypto.template_context(row.person_id, row.purpose))


def _rotate(model: type[Row], fields: tuple[str, ...], context: Callable[..., str]) -> Iterator[str]:
    pks = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        with transaction.atomic():
            rows = model._default_manager.select_for_update().filter(pk__in=pks[start : start + AT_ONCE])
            states = [_rotate_row(row, fields, context(row)) for row in rows]
        yield from states


def _rotate_row(row: Row, fields: tuple[str, ...], context: str) -> str:
    try:
        old = [name for name in fields if crypto.needs_rotation(getattr(row, name))]
        for name in old:
            setattr(row, name, crypto.rotate(getattr(row, name), context=context))
    except Refused as refusal:
        log.error("%s %s cannot be sealed anew: %s", row._meta.model_name, row.pk, refusal.message)
        return "failed"
    if not old:
        return "current"
    row.save(update_fields=old)
    return "rotated"
