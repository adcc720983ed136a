"""What an operator should know after an enrolment, although nothing was refused for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Purpose
from recognition import biometric_log
from recognition.engine import Vector
from recognition.lookalikes import Lookalikes
from recognition.models import SampleUse
from recognition.outliers import mean_vector

ENOUGH_PHOTOS = 3  # where settings.ENOUGH_PHOTOS says no other number


def enough_for(purpose: str) -> int:
    """From how many photos on somebody is recognised reliably, or at all, for this purpose."""
    return int(settings.ENOUGH_PHOTOS.get(purpose, ENOUGH_PHOTOS))


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801  Warning is Python's own
    code: str
    message: str


def lookalike_warnings(
    person: User, vectors: Sequence[Vector], *, purposes: Sequence[str], lookalikes: Lookalikes, by: User | None
) -> list[Warning_]:
    """A warning when the person seems to be enrolled under another name; named only to who may see people.

    Naming somebody by their face is a use of it, and leaves a row, in a dry run too.
    """
    if not vectors:
        return []
    template = mean_vector(vectors)
    found = lookalikes.find(person.pk, template, photos=len(vectors), purposes=purposes)
    if person.pk is not None:
        lookalikes.add(person.pk, template, purposes=purposes)
    other = User.objects.filter(pk=found).first() if found is not None else None
    if other is None:
        return []
    name = str(other) if by is None or by.has_perm("accounts.view_user") else _("somebody else")
    biometric_log.record("lookalike_named", actor=by, person=other, while_enrolling=person.id_number)
    message = _("This face looks like %(name)s, who is enrolled already. Is it the same person?") % {"name": name}
    return [Warning_("looks_like_somebody_else", message)]


def few_photos_warnings(person: User, purposes: Sequence[str], *, extra: int = 0) -> list[Warning_]:
    """A warning when some purpose has too few photos: the one that lacks most. `extra`: photos that a dry run would
    have added."""
    counts = {purpose: count + extra for purpose, count in photos_by_purpose(person, purposes).items()}
    worst = max(counts, key=lambda purpose: enough_for(purpose) - counts[purpose])
    if counts[worst] >= enough_for(worst):
        return []
    message = ngettext(
        "There is %(count)d photo only: %(purpose)s is reliable from %(enough)d on.",
        "There are %(count)d photos only: %(purpose)s is reliable from %(enough)d on.",
        counts[worst],
    )
    words = {"count": counts[worst], "purpose": Purpose(worst).label, "enough": enough_for(worst)}
    return [Warning_("few_photos", message % words)]


def photos_by_purpose(person: User, purposes: Sequence[str]) -> dict[str, int]:
    counts = dict.fromkeys(purposes, 0)
    if person.pk is not None:
        uses = SampleUse.objects.filter(sample__person=person, purpose__in=purposes)
        counts |= dict(uses.values_list("purpose").annotate(photos=Count("pk")))
    return counts
