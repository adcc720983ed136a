"""A newcomer's photos at rest: sealed, bound to their newcomer and number."""

from __future__ import annotations

from collections.abc import Iterator

from config.errors import Refused
from recognition.faces import crypto
from recognition.faces.photo_checks import Photo
from recognition.models import Newcomer, NewcomerPhoto


def keep(newcomer: Newcomer, photos: list[bytes]) -> None:
    NewcomerPhoto.objects.bulk_create(
        NewcomerPhoto(newcomer=newcomer, number=n, sealed=crypto.encrypt(photo, context=_of(newcomer.pk), place=_at(n)))
        for n, photo in enumerate(photos, start=1)
    )


def open_one(photo: NewcomerPhoto) -> bytes:
    return crypto.decrypt(photo.sealed, context=_of(photo.newcomer_id), place=_at(photo.number))


def open_all(newcomer: Newcomer) -> list[Photo]:
    return [Photo(f"{photo.number}.jpg", open_one(photo)) for photo in newcomer.photos.all()]


def count() -> int:
    return NewcomerPhoto.objects.count()


def reseal() -> Iterator[str]:
    """For a change of keys (config.ops.registries.sealed_rows). One photo in memory at a time."""
    for pk in NewcomerPhoto.objects.order_by("pk").values_list("pk", flat=True):
        if photo := NewcomerPhoto.objects.filter(pk=pk).first():
            yield _resealed(photo)


def _resealed(photo: NewcomerPhoto) -> str:
    context, place = _of(photo.newcomer_id), _at(photo.number)
    if not crypto.needs_rotation(photo.sealed, place=place):
        return "current"
    try:
        sealed = crypto.rotate(photo.sealed, context=context, place=place)
    except Refused:
        return "failed"
    NewcomerPhoto.objects.filter(pk=photo.pk).update(sealed=sealed)
    return "rotated"


def _of(newcomer_id: int) -> str:
    return f"newcomer:{newcomer_id}"


def _at(number: int) -> str:
    return f"photo:{number}"
