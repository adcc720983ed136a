"""Sealing all face data, and the secrets of doors and webhooks, again with the first key of FACE_KEYS.

May be stopped and started again at any time.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import NamedTuple

from django.db import transaction

from accounts.webhooks import secrets
from config.door_relays import devices
from config.door_relays.models import DoorDevice
from config.errors import Refused
from config.ops.registries.sealed_rows import SEALED_ROWS
from recognition.faces import crypto
from recognition.models import FaceSample, FaceTemplate, ImpostorExample, KeptLook

log = logging.getLogger("ostiary.biometrics")

AT_ONCE = 200  # rows a transaction
Row = FaceSample | FaceTemplate | KeptLook | ImpostorExample
MODELS: tuple[type[Row], ...] = (FaceSample, FaceTemplate, KeptLook, ImpostorExample)


def count() -> int:
    faces = sum(model._default_manager.count() for model in MODELS)
    others = sum(rows.count() for rows in SEALED_ROWS)
    return faces + DoorDevice.objects.exclude(sealed="").count() + secrets.count() + others


def rotate_keys() -> Iterator[str]:
    """Yields `rotated`, `current` or `failed` for each row. What cannot be opened is left as it is."""
    yield from _rotate(FaceSample, _of_sample)
    yield from _rotate(FaceTemplate, _of_template)
    yield from _rotate(KeptLook, _of_look)
    yield from _rotate(ImpostorExample, _of_impostor)
    yield from devices.reseal()
    yield from secrets.reseal()
    for rows in SEALED_ROWS:
        yield from rows.reseal()


class _SealedFields(NamedTuple):
    """The fields of a row that are sealed, each with its place, and their context."""

    context: str
    places: dict[str, str]


def _of_sample(row: FaceSample) -> _SealedFields:
    places = {"crop": crypto.crop_place(row.digest), "embedding": crypto.embedding_place(row.digest, row.profile)}
    return _SealedFields(crypto.sample_context(row.person_id), places)


def _of_template(row: FaceTemplate) -> _SealedFields:
    return _SealedFields(
        crypto.template_context(row.person_id, row.purpose), {"vector": crypto.template_place(row.profile)}
    )


def _of_look(row: KeptLook) -> _SealedFields:
    sighting = row.sighting
    context = crypto.look_context(sighting.person_id or 0, sighting.station.purpose)
    return _SealedFields(context, {"vector": crypto.look_place(sighting.pk, row.profile)})


def _of_impostor(row: ImpostorExample) -> _SealedFields:
    context = crypto.impostor_context(row.person_id, row.purpose)
    return _SealedFields(context, {"vector": crypto.look_place(row.sighting_number, row.profile)})


def _rotate(model: type[Row], sealed: Callable[..., _SealedFields]) -> Iterator[str]:
    pks = list(model._default_manager.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), AT_ONCE):
        with transaction.atomic():
            rows = model._default_manager.select_for_update().filter(pk__in=pks[start : start + AT_ONCE])
            states = [_rotate_row(row, sealed(row)) for row in rows]
        yield from states


def _rotate_row(row: Row, sealed: _SealedFields) -> str:
    try:
        places = sealed.places.items()
        old = {name: place for name, place in places if crypto.needs_rotation(getattr(row, name), place=place)}
        for name, place in old.items():
            setattr(row, name, crypto.rotate(getattr(row, name), context=sealed.context, place=place))
    except Refused as refusal:
        log.error("%s %s cannot be re-encrypted: %s", row._meta.model_name, row.pk, refusal.message)
        return "failed"
    if not old:
        return "current"
    row.save(update_fields=list(old))
    return "rotated"
