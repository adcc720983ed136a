"""Are the new photos of the person whose photos are in use?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from accounts.models import User
from recognition.engine import Vector
from recognition.enrol.lookalikes import TARGET_FMR
from recognition.enrol.photo_warnings import enough_for, photos_by_purpose
from recognition.faces.outliers import mean_vector
from recognition.faces.photo_checks import PhotoCheck
from recognition.faces.profiles.runtime import get_engine
from recognition.faces.samples import known_of


def matches(person: User, purposes: list[str], looks: Sequence[PhotoCheck]) -> bool | None:
    """Each of them, at a strict rate; None when there is nothing to compare with, or too little."""
    known = known_of(person, purposes).vectors
    counts = photos_by_purpose(person, purposes)
    if not known or any(counts[purpose] < enough_for(purpose) for purpose in purposes):
        return None
    limit = get_engine().threshold(photos=len(known), frames=1, target_fmr=TARGET_FMR)
    template = mean_vector(known)
    return all(_distance(look.vector, template) <= limit for look in looks)


def _distance(vector: Vector | None, template: Vector) -> float:
    return float("inf") if vector is None else float(np.linalg.norm(vector - template))
