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
from recognition.engine import Vector
from recognition.enrol.lookalikes import Lookalikes
from recognition.faces import access_log
from recognition.faces.outliers import mean_vector
from recognition.models import SampleUse

ENOUGH_PHOTOS = 3  # where settings.ENOUGH_PHOTOS says no other number


def enough_for(purpose: str) -> int:
    """From how many photos on someone is recognised reliably, or may be recognised, for this purpose."""
    return int(settings.ENOUGH_PHOTOS.get(purpose, ENOUGH_PHOTOS))


@dataclass(frozen=True, slots=True)
class Warning_:  # noqa: N801  Warning is Python's own
    code: str
    message: str


def lookalike_warnings(
    person: User, vectors: Sequence[Vector], *, purposes: Sequence[str], lookalikes: Lookalikes, by: User | None
) -> list[Warning_]:
    """A warning when the person seems to be enrolled under another name; named only to who may see people.

    Naming someone by their face is a use of it, and leaves a row, in a dry run too.
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
    return [Warning_("looks_like_somebody_else", looks_like(other, person, by))]


def looks_like(other: User, person: User, by: User | None) -> str:
    message = _("This face looks like %(name)s, who is enrolled already. Is it the same person?")
    return message % {"name": named(other, person, by)}


def named(other: User, person: User, by: User | None) -> str:
    """Whose face was found while `person` was enrolled, as far as `by` may know. It leaves a row in the log."""
    access_log.record("lookalike_named", actor=by, person=other, while_enrolling=person.id_number)
    return str(other) if by is None or by.has_perm("accounts.view_user") else _("someone else")


def sentence_for_one(name: str) -> str:
    """Of one photo among several."""
    return _("This photo looks like %(name)s, who is enrolled already.") % {"name": name}


def differs_from_kept() -> Warning_:
    """None of the new photos is the person on those that are kept: one side is wrong, and perhaps the kept one."""
    words = _(
        "None of these photos looks like the stored photos of this person. If a stored photo shows someone else, "
        "remove it. Then add these photos again."
    )
    return Warning_("differs_from_kept", words)


def few_photos_warnings(person: User, purposes: Sequence[str], *, extra: int = 0) -> list[Warning_]:
    """A warning when some purpose has too few photos: the one that lacks most. `extra`: photos that a dry run would
    have added."""
    counts = {purpose: count + extra for purpose, count in photos_by_purpose(person, purposes).items()}
    worst = max(counts, key=lambda purpose: enough_for(purpose) - counts[purpose])
    if counts[worst] >= enough_for(worst):
        return []
    message = ngettext(
        "There is only %(count)d photo. %(purpose)s works reliably with %(enough)d or more.",
        "There are only %(count)d photos. %(purpose)s works reliably with %(enough)d or more.",
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
