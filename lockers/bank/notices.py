"""Who is told what of the lockers by e-mail. Called in the transaction of what happened; each event has a key."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from accounts.mail.outbox import Letter
from accounts.models import User
from accounts.roles import Role
from config.live.news import clock
from lockers.bank.places import current_assignment, free_lockers, holders_of, station_names
from lockers.models import (
    Alarm,
    Assignment,
    Bank,
    BankOfficer,
    BankRelease,
    Locker,
    Lockout,
    Opening,
    PasskeyTally,
    SilentAlarm,
    WaitingEntry,
)

Row = TypeVar("Row")


def officers(bank: Bank | None = None) -> list[User]:
    """Who gets the officers' e-mails of this bank: the administrators where no officer can be written to, so that
    someone does. None: of no bank."""
    staff = User.objects.get_queryset().valid_on(timezone.localdate()).exclude(email="")
    theirs = staff.filter(role=Role.LOCKER_OFFICER)
    if bank is not None and bank.own_officers:
        theirs = theirs.filter(pk__in=BankOfficer.objects.filter(bank=bank).values("person"))
    return list(theirs) or list(staff.filter(role=Role.ADMINISTRATOR))


def by_readers(rows: Iterable[Row], bank_of: Callable[[Row], Bank]) -> list[tuple[list[User], list[Row]]]:
    """Who is written to of which rows: of each bank with officers of its own by itself, of the others together."""
    parts: dict[int, tuple[Bank | None, list[Row]]] = {}
    for row in rows:
        bank = bank_of(row)
        own = bank.own_officers
        parts.setdefault(bank.pk if own else 0, (bank if own else None, []))[1].append(row)
    return [(officers(bank), some) for bank, some in parts.values()]


def locked_out(lockout: Lockout, locker: Locker | None, at: datetime) -> None:
    """The person, anyone who owns the locker, and officers: someone fails again and again in this person's name."""
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
    _to(officers(locker.bank if locker else None), "lockers.officer_lockout", event, told)
    _to_the_owner(person, locker, event, words)


def _to_the_owner(person: User, locker: Locker | None, event: str, words: dict[str, str]) -> None:
    """Whose locker it is hears that a joint holder's tries fail. Which one is for the officers to know."""
    mine = current_assignment(locker) if locker else None
    if mine is not None and mine.customer is not None and mine.customer != person:
        _to([mine.customer], "lockers.joint_failed", event, words)


def alarm(alarm: Alarm) -> None:
    """Officers, of what is more than a door that someone holds for a moment, or that they have released themselves."""
    released = alarm.opening is not None and alarm.opening.route == Opening.Route.RELEASE
    if released or alarm.kind == Alarm.Kind.HELD_OPEN:
        return
    words = {
        "locker": str(alarm.locker),
        "alarm": str(Alarm.Kind(alarm.kind).label),
        "time": _moment(alarm.raised_at),
        "link": link("board"),
    }
    _to(officers(alarm.locker.bank), "lockers.officer_alarm", str(alarm.pk), words)


def release(row: BankRelease, by: User) -> None:
    """The other officers: a bank is about to be opened, or is being opened. Anyone who did it knows."""
    words = {
        "bank": row.bank.name,
        "what": str(BankRelease.State(row.state).label),
        "reason": row.second_reason or row.reason,
        "by": by.get_full_name(),
        "time": _moment(row.confirmed_at or row.begun_at),
        "link": settings.SITE_URL + reverse("lockers:release", args=[row.pk]),
    }
    _to([one for one in officers(row.bank) if one != by], "lockers.officer_release", f"{row.pk}:{row.state}", words)


def duress(alarm: SilentAlarm, bank: Bank | None) -> None:
    """Officers of the bank, or of any, at once. Never the person: anyone who holds them may read their mail."""
    words = {
        "person": alarm.person.get_full_name() if alarm.person else "–",
        "station": station_names().get(alarm.station) or alarm.station or _("another kiosk on this site"),
        "how": str(SilentAlarm.How(alarm.how).label),
        "time": _moment(alarm.raised_at),
        "link": link("board"),
    }
    _to([one for one in officers(bank) if one != alarm.person], "lockers.officer_duress", str(alarm.pk), words)


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
    people = User.objects.filter(pk__in=holders_of(mine, timezone.localdate(_authorised(opening))))
    _to(people, "lockers.overridden", str(opening.pk), words)


def opened(opening: Opening, at: datetime) -> None:
    """The holders: a key has opened their locker, by whom and where. At a kiosk that is new for this person it is a
    warning, which no one turns off."""
    mine = Assignment.objects.filter(locker=opening.locker, open_slot=1).first()
    if opening.route != Opening.Route.KEY or mine is None:
        return
    words = {
        "locker": str(opening.locker),
        "who": opening.person.get_full_name() if opening.person else "–",
        "station": station_names().get(opening.station) or opening.station,
        "time": _moment(at),
        "link": link("mine"),
    }
    kind = "lockers.opened" + ("_elsewhere" if _elsewhere(opening) else "")
    people = User.objects.filter(pk__in=holders_of(mine, timezone.localdate(at)))
    _to(people, kind, str(opening.pk), words)


def _elsewhere(opening: Opening) -> bool:
    """They have opened this locker before, and never from there."""
    before = Opening.objects.filter(locker=opening.locker, person=opening.person, route=Opening.Route.KEY)
    before = before.filter(pk__lt=opening.pk, opened_at__isnull=False)
    return before.exists() and not before.filter(station=opening.station).exists()


def blocked(mine: Assignment, by: User, at: datetime) -> None:
    """Officers of the bank, who look into it, and everyone who has the locker."""
    words = {"locker": str(mine.locker), "who": by.get_full_name(), "time": _moment(at), "link": link("mine")}
    event = f"{mine.pk}:{at.isoformat()}"
    _to(User.objects.filter(pk__in=holders_of(mine)), "lockers.blocked", event, words)
    page = settings.SITE_URL + reverse("lockers:locker", args=[mine.locker_id])
    _to(officers(mine.locker.bank), "lockers.officer_blocked", event, words | {"link": page})


def opened_by_home(opening: Opening) -> None:
    """The holders: Home Assistant has opened their locker."""
    if mine := Assignment.objects.filter(locker=opening.locker, open_slot=1).first():
        words = {"locker": str(opening.locker), "time": _moment(_authorised(opening)), "link": link("mine")}
        _to(User.objects.filter(pk__in=holders_of(mine)), "lockers.opened_by_home", str(opening.pk), words)


def passkey_changed(person: User, what: str) -> None:
    """A passkey of theirs was added, removed or stopped: they know of it, or should."""
    words = {"what": what, "time": _moment(timezone.now()), "link": link("passkeys")}
    _to([person], "lockers.passkey", f"{person.pk}:{timezone.now().isoformat()}", words)


def passkeys_fail(count: PasskeyTally, locker: Locker | None, at: datetime) -> None:
    """The person and the officers: someone fails again and again with passkeys in this person's name."""
    event, failures = f"passkey:{count.pk}:{count.failures}:{at.isoformat()}", str(count.failures)
    passkey_changed(
        count.person,
        _("Passkeys refused in a row: %(n)s. There is now a waiting time before the next attempt.") % {"n": failures},
    )
    person = count.person.get_full_name()
    words = {"name": person, "locker": str(locker or ""), "failures": failures, "time": _moment(at)}
    told = words | {"person": person, "link": link("lockouts")}
    _to(officers(locker.bank if locker else None), "lockers.officer_lockout", event, told)


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
    fitting = free_lockers().filter(bank=entry.bank, kind=entry.kind)
    if not (fitting.filter(size=entry.size_id) if entry.size_id else fitting).exists():
        return None
    words = {"name": entry.person.get_full_name(), "bank": entry.bank.name, "link": link("mine")}
    return words | {"until": _moment(entry.until)} if entry.until else None


def _authorised(opening: Opening) -> datetime:
    return opening.authorised_at or opening.requested_at


def _to(people: Iterable[User], kind: str, event: str, words: dict[str, str]) -> None:
    letters = [
        Letter(f"{kind}:{event}:{person.pk}", words | {"name": person.get_full_name()}, person) for person in people
    ]
    outbox.enqueue_all(kind, letters)


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


def link(page: str) -> str:
    return settings.SITE_URL + reverse(f"lockers:{page}")
