"""A newcomer's photos at rest."""

from __future__ import annotations

from recognition.enrol.sealed_photos import SealedPhotos
from recognition.models import NewcomerPhoto

_PHOTOS = SealedPhotos(NewcomerPhoto, "newcomer")
keep, open_one, open_all = _PHOTOS.keep, _PHOTOS.open_one, _PHOTOS.open_all
count, reseal = _PHOTOS.count, _PHOTOS.reseal
