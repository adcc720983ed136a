"""Photos that wait for staff, at rest: sealed, each bound to the row that it belongs to and to its number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from config.errors import Refused
from recognition.engine import images
from recognition.faces import crypto
from recognition.faces.photo_checks import Photo
from recognition.models.newcomers import SealedPhoto


class SealedPhotos:
    """Of one table. `owner` is the field that names the row they wait with, and is part of what they are bound to."""

    def __init__(self, model: type[Any], owner: str) -> None:
        self._rows, self._model, self._owner = model.objects, model, owner

    def keep(self, owner: Any, photos: list[bytes]) -> None:
        context = f"{self._owner}:{owner.pk}"
        self._rows.bulk_create(
            self._model(
                **{self._owner: owner}, number=n, sealed=crypto.encrypt(photo, context=context, place=_place(n))
            )
            for n, photo in enumerate(photos, start=1)
        )

    def open_one(self, photo: SealedPhoto) -> bytes:
        return crypto.decrypt(photo.sealed, context=self._context(photo), place=_place(photo.number))

    def open_all(self, owner: Any) -> list[Photo]:
        return [Photo(f"{photo.number}.jpg", self.open_one(photo)) for photo in owner.photos.all()]

    def count(self) -> int:
        return int(self._rows.count())

    def reseal(self) -> Iterator[str]:
        """For a change of keys (config.ops.registries.sealed_rows). One photo in memory at a time."""
        for pk in self._rows.order_by("pk").values_list("pk", flat=True):
            if photo := self._rows.filter(pk=pk).first():
                yield self._resealed(photo)

    def _resealed(self, photo: SealedPhoto) -> str:
        place = _place(photo.number)
        if not crypto.needs_rotation(photo.sealed, place=place):
            return "current"
        try:
            sealed = crypto.rotate(photo.sealed, context=self._context(photo), place=place)
        except Refused:
            return "failed"
        self._rows.filter(pk=photo.pk).update(sealed=sealed)
        return "rotated"

    def _context(self, photo: SealedPhoto) -> str:
        return f"{self._owner}:{getattr(photo, f'{self._owner}_id')}"


def cleaned(photo: Photo, *, most: int) -> bytes:
    """Decoded within bounds and written again: nothing but pixels is kept."""
    return images.to_jpeg(images.decode(photo.data, max_bytes=most))


def _place(number: int) -> str:
    return f"photo:{number}"
