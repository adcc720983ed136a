"""Staff compare new photos with those in use, and accept or decline them."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from recognition.enrol.enrolment import require_enrollable
from recognition.enrol.lookalikes import Lookalikes
from recognition.enrol.own_photos import comparing, telling
from recognition.enrol.own_photos.applying import apply
from recognition.enrol.own_photos.sealed import PHOTOS, close
from recognition.enrol.photo_warnings import looks_like
from recognition.faces import samples
from recognition.faces.permissions import purposes_for
from recognition.faces.photo_checks import PhotoCheck, look_at
from recognition.models import PhotoChange

State = PhotoChange.State


def waiting_for(staff: User) -> list[PhotoChange]:
    """Those that serve only purposes of this role, the oldest first. No one decides about themselves."""
    mine = purposes_for(staff)
    if not mine:
        return []
    rows = PhotoChange.objects.filter(state=State.WAITING).exclude(person=staff).select_related("person__department")
    return [row for row in rows if set(row.purposes) <= mine]


def accept(change: PhotoChange, *, compared: bool, despite_lookalike: bool = False, by: User) -> list[str]:
    """The new photos come into use; what staff should know of them. All or nothing.

    `despite_lookalike`: someone has seen the warning that a photo looks like another person.
    Refused `not_allowed`, `not_compared`, `looks_like_somebody_else`, `decided_already`, and as enrolment.
    """
    _require_may_decide(change, by)
    if not compared:
        words = _("Compare the new photos with the present ones first, then confirm that it is the same person.")
        raise Refused("not_compared", words)
    looks, lookalikes = look_at(PHOTOS.open_all(change)), Lookalikes()
    lookalikes.load(change.purposes)
    _require_no_other(change, looks, lookalikes, confirmed=despite_lookalike, by=by)
    with transaction.atomic():
        samples.lock(change.person, change.purposes)  # consents and person first, as a withdrawal locks them
        row = _waiting(change)
        require_enrollable(row.person, row.purposes, by=by)
        enrolment = apply(row, looks, lookalikes, by=by)
        close(row, State.ACCEPTED, by=by)
        telling.accepted(row)
    return [warning.message for warning in enrolment.warnings]


@transaction.atomic
def decline(change: PhotoChange, reason: str, *, by: User) -> None:
    """Refused `not_allowed`, `no_reason` and `decided_already`."""
    _require_may_decide(change, by)
    if not reason.strip():
        raise Refused("no_reason", _("Write the reason: it is mailed to the person."))
    row = _waiting(change)
    row.reason = reason.strip()[:300]
    close(row, State.DECLINED, by=by)
    telling.declined(row)


def purge(now: datetime) -> dict[str, int]:
    """What was sent is kept for NEWCOMER_DAYS, decided or not, as that of a newcomer is."""
    gone = PhotoChange.objects.filter(made_at__lt=now - timedelta(days=settings.NEWCOMER_DAYS))
    count = gone.count()
    gone.delete()
    return {"photo_changes": count}


def _require_may_decide(change: PhotoChange, by: User) -> None:
    if by.pk == change.person_id:
        raise Refused("not_allowed", _("Another member of staff must decide about your own photos."), status=403)
    if not set(change.purposes) <= purposes_for(by):
        raise Refused("not_allowed", _("Your role cannot enrol faces for this purpose."), status=403)


def _require_no_other(
    change: PhotoChange, looks: list[PhotoCheck], lookalikes: Lookalikes, *, confirmed: bool, by: User
) -> None:
    """Before the photos are in use. A confirmation holds for those whom the queue has told of, and no others.

    Not in a transaction: the row of the log, and what the queue is to show, outlive the refusal.
    """
    told = set(change.lookalikes)
    alike = comparing.others_like(change.person, change.purposes, looks, lookalikes)
    others = list(User.objects.filter(pk__in=alike).order_by("pk"))
    if not others or (confirmed and told.issuperset(alike)):
        return
    PhotoChange.objects.filter(pk=change.pk, state=State.WAITING).update(lookalikes=sorted(told.union(alike)))
    new = [other for other in others if other.pk not in told] or others
    raise Refused("looks_like_somebody_else", looks_like(new[0], change.person, by), status=409)


def _waiting(change: PhotoChange) -> PhotoChange:
    found = PhotoChange.objects.select_for_update().filter(pk=change.pk, state=State.WAITING).first()
    if found is None:
        raise Refused("decided_already", _("These photos were withdrawn, or decided about already."), status=409)
    return found
