"""Who is told what of the lockers by e-mail. Called in the transaction of what happened; each event has a key."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from accounts.mail.outbox import Letter
from accounts.models import User
from accounts.roles import Role
from config.live import clock
from lockers.models import Alarm, Assignment, Locker, Lockout, Opening, WaitingEntry
from lockers.places import current_assignment, free_lockers, holders_of


def officers() -> list[User]:
    """Who gets the officers' e-mails: the administrators where no officer can be written to, so that somebody does."""
    staff = User.objects.get_queryset().valid_on(timezone.localdate()).exclude(email="")
    return list(staff.filter(role=Role.LOCKER_OFFICER)) or list(staff.filter(role=Role.ADMINISTRATOR))


def locked_out(lockout: Lockout, locker: Locker | None, at: datetime) -> None:
    """The person, whoever owns the locker, and officers: somebody fails again and again in this person's name."""
    person = lockout.person
    event = f"{lockout.pk}:{lockout.failures}:{at.isoformat()}"
    words = {
        "name": person.get_full_name(),
        "locker": str(locker or ""),
        "failures": str(lockout.failures),
        "time": _moment(at),
        "link": link("mine"),
    }
    kind = "lockers.disabled" if lockout.disabled_at else "lockers.delayed"
    outbox.enqueue(kind, key=f"{kind}:{event}", person=person, context=words)
    told = words | {"person": person.get_full_name(), "link": link("lockouts")}
    _to_officers("lockers.officer_lockout", event, told)
    _to_the_owner(person, locker, event, words)


def _to_the_owner(person: User, locker: Locker | None, event: str, words: dict[str, str]) -> None:
    """Whose locker it is hears that a joint holder's tries fail. Which one is for the officers to know."""
    mine = current_assignment(locker) if locker else None
    if mine is not None and mine.customer is not None and mine.customer != person:
        _to([mine.customer], "lockers.joint_failed", event, words)


def alarm(alarm: Alarm) -> None:
    """Officers, of what is more than a door that somebody holds for a moment."""
    if alarm.kind == Alarm.Kind.HELD_OPEN:
        return
    words = {
        "locker": str(alarm.locker),
        "alarm": str(Alarm.Kind(alarm.kind).label),
        "time": _moment(alarm.raised_at),
        "link": link("board"),
    }
    _to_officers("lockers.officer_alarm", str(alarm.pk), words)


def overridden(opening: Opening) -> None:
    """The holders: an officer has opened their locker, and why."""
    mine = Assignment.objects.filter(locker=opening.locker, open_slot=1).first()
    if mine is None:
        return
    words = {
        "locker": str(opening.locker),
        "reason": opening.reason,
        "time": _moment(_authorised(opening)),
        "link": link("mine"),
    }
    people = User.objects.filter(pk__in=holders_of(mine))
    _to(people, "lockers.overridden", str(opening.pk), words)


def credential_changed(person: User, what: str) -> None:
    """Their card or PIN is another one, by an officer: they know of it, or should."""
    now = timezone.now()
    words = {"what": what, "time": _moment(now), "link": link("mine")}
    _to([person], "lockers.credential", f"{person.pk}:{now.isoformat()}", words)


def your_turn(entry: WaitingEntry, at: datetime) -> None:
    """A locker is free, and they wait first."""
    facts = {"entry": entry.pk, "told": clock(at)}
    if context := words_of_turn(facts):
        key = f"lockers.free:{entry.pk}:{facts['told']}"
        outbox.enqueue("lockers.free", key=key, person=entry.person, context=context, facts=facts)


def words_of_turn(facts: Facts) -> Context | None:
    """As it is when the e-mail goes out. None when they wait no more, or nothing is free any more."""
    entry = WaitingEntry.objects.filter(pk=facts["entry"], open_slot=1).select_related("bank", "person").first()
    if entry is None or entry.told_at is None or clock(entry.told_at) != facts["told"]:
        return None
    if not free_lockers().filter(bank=entry.bank, kind=entry.kind).exists():
        return None
    words = {"name": entry.person.get_full_name(), "bank": entry.bank.name, "link": link("mine")}
    return words | {"until": _moment(entry.until)} if entry.until else None


def _authorised(opening: Opening) -> datetime:
    return opening.authorised_at or opening.requested_at


def _to_officers(kind: str, event: str, words: dict[str, str]) -> None:
    _to(officers(), kind, event, words)


def _to(people: Iterable[User], kind: str, event: str, words: dict[str, str]) -> None:
    letters = [
        Letter(f"{kind}:{event}:{person.pk}", words | {"name": person.get_full_name()}, person) for person in people
    ]
    outbox.enqueue_all(kind, letters)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def link(page: str) -> str:
    return settings.SITE_URL + reverse(f"lockers:{page}")
