"""Are the new photos of the person whose photos are in use, or of someone else who is enrolled?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from accounts.models import User
from recognition.engine import Vector
from recognition.enrol.lookalikes import TARGET_FMR, Lookalikes
from recognition.enrol.photo_warnings import enough_for, named, photos_by_purpose, sentence_for_one
from recognition.faces.outliers import mean_vector
from recognition.faces.photo_checks import PhotoCheck
from recognition.faces.profiles.runtime import get_engine
from recognition.faces.samples import known_of
from recognition.models import PhotoChange


def matches(person: User, purposes: list[str], looks: Sequence[PhotoCheck]) -> bool | None:
    """Each of them, at a strict rate; None when there is nothing to compare with, or too little."""
    known = known_of(person, purposes).vectors
    counts = photos_by_purpose(person, purposes)
    if not known or any(counts[purpose] < enough_for(purpose) for purpose in purposes):
        return None
    limit = get_engine().threshold(photos=len(known), frames=1, target_fmr=TARGET_FMR)
    template = mean_vector(known)
    return all(_distance(look.vector, template) <= limit for look in looks)


def others_like(person: User, purposes: list[str], looks: Sequence[PhotoCheck], lookalikes: Lookalikes) -> list[int]:
    """Whom any single photo looks like: a mean with the photos in use would hide them."""
    vectors = [look.vector for look in looks if look.vector is not None]
    found = (lookalikes.find(person.pk, one, photos=1, purposes=[purpose]) for one in vectors for purpose in purposes)
    return sorted({pk for pk in found if pk is not None})


def warnings_for(change: PhotoChange, staff: User) -> list[str]:
    """Of whom the new photos look like, as far as this member of staff may know. Each name leaves a row in the log.

    Not of those who have left the purposes since.
    """
    stands = {"pk__in": change.lookalikes, "face_templates__purpose__in": change.purposes}
    others = User.objects.filter(**stands).distinct().order_by("pk") if change.lookalikes else User.objects.none()
    return [sentence_for_one(named(other, change.person, staff)) for other in others]


def _distance(vector: Vector | None, template: Vector) -> float:
    return float("inf") if vector is None else float(np.linalg.norm(vector - template))
