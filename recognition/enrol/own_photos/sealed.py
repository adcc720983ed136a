"""The photos that were sent, at rest, and a decided change without them."""

from __future__ import annotations

from django.utils import timezone

from accounts.models import User
from recognition.enrol.sealed_photos import SealedPhotos
from recognition.models import PhotoChange, ProposedPhoto

PHOTOS = SealedPhotos(ProposedPhoto, "change")


def close(change: PhotoChange, state: str, *, by: User | None) -> None:
    """Call it in a transaction. What was sent is deleted, whatever became of it."""
    change.state, change.decided_at, change.decided_by = state, timezone.now(), by
    change.lookalikes = []
    change.save()
    change.photos.all().delete()
