"""Enrolment: photos of a person become a template, when the person agreed and the photos are good.

Every door (admin, webcam, folder, ZIP, API) comes through `enrol`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from accounts.consent.consent import require_consent
from accounts.consent.enrolment_rules import RULES
from accounts.models import User
from config.errors import Refused
from recognition.engine import Vector
from recognition.enrol.disagreement import Claimed, Decides, told_apart
from recognition.enrol.lookalikes import Lookalikes
from recognition.enrol.photo_warnings import Warning_, differs_from_kept, few_photos_warnings, lookalike_warnings
from recognition.faces.permissions import require_may_enrol
from recognition.faces.photo_checks import AnyPhoto, Photo, PhotoCheck, judge, look_at
from recognition.faces.photo_quality import sentence
from recognition.faces.samples import keep, known_of, remove_sample, remove_samples
from recognition.faces.templates import rebuild_templates

__all__ = [
    "Decides",
    "Enrolment",
    "Photo",
    "PhotoVerdict",
    "Warning_",
    "enrol",
    "enrol_looks",
    "judge",
    "rebuild_templates",
    "remove_sample",
    "remove_samples",
    "require_enrollable",
]


@dataclass(frozen=True, slots=True)
class PhotoVerdict:
    """What became of one photo. `sample` is its row, when it is kept."""

    name: str
    accepted: bool
    code: str | None = None
    reason: str | None = None
    sample: int | None = None
    quality: dict[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Enrolment:
    """The verdict on each photo, and how many photos of the person serve the purposes now."""

    verdicts: list[PhotoVerdict]
    warnings: list[Warning_] = field(default_factory=list)
    photos: int = 0
    undecided: bool = False  # nothing was kept: the photos disagree, and a person must choose

    @property
    def accepted(self) -> int:
        return sum(verdict.accepted for verdict in self.verdicts)

    @property
    def added(self) -> list[int]:
        """The rows that this enrolment wrote: what is removed when it was a mistake."""
        new = (verdict for verdict in self.verdicts if verdict.accepted and verdict.code is None)
        return [verdict.sample for verdict in new if verdict.sample is not None]


def enrol(
    person: User,
    photos: Iterable[AnyPhoto],
    *,
    purposes: Iterable[str],
    by: User | None,
    source: str,
    dry_run: bool = False,
    decides: Decides = Decides.MAJORITY,
) -> Enrolment:
    """Check each photo and keep the good ones, for the given purposes. A dry run keeps nothing.

    `decides`: what happens when the photos do not look like one person.

    Refused `no_purpose`, `not_allowed`, `no_consent` and `no_photos` before any photo is looked at.
    """
    wanted = sorted(set(purposes))
    require_enrollable(person, wanted, by=by)
    looks = look_at(photos)
    if not looks:
        raise Refused("no_photos", _("Choose at least one photo."))
    lookalikes = Lookalikes()
    lookalikes.load(wanted)
    return enrol_looks(
        person,
        looks,
        purposes=wanted,
        by=by,
        source=source,
        dry_run=dry_run,
        lookalikes=lookalikes,
        decides=decides,
    )


def require_enrollable(person: User, purposes: Collection[str], *, by: User | None) -> None:
    """The rules that hold before a face is looked at: a purpose, a role that serves it, what the apps say
    (accounts.consent.enrolment_rules), and consent."""
    if not purposes:
        raise Refused("no_purpose", _("Choose at least one purpose to enrol the face for."))
    require_may_enrol(by, purposes)
    for rule in RULES:
        rule(person, purposes, by=by)
    require_consent(person, purposes)


def enrol_looks(
    person: User,
    looks: list[PhotoCheck],
    *,
    purposes: list[str],
    by: User | None,
    source: str,
    lookalikes: Lookalikes,
    dry_run: bool = False,
    decides: Decides = Decides.MAJORITY,
) -> Enrolment:
    """The second half of `enrol`, for photos that were looked at before.

    1. Refuse photos that look like someone else than the person's others; all of them, where no one can tell which.
    2. Compare the whole with the other people enrolled for these purposes.
    3. Keep what is left, in one transaction, with the consent asked once more under lock.
    """
    known = known_of(person, purposes)
    claim = Claimed(person, by, purposes, lookalikes)
    judged, undecided = told_apart(looks, known.vectors, claim, decides)
    differs = bool(known.vectors) and any(look.good for look in looks) and not any(look.good for look in judged)
    looks = judged
    good = list({look.digest: look for look in looks if look.good}.values())
    new = sum(look.digest not in known.digests for look in good)
    vectors = [*known.vectors, *_vectors(good)] if good else []
    warnings = lookalike_warnings(person, vectors, purposes=purposes, lookalikes=lookalikes, by=by)
    kept = known.digests
    if not dry_run:
        refused = [look.code for look in looks if look.code]
        chosen = decides == Decides.CHOSEN
        kept = keep(person, good, purposes=purposes, by=by, source=source, refused=refused, chosen=chosen)
    if differs:
        warnings.append(differs_from_kept())
    warnings += few_photos_warnings(person, purposes, extra=new if dry_run else 0)
    verdicts = list(_verdicts(looks, set(known.digests), kept))
    return Enrolment(verdicts, warnings, len(known.digests) + new, undecided)


def _vectors(looks: list[PhotoCheck]) -> list[Vector]:
    return [look.vector for look in looks if look.vector is not None]


def _verdicts(looks: list[PhotoCheck], seen: set[str], kept: dict[str, int]) -> Iterator[PhotoVerdict]:
    for look in looks:
        again = look.good and look.digest in seen
        seen.add(look.digest)
        yield PhotoVerdict(
            name=look.name,
            accepted=look.good,
            code="already_enrolled" if again else look.code,
            reason=sentence("already_enrolled") if again else look.reason,
            sample=kept.get(look.digest) if look.good else None,
            quality=look.face.quality.as_dict() if look.face else None,
        )
