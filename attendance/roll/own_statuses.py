"""Which statuses a course offers, what they are called and what they are worth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import SETTABLE, STATUS_CHOICES, AttendanceRecord, ClassSession, Course, OwnStatus
from attendance.rules.points import USUAL
from attendance.rules.statuses import Status
from attendance.rules.visibility import require_may_keep
from config.errors import Refused

OWN = "own-"  # before the number of an own status, where a form names a status


@dataclass(frozen=True, slots=True)
class StatusChoice:
    """One that may be set: as a form names it, in words, and of which kind it is."""

    value: str
    label: str
    kind: str


@dataclass(frozen=True)
class StatusSet:
    """The active statuses that hold for a course, in their order; empty where no one has set any up."""

    own: tuple[OwnStatus, ...] = ()

    def choices(self) -> list[StatusChoice]:
        """Own ones first, then those of the system whose kind is not among them."""
        kinds = {one.kind for one in self.own}
        mine = [StatusChoice(f"{OWN}{one.pk}", str(one), one.kind) for one in self.own]
        return mine + [StatusChoice(code, str(label), code) for code, label in SETTABLE if code not in kinds]

    def label_of(self, status: str) -> str:
        """What the first status of a kind is called, for records that no one has corrected."""
        first = self._first(status)
        return first.label if first else str(dict(STATUS_CHOICES).get(status, status))

    def points_of(self, status: str, own: OwnStatus | None) -> Decimal | None:
        """None: it does not count. A kind without a status of its own is worth as much as usual, as far as it can."""
        if own is not None:
            return own.points
        first = self._first(status)
        if first is not None:
            return first.points
        usual = USUAL.get(status)
        return None if usual is None else min(usual, self.most)

    @property
    def most(self) -> Decimal:
        worth = [one.points for one in self.own if one.points is not None]
        return max(worth) if worth else Decimal(2)

    def _first(self, status: str) -> OwnStatus | None:
        return next((one for one in self.own if one.kind == status), None)


def set_of(course: Course) -> StatusSet:
    """The course's own, or the site's. One query."""
    found = OwnStatus.objects.filter(Q(course=course) | Q(course=None), active=True).order_by("pk")
    mine = [one for one in found if one.course_id]
    return StatusSet(tuple(mine or found))


def label_of(record: AttendanceRecord, statuses: StatusSet) -> str:
    return record.own_status.label if record.own_status else statuses.label_of(record.status)


def resolve(session: ClassSession, value: str) -> tuple[str, OwnStatus | None]:
    """The status and the own status that a form's value stands for. Refused `bad_status`."""
    if not value.startswith(OWN):
        return value, None
    number = value.removeprefix(OWN)
    one = next((one for one in set_of(session.course).own if str(one.pk) == number), None)
    if one is None:
        raise Refused("bad_status", _("'%s' is not a status that can be set.") % value)
    return str(Status(one.kind)), one


def asked_for(session: ClassSession, status: str, short: str) -> str:
    """As a form names it, of a status and the short code of an own one of that kind. Refused `bad_status`."""
    if not short:
        return status
    for one in set_of(session.course).own:
        if (one.short.casefold(), one.kind) == (short.casefold(), status):
            return f"{OWN}{one.pk}"
    raise Refused("bad_status", _("'%s' is not a status that can be set.") % short)


# --- setting them up -----------------------------------------------------------------------------


@transaction.atomic
def save(statuses: Iterable[OwnStatus], *, course: Course | None, by: User) -> None:
    """A whole set. Refused `not_allowed`, `short_taken`: two of one set look the same."""
    _require_may_set(course, by)
    rows = list(statuses)
    shorts = [one.short.casefold() for one in rows]
    if len(set(shorts)) < len(shorts):
        raise Refused("short_taken", _("Two statuses have the same short code. Change one of them."), status=409)
    for one in rows:
        one.course = course
        one.save()


@transaction.atomic
def remove(one: OwnStatus, *, by: User) -> None:
    """One that a record carries is kept for that record, and offered no more. Refused `not_allowed`."""
    _require_may_set(one.course, by)
    if AttendanceRecord.objects.filter(own_status=one).exists():
        OwnStatus.objects.filter(pk=one.pk).update(active=False)
    else:
        one.delete()


def _require_may_set(course: Course | None, by: User) -> None:
    if course is not None:
        require_may_keep(by, course)
    elif not by.is_administrator:
        raise Refused("not_allowed", _("Only administrators can change the statuses of the site."), status=403)
