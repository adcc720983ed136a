"""A person marks themselves with a phone: at once where nothing speaks against it, else after a teacher's look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import AttendanceRecord, ClassSession, Doubt, PhoneMark, PhoneRules, RollEntry
from attendance.roll import roll, roster, state
from attendance.rules import places
from attendance.sessions.phone.codes import rules_of
from attendance.sessions.phone.cookies import Ticket
from config.errors import Refused

REMEMBERED = timedelta(days=180)  # so long a phone is known as its person's
Place = PhoneMark.Place


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Where the phone says it is: its address, and (latitude, longitude) where it was asked and answered."""

    address: str = ""
    place: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    record: AttendanceRecord | None  # None: it waits for the teacher
    why: tuple[str, ...] = ()


@transaction.atomic
def mark(ticket: Ticket, person: User, where: Whereabouts) -> Marked:
    """Refused `phone_off`, `not_on_roster`, `decided`. Pressing twice is harmless."""
    session = _session_of(ticket, person)
    before = PhoneMark.objects.filter(session=session, person=person).first()
    if before is not None and before.counted:
        return Marked(session.records.get(person=person))
    _refuse_decided(session, person)
    one = _noted(session, person, ticket, where)
    others = list(_others(one))
    why = tuple(_speaks_against(one, others))
    return _for_review(one, others, why) if why else _count(one)


def _session_of(ticket: Ticket, person: User) -> ClassSession:
    session = roll.locked(ticket.session)
    if not session.takes_phones or session.phone_nonce != ticket.nonce:
        raise Refused("phone_off", _("Marking by phone has ended for this session. Ask your teacher."), status=409)
    if not roster.belongs(session, person):
        words = _("%(name)s is not enrolled in this course.") % {"name": person.get_full_name()}
        raise Refused("not_on_roster", words, status=403)
    return session


def _refuse_decided(session: ClassSession, person: User) -> None:
    if session.doubts.filter(person=person, kind=Doubt.Kind.PHONE, confirmed=False).exists():
        raise Refused("decided", _("Your teacher has already decided about your mark. Please ask them."), status=409)


def _noted(session: ClassSession, person: User, ticket: Ticket, where: Whereabouts) -> PhoneMark:
    rules = rules_of(session)
    told = {"device": ticket.device, "at": ticket.at, "network": _network(rules, where), "place": _place(rules, where)}
    return PhoneMark.objects.update_or_create(session=session, person=person, defaults=told)[0]


def _network(rules: PhoneRules, where: Whereabouts) -> str:
    networks = places.networks_of(rules.networks)
    if not networks:
        return ""
    return Place.WITHIN if places.inside(where.address, networks) else Place.OUTSIDE


def _place(rules: PhoneRules, where: Whereabouts) -> str:
    """A phone that gives no location is outside: a teacher looks."""
    if rules.within is None or rules.latitude is None or rules.longitude is None:
        return ""
    here = where.place is not None and places.metres((rules.latitude, rules.longitude), where.place) <= rules.within
    return Place.WITHIN if here else Place.OUTSIDE


# --- what speaks against it ----------------------------------------------------------------------


def _others(one: PhoneMark) -> QuerySet[PhoneMark]:
    """Marks of other people with the same phone: in this session, or counted lately in another one."""
    same = PhoneMark.objects.filter(device=one.device, at__gte=one.at - REMEMBERED).exclude(person=one.person_id)
    return same.filter(Q(session=one.session_id) | Q(counted=True)).select_related("session", "person")


def _speaks_against(one: PhoneMark, others: list[PhoneMark]) -> list[str]:
    found = ["device"] if others else []
    known = _known_devices(one)
    if not others and known and one.device not in known:
        found.append("new_device")
    if one.network == Place.OUTSIDE:
        found.append("network")
    if one.place == Place.OUTSIDE:
        found.append("place")
    return found


def _known_devices(one: PhoneMark) -> set[str]:
    """The phones that this person has marked themselves with. None yet: the first one is taken as theirs."""
    mine = PhoneMark.objects.filter(person=one.person_id, counted=True, at__gte=one.at - REMEMBERED)
    return set(mine.exclude(pk=one.pk).values_list("device", flat=True))


# --- what follows --------------------------------------------------------------------------------


def _count(one: PhoneMark) -> Marked:
    record = roll.record_arrival(one.session_id, one.person, at=one.at, source=RollEntry.Source.PHONE)
    PhoneMark.objects.filter(pk=one.pk).update(counted=True)
    return Marked(record)


def _for_review(one: PhoneMark, others: list[PhoneMark], why: tuple[str, ...]) -> Marked:
    """No mark. The review asks about the people marked here with the same phone as well, with both names."""
    people = sorted({other.person_id for other in others})
    _ask(one, {"why": list(why), "others": people})
    for other in others:
        if other.session_id == one.session_id:
            _ask(other, {"why": ["device"], "others": [one.person_id]})
    state.tell_session(one.session)
    return Marked(None, why)


def _ask(one: PhoneMark, detail: dict[str, object]) -> None:
    fields = {"at": one.at, "detail": detail, "resolved_at": None, "resolved_by": None, "confirmed": None}
    asked = Doubt.objects.filter(session=one.session_id, person=one.person_id, kind=Doubt.Kind.PHONE)
    if not asked.exclude(resolved_at=None).exists():
        Doubt.objects.update_or_create(session=one.session, person=one.person, kind=Doubt.Kind.PHONE, defaults=fields)


# --- the teacher's answer ------------------------------------------------------------------------


def answered(session: ClassSession, person: User, *, confirmed: bool, by: User) -> None:
    """Accepted: the phone is theirs from now on. Refused: what it had marked is struck from the roll."""
    mine = PhoneMark.objects.filter(session=session, person=person)
    mine.update(counted=confirmed)
    if not confirmed:
        _strike(session, person, by)


def _strike(session: ClassSession, person: User, by: User) -> None:
    lines = RollEntry.objects.filter(
        session=session, person=person, kind=RollEntry.Kind.SEEN, source=RollEntry.Source.PHONE
    )
    record = session.records.filter(person=person).first()
    for line in roll.standing(lines):
        roll.add_line(
            session,
            RollEntry.Kind.DENIED,
            line.at,
            RollEntry.Source.TEACHER,
            person=person,
            record=record,
            by=by,
            reason=_("The mark by phone was refused"),
        )
