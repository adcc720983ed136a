"""When a person goes, or withdraws their consent: keys die at once, a locker must be returned first."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from lockers.access import keys
from lockers.bank.log import access_log
from lockers.bank.places import held_by
from lockers.models import Abandonment, AccessAttempt, Assignment, JointHolder, Locker, Passkey
from lockers.rules.messages import refusal


def forget_person(person: User, *, by: User | None) -> None:
    """Before a person is deleted (accounts.people.erasure). Refused `has_locker` while one is theirs,
    `has_goods` while the contents of one are in storage.

    What they shared they share no more. Ended assignments, attempts and openings lose their name; the access log has
    only ever known a number, which then belongs to no one.
    """
    if Assignment.objects.filter(customer=person, open_slot=1).exists():
        words = _("%(name)s has a locker. Release it first.")
        raise Refused("has_locker", words % {"name": person.get_full_name()}, status=409)
    if Abandonment.objects.filter(assignment__customer=person, state=Abandonment.State.STORED).exists():
        raise refusal("has_goods")
    _void_keys(person)
    if count := Passkey.objects.filter(person=person).delete()[0]:
        access_log.append("passkey.forgotten", person=person.pk, count=count)
    joint = JointHolder.objects.filter(person=person, open_slot=1).select_related("assignment")
    for shared in joint:
        access_log.append(
            "joint.removed", locker=shared.assignment.locker_id, assignment=shared.assignment_id, person=person.pk
        )
    Assignment.objects.filter(customer=person).update(customer=None)


def consent_withdrawn(person: User, purpose: str, *, by: User | None) -> None:
    """Their face is compared no more (accounts.consent.consent.WITHDRAWN): attempts by face end, and keys that came
    of one.
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
