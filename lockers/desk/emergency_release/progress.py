"""The progress of an emergency release, in numbers and in words for each door: what opened, what to open by hand."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from lockers.access.attempt_messages import reason_words
from lockers.models import BankRelease, Opening, ReleaseDoor

Outcome = ReleaseDoor.Outcome
OPEN, WAITING, BY_HAND = "open", "waiting", "by_hand"


@dataclass(frozen=True)
class DoorToRelease:
    number: str
    locker: int
    state: str  # OPEN, WAITING or BY_HAND
    words: str


@dataclass(frozen=True)
class ReleaseProgress:
    doors: list[DoorToRelease]

    def count(self, state: str) -> int:
        return sum(door.state == state for door in self.doors)

    @property
    def total(self) -> int:
        return len(self.doors)

    @property
    def opened(self) -> int:
        return self.count(OPEN)

    @property
    def waiting(self) -> int:
        return self.count(WAITING)

    @property
    def by_hand(self) -> int:
        return self.count(BY_HAND)


def of(release: BankRelease) -> ReleaseProgress:
    rows = release.doors.select_related("locker", "opening")
    return ReleaseProgress([_door(row, running=release.state == BankRelease.State.RUNNING) for row in rows])


def _door(row: ReleaseDoor, *, running: bool) -> DoorToRelease:
    state, words = _stands(row, running=running)
    return DoorToRelease(row.locker.number, row.locker_id, state, words)


def _stands(row: ReleaseDoor, *, running: bool) -> tuple[str, str]:
    by_hand = _("Open it by hand.")
    if row.outcome == Outcome.PENDING:
        return (
            (WAITING, _("The command has not been sent yet."))
            if running
            else (BY_HAND, f"{_('The command was not sent.')} {by_hand}")
        )
    if row.outcome == Outcome.OPEN_ALREADY:
        return OPEN, _("It was already open.")
    opening = row.opening
    if row.outcome == Outcome.ERROR or opening is None:
        return BY_HAND, f"{_('The command could not be sent.')} {by_hand}"
    if opening.state == Opening.State.FAILED:
        why = _("It did not open: %(reason)s.") % {"reason": reason_words(opening.failure)}
        return BY_HAND, f"{why} {by_hand}"
    if opening.state == Opening.State.AUTHORISED:
        return WAITING, _("The command was sent. The lock has not answered yet.")
    return OPEN, _("It opened.")
