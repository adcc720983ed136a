"""Photos that were sent as one person's, and are not: which of them, whose they may be, and who decides."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

import numpy as np

from accounts.models import User
from recognition.engine import Vector
from recognition.enrol.lookalikes import Lookalikes
from recognition.enrol.photo_warnings import named, sentence_for_one
from recognition.faces import outliers
from recognition.faces.outliers import mean_vector
from recognition.faces.photo_checks import PhotoCheck
from recognition.faces.profiles.runtime import get_engine

CLEAR = 3  # photos that agree; and at most half as many that do not


class Decides(StrEnum):
    """What happens when photos disagree and none of the person's was kept before."""

    MAJORITY = "majority"  # a clear majority is kept; without one, nothing: no one is there to be asked
    ASKED = "asked"  # nothing is kept until someone has looked
    CHOSEN = "chosen"  # someone has looked, and says that these are the person's


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whose photos these are said to be, by whom, and among which people a photo's true owner may be."""

    person: User
    by: User | None
    purposes: Sequence[str]
    lookalikes: Lookalikes


def told_apart(
    looks: list[PhotoCheck], trusted: list[Vector], claim: Claimed, decides: Decides
) -> tuple[list[PhotoCheck], bool]:
    """The looks, those of someone else refused, and whether nothing may be kept until a person has chosen.

    1. A photo that is far from the others (from those kept before, where there are any) is someone else's.
    2. So is one that lies nearer to someone who is enrolled already, unless they all look like that person together:
       then the whole person is enrolled twice, of which `lookalike_warnings` tells.
    """
    if decides == Decides.CHOSEN:
        return looks, False
    good = [look for look in looks if look.good]
    far = _far(good, trusted)
    near = [look for look in good if id(look) not in far]
    strays = far | _enrolled_elsewhere(near, trusted, claim)
    told = [_refused(look, claim) if id(look) in strays else look for look in looks]
    agree = sum(look.good for look in told)
    if not strays or trusted or (decides == Decides.MAJORITY and agree >= max(CLEAR, 2 * len(strays))):
        return told, False
    return [look.refused("photos_disagree") if look.good else look for look in told], True


def _far(good: list[PhotoCheck], trusted: list[Vector]) -> set[int]:
    threshold = partial(get_engine().threshold, frames=1, target_fmr=outliers.TARGET_FMR)
    far = outliers.strangers(_vectors(good), trusted=trusted, threshold=lambda photos: threshold(photos=photos))
    return {id(good[position]) for position in far}


def _enrolled_elsewhere(near: list[PhotoCheck], trusted: list[Vector], claim: Claimed) -> set[int]:
    if not near or _nearest(mean_vector([*trusted, *_vectors(near)]), claim, photos=len(trusted) + len(near)):
        return set()
    return {id(look) for look in near if _is_nearer_to_another(look, near, trusted, claim)}


def _is_nearer_to_another(look: PhotoCheck, near: list[PhotoCheck], trusted: list[Vector], claim: Claimed) -> bool:
    own = [*trusted, *_vectors(other for other in near if other is not look)]
    if not own or look.vector is None:
        return False
    found = _nearest(look.vector, claim)
    return found is not None and found[1] < float(np.linalg.norm(look.vector - mean_vector(own)))


def _nearest(vector: Vector, claim: Claimed, *, photos: int = 1) -> tuple[int, float] | None:
    return claim.lookalikes.nearest(claim.person.pk, vector, photos=photos, purposes=claim.purposes)


def _refused(look: PhotoCheck, claim: Claimed) -> PhotoCheck:
    """With the name of whom it looks like, as far as `by` may know it."""
    refused = look.refused("somebody_else")
    found = None if look.vector is None else _nearest(look.vector, claim)
    other = User.objects.filter(pk=found[0]).first() if found else None
    if other is None:
        return refused
    return replace(refused, reason=sentence_for_one(named(other, claim.person, claim.by)))


def _vectors(looks: Iterable[PhotoCheck]) -> list[Vector]:
    return [look.vector for look in looks if look.vector is not None]
