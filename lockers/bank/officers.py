"""Whose word counts at which bank: where a bank has officers of its own, an officer of another one is no one.

What is about a locker asks for an officer of its bank. What is about a person (card, PIN, duress, passkeys, photos, a
lock-out) would open every locker of theirs, so it asks for an officer of every bank where they have one.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Purpose
from config.errors import Refused
from lockers.models import Assignment, Bank, JointHolder
from lockers.rules.visibility import banks_served, require_officer


def serves(person: User, bank: Bank) -> bool:
    """Whether this person is an officer, and one of this bank. An empty list means no one, and not everyone.

    Asked of the database: the bank at hand may have been read before it got officers of its own.
    """
    return banks_served(person).filter(pk=bank.pk).exists()


def require_officer_of(by: User | None, bank: Bank) -> None:
    """Refused `not_officer`, `other_bank`. Commands pass None."""
    require_officer(by)
    if by is not None and not serves(by, bank):
        raise Refused(
            "other_bank",
            _("This bank has its own officers, and you are not one of them. Please ask one of them."),
            status=403,
        )


def serves_person(by: User, person: User) -> bool:
    """Whether they are an officer of every bank where this person has a locker or a share, now or later."""
    own = Assignment.objects.filter(customer=person, open_slot=1).values("locker__bank")
    joint = JointHolder.objects.filter(person=person, open_slot=1, assignment__open_slot=1)
    banks = Bank.objects.filter(Q(pk__in=own) | Q(pk__in=joint.values("assignment__locker__bank")))
    return not banks.filter(own_officers=True).exclude(pk__in=banks_served(by)).exists()


def require_officer_of_person(by: User | None, person: User) -> None:
    """Refused `not_officer`, `other_bank`. Commands pass None."""
    require_officer(by)
    if by is not None and not serves_person(by, person):
        words = _(
            "This person has a locker in a bank with its own officers, and you are not one of them. Please ask "
            "one of them."
        )
        raise Refused("other_bank", words, status=403)


def before_enrolment(person: User, purposes: Collection[str], *, by: User | None) -> None:
    """Photos for the lockers open doors too (accounts.consent.enrolment_rules). Refused `other_bank`."""
    if Purpose.LOCKERS in purposes and by is not None and by.pk != person.pk and not serves_person(by, person):
        require_officer_of_person(by, person)
