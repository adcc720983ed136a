"""When a person goes, or takes back their consent: keys die at once, a locker must be given back first."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from lockers import access_log, keys
from lockers.models import AccessAttempt, Assignment, JointHolder, Locker
from lockers.places import held_by


def forget_person(person: User, *, by: User | None) -> None:
    """Before a person is deleted (settings.BEFORE_PERSON_DELETED). Refused `has_locker` while one is theirs.

    What they shared they share no more. Ended assignments, attempts and openings lose their name; the access log has
    only ever known a number, which then belongs to nobody.
    """
    if Assignment.objects.filter(customer=person, open_slot=1).exists():
        words = _("%(name)s has a locker. Release it first.")
        raise Refused("has_locker", words % {"name": person.get_full_name()}, status=409)
    _void_keys(person)
    joint = JointHolder.objects.filter(person=person, open_slot=1).select_related("assignment")
    for shared in joint:
        access_log.append(
            "joint.removed", locker=shared.assignment.locker_id, assignment=shared.assignment_id, person=person.pk
        )
    Assignment.objects.filter(customer=person).update(customer=None)


def consent_withdrawn(person: User, purpose: str) -> None:
    """Their face is compared no more (settings.CONSENT_WITHDRAWN): attempts by face end, and keys that came of one.
    The locker stays theirs, by card and PIN."""
    if purpose != Purpose.LOCKERS:
        return
    running = AccessAttempt.objects.filter(
        person=person, lane=AccessAttempt.Lane.FACE, state=AccessAttempt.State.STARTED
    )
    running.update(state=AccessAttempt.State.FAILED, reason="no_consent", ended_at=timezone.now())
    AccessAttempt.objects.filter(person=person).update(distances={}, liveness={})
    _void_keys(person)


def _void_keys(person: User) -> None:
    for locker in Locker.objects.filter(held_by(person.pk)):
        keys.void(locker, timezone.now(), person=person)
