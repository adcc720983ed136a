"""Whose lockers, attempts and openings may someone see? The same answer for pages, API and admin.

Where a bank has officers of its own (`Bank.own_officers`), officers of other banks see nothing of it. Administrators
see everything, also where `lockers.bank.officers` lets them do nothing.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import Role
from config.errors import Refused
from lockers.models import (
    Abandonment,
    AccessAttempt,
    Alarm,
    Assignment,
    Bank,
    BankOfficer,
    BankRelease,
    BankTerms,
    Grant,
    JointHolder,
    Locker,
    LockerStation,
    Opening,
    Passkey,
    SilentAlarm,
    TermsAnswer,
    WaitingEntry,
)


def keeps_lockers(user: Any) -> bool:
    """Locker officers and administrators."""
    return bool(user.is_authenticated and user.may_sign_in and user.role in (Role.ADMINISTRATOR, Role.LOCKER_OFFICER))


def require_officer(by: User | None) -> None:
    """Refused `not_officer`. Commands pass None."""
    if by is not None and not keeps_lockers(by):
        raise Refused("not_officer", _("Only a locker officer can do this."), status=403)


def banks_served(user: Any) -> QuerySet[Bank]:
    """Where this person is an officer: banks without officers of their own, and those that list them."""
    if not keeps_lockers(user):
        return Bank.objects.none()
    return Bank.objects.filter(Q(own_officers=False) | Q(pk__in=BankOfficer.objects.filter(person=user).values("bank")))


def banks_for(user: Any) -> QuerySet[Bank]:
    """What an officer's pages show of: for administrators every bank."""
    return Bank.objects.all() if _sees_all(user) else banks_served(user)


def _sees_all(user: Any) -> bool:
    return keeps_lockers(user) and bool(user.is_administrator)


def sees_every_bank(user: Any) -> bool:
    """Anyone who reads what cannot be told apart by bank, such as the access log."""
    return keeps_lockers(user) and (
        user.is_administrator or not Bank.objects.exclude(pk__in=banks_served(user)).exists()
    )


def shared_on(day: date | None) -> Q:
    """Shares that hold on this day by their own dates; all of them for None."""
    if day is None:
        return Q()
    begun = Q(starts_on=None) | Q(starts_on__lte=day)
    return begun & (Q(ends_on=None) | Q(ends_on__gte=day))


def _shares(user: Any, *, begun: bool) -> QuerySet[JointHolder]:
    """Shares of this person that are not over by their own dates; `begun`: and hold today."""
    day = timezone.localdate()
    rows = JointHolder.objects.filter(person=user, open_slot=1)
    return rows.filter(shared_on(day)) if begun else rows.filter(Q(ends_on=None) | Q(ends_on__gte=day))


def _mine(user: Any, *, begun: bool = False) -> Q:
    return Q(customer=user) | Q(pk__in=_shares(user, begun=begun).values("assignment"))


def kept_lockers(user: Any) -> QuerySet[Locker]:
    """Those that this person looks after as an officer."""
    return Locker.objects.all() if _sees_all(user) else Locker.objects.filter(bank__in=banks_for(user))


def kept_assignments(user: Any) -> QuerySet[Assignment]:
    return Assignment.objects.all() if _sees_all(user) else Assignment.objects.filter(locker__bank__in=banks_for(user))


def kept_attempts(user: Any) -> QuerySet[AccessAttempt]:
    rows = AccessAttempt.objects.all()
    return rows if _sees_all(user) else rows.filter(locker__bank__in=banks_for(user))


def kept_openings(user: Any) -> QuerySet[Opening]:
    return Opening.objects.all() if _sees_all(user) else Opening.objects.filter(locker__bank__in=banks_for(user))


def kept_terms(user: Any) -> QuerySet[BankTerms]:
    return BankTerms.objects.all() if _sees_all(user) else BankTerms.objects.filter(bank__in=banks_for(user))


def hidden_people(user: Any) -> QuerySet[User]:
    """Who has a locker or a share in a bank that is not this officer's: what opens it is not theirs to look at."""
    people = User.objects.get_queryset()
    if _sees_all(user):
        return people.none()
    there = Assignment.objects.filter(open_slot=1, locker__bank__own_officers=True)
    there = there.exclude(locker__bank__in=banks_served(user))
    joint = JointHolder.objects.filter(open_slot=1, assignment__in=there)
    owners = there.filter(customer__isnull=False)
    return people.filter(Q(pk__in=owners.values("customer")) | Q(pk__in=joint.values("person")))


def alarms_for(user: Any) -> QuerySet[Alarm]:
    """For officers of the bank."""
    return Alarm.objects.all() if _sees_all(user) else Alarm.objects.filter(locker__bank__in=banks_for(user))


def releases_for(user: Any) -> QuerySet[BankRelease]:
    """For officers of the bank."""
    return BankRelease.objects.all() if _sees_all(user) else BankRelease.objects.filter(bank__in=banks_for(user))


def waiting_for(user: Any) -> QuerySet[WaitingEntry]:
    """For officers of the bank."""
    return WaitingEntry.objects.all() if _sees_all(user) else WaitingEntry.objects.filter(bank__in=banks_for(user))


def silent_alarms_for(user: Any) -> QuerySet[SilentAlarm]:
    """For officers of the bank of the locker, or of the kiosk; of another door of the site for every officer."""
    if not keeps_lockers(user):
        return SilentAlarm.objects.none()
    if _sees_all(user):
        return SilentAlarm.objects.all()
    others = Bank.objects.exclude(pk__in=banks_served(user))
    theirs = LockerStation.objects.filter(bank__in=others).values("station__slug")
    rows = SilentAlarm.objects.exclude(locker__isnull=False, locker__bank__in=others)
    return rows.exclude(locker__isnull=True, station__in=theirs)


def assignments_for(user: Any) -> QuerySet[Assignment]:
    """Of their banks for officers; and everyone's own, and those in which they are joint holders, or will be."""
    if not user.is_authenticated:
        return Assignment.objects.none()
    rows = Assignment.objects.all()
    if _sees_all(user):
        return rows
    return rows.filter(_mine(user) | Q(locker__bank__in=banks_for(user)) if keeps_lockers(user) else _mine(user))


def lockers_for(user: Any) -> QuerySet[Locker]:
    """Of their banks for officers; and everyone's that they have now: a share from tomorrow on shows no door today."""
    if not user.is_authenticated:
        return Locker.objects.none()
    if _sees_all(user):
        return Locker.objects.all()
    own = Assignment.objects.filter(_mine(user, begun=True), open_slot=1)
    if not keeps_lockers(user):
        return Locker.objects.filter(assignments__in=own)
    return Locker.objects.filter(Q(pk__in=own.values("locker")) | Q(bank__in=banks_for(user)))


def grants_for(user: Any) -> QuerySet[Grant]:
    """Of their banks for officers, but drafts: those are for who made them, and for administrators."""
    if _sees_all(user):
        return Grant.objects.all()
    return Grant.objects.filter(bank__in=banks_for(user)).exclude(~Q(made_by=user.pk), state="draft")


def cases_for(user: Any) -> QuerySet[Abandonment]:
    """Of their banks for officers; and those in which someone was named as the witness, while they wait for them."""
    if not user.is_authenticated:
        return Abandonment.objects.none()
    if _sees_all(user):
        return Abandonment.objects.all()
    watches = Q(witness=user, open_slot=1) & ~Q(state=Abandonment.State.STORED)
    if not keeps_lockers(user):
        return Abandonment.objects.filter(watches)
    return Abandonment.objects.filter(watches | Q(assignment__locker__bank__in=banks_for(user)))


def kept_cases(user: Any) -> QuerySet[Abandonment]:
    return Abandonment.objects.filter(assignment__in=kept_assignments(user))


def terms_for(user: Any) -> QuerySet[BankTerms]:
    """Of their banks for officers; and of the banks where someone has a locker, or is about to."""
    if not user.is_authenticated:
        return BankTerms.objects.none()
    if _sees_all(user):
        return BankTerms.objects.all()
    mine = Assignment.objects.filter(_mine(user), open_slot=1).values("locker__bank")
    answered = TermsAnswer.objects.filter(person=user).values("terms")
    rows = Q(bank__in=mine) | Q(pk__in=answered)
    return BankTerms.objects.filter(rows | Q(bank__in=banks_for(user)) if keeps_lockers(user) else rows)


def answers_for(user: Any) -> QuerySet[TermsAnswer]:
    """Of their banks for officers; and what everyone has said themselves."""
    if not user.is_authenticated:
        return TermsAnswer.objects.none()
    if _sees_all(user):
        return TermsAnswer.objects.all()
    rows = Q(person=user)
    return TermsAnswer.objects.filter(rows | Q(terms__bank__in=banks_for(user)) if keeps_lockers(user) else rows)


def passkeys_for(user: Any) -> QuerySet[Passkey]:
    """Everyone's own; for officers those of everyone who has no locker in a bank of other officers."""
    if not user.is_authenticated:
        return Passkey.objects.none()
    if not keeps_lockers(user):
        return Passkey.objects.filter(person=user)
    return Passkey.objects.filter(Q(person=user) | ~Q(person__in=hidden_people(user)))


def attempts_for(user: Any) -> QuerySet[AccessAttempt]:
    """Of their banks for officers; and what everyone tried themselves."""
    if not user.is_authenticated:
        return AccessAttempt.objects.none()
    if _sees_all(user):
        return AccessAttempt.objects.all()
    rows = Q(person=user)
    return AccessAttempt.objects.filter(rows | Q(locker__bank__in=banks_for(user)) if keeps_lockers(user) else rows)


def openings_for(user: Any) -> QuerySet[Opening]:
    """Of their banks for officers; and of everyone's lockers, as long as those have been theirs to open."""
    if not user.is_authenticated:
        return Opening.objects.none()
    if _sees_all(user):
        return Opening.objects.all()
    rows = seen_openings(user)
    return Opening.objects.filter(rows | Q(locker__bank__in=banks_for(user)) if keeps_lockers(user) else rows)


def seen_openings(person: Any) -> Q:
    """Openings of this person's lockers: what was before they had them, or before their share, is others' business."""
    first_days = dict(_shares(person, begun=True).values_list("assignment", "starts_on"))
    seen = Q(pk__in=[])
    for mine in Assignment.objects.filter(_mine(person, begun=True), open_slot=1):
        since, day = mine.assigned_at, first_days.get(mine.pk)
        if day is not None:
            since = max(since, timezone.make_aware(datetime.combine(day, time())))
        seen |= Q(locker=mine.locker_id, requested_at__gte=since)
    return seen
