"""Photos as they come over the API."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from recognition.faces.photo_checks import Photo


def photos_in(uploads: list[UploadedFile]) -> Iterator[Photo]:
    """One byte more than is allowed is enough to be refused as too large."""
    for upload in uploads:
        yield Photo(upload.name or "", upload.read(settings.MAX_PHOTO_BYTES + 1))
