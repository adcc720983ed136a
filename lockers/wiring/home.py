"""The lockers' part of the home page: what officers must see to, the doors in numbers, and my locker."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from config.ops.registries.home_parts import CardRow, Figure, HomeCard, Need, OneClick, Tone
from lockers.assignments import expiry
from lockers.bank.places import held_by
from lockers.bank.terms import terms
from lockers.desk import board
from lockers.models import Abandonment, Assignment, JointHolder, Locker, Opening, TermsAnswer
from lockers.rules import visibility
from lockers.rules.doors import DoorState
from lockers.rules.visibility import keeps_lockers

MOST = 5  # rows of a card, and alarms by themselves
Case = Abandonment.State


def parts(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    if keeps_lockers(person):
        yield from _alarms(person)
        yield from _requests(person)
        yield from _expiring(person, timezone.localdate(now))
        yield _doors(person)
    yield from _mine(person, timezone.localdate(now))


# --- officers -----------------------------------------------------------------------------------


def _alarms(person: Any) -> Iterator[Need]:
    page = reverse("lockers:board")
    n = visibility.silent_alarms_for(person).filter(acknowledged_at=None).count()
    yield Need(n, ngettext("silent alarm", "silent alarms", n), page, tone="error")
    ringing = visibility.alarms_for(person).filter(open_slot=1).select_related("locker__bank").order_by("pk")
    for alarm in ringing[:MOST]:
        where = board.where(alarm.locker)
        act = OneClick(_("I have checked it"), reverse("lockers:acknowledge", args=[alarm.pk]), where)
        yield Need(1, f"{alarm.get_kind_display()}: {where}", page, tone="error", act=act, counted=False)
    n = visibility.releases_for(person).filter(open_slot=1).count()
    yield Need(n, ngettext("emergency release under way", "emergency releases under way", n), page, tone="error")


def _requests(person: Any) -> Iterator[Need]:
    page = reverse("lockers:board")
    n = len(board.waiting_for_confirmation(person))
    yield Need(n, ngettext("customer at a kiosk to confirm", "customers at a kiosk to confirm", n), page, tone="error")
    n = visibility.kept_openings(person).filter(state=Opening.State.REQUESTED).count()
    yield Need(n, ngettext("opening to approve", "openings to approve", n), page, tone="error")


def _expiring(person: Any, day: date) -> Iterator[Need]:
    n = expiry.over(day, person).count()
    yield Need(
        n, ngettext("locker to release: past its last day", "lockers to release: past their last day", n), _ends()
    )
    n = expiry.soon(day, person).count()
    yield Need(n, ngettext("locker expires soon", "lockers expire soon", n), _ends(), tone="info")
    n = visibility.waiting_for(person).filter(open_slot=1).exclude(told_at=None).count()
    words = ngettext("person whose turn it is on the waiting list", "people whose turn it is on the waiting list", n)
    yield Need(n, words, reverse("lockers:waiting"), tone="info")
    n = visibility.kept_cases(person).filter(state__in=(Case.LAST, Case.OPENED)).count()
    words = ngettext("abandoned locker to go on with", "abandoned lockers to go on with", n)
    yield Need(n, words, reverse("lockers:abandoned"), tone="info")


def _ends() -> str:
    return reverse("lockers:endings")


def _doors(person: Any) -> HomeCard:
    page, figures = reverse("lockers:board"), _door_figures(person)
    return HomeCard(
        title=_("Lockers"),
        url=page,
        figures=figures,
        empty="" if any(figure.value for figure in figures) else _("There are no lockers yet."),
        acts=[
            OneClick(_("Register a customer"), reverse("lockers:register"), post=False),
            OneClick(_("Live board"), page, post=False),
        ],
    )


def _door_figures(person: Any) -> list[Figure]:
    is_open, is_out = Q(door=DoorState.OPEN), Q(out_of_service=True)
    kept, page = visibility.kept_lockers(person), reverse("lockers:board")
    counts = kept.aggregate(all=Count("pk"), open=Count("pk", filter=is_open), out=Count("pk", filter=is_out))
    assigned = visibility.kept_assignments(person).filter(open_slot=1).count()
    return [
        Figure(counts["open"], _("open now"), page),
        Figure(assigned, _("assigned"), page),
        Figure(max(0, counts["all"] - assigned - counts["out"]), pgettext("lockers", "free"), page),
        Figure(counts["out"], _("out of service"), page),
    ]


# --- one's own ----------------------------------------------------------------------------------


def _mine(person: Any, day: date) -> Iterator[Need | HomeCard]:
    page = reverse("lockers:mine")
    n = Abandonment.objects.filter(witness=person, state__in=(Case.ASKED, Case.LISTED)).count()
    yield Need(
        n,
        ngettext("locker opening waits for you as the witness", "locker openings wait for you as the witness", n),
        page,
    )
    have = list(Locker.objects.filter(held_by(person.pk, day)).select_related("bank").order_by("bank", "number"))
    if not have:
        return
    n = _unanswered(person, day)
    yield Need(n, ngettext("text with new locker terms to answer", "texts with new locker terms to answer", n), page)
    ends = _last_days(person, have)
    yield HomeCard(_("My locker"), page, rows=[_locker_row(one, ends.get(one.pk), day) for one in have[:MOST]])


def _unanswered(person: Any, day: date) -> int:
    return sum(one.state != TermsAnswer.Answer.ACCEPTED for one in terms.standings(person, day))


def _last_days(person: Any, have: list[Locker]) -> dict[int, date | None]:
    """By locker; where someone shares it, the last day of their share."""
    rows = Assignment.objects.filter(open_slot=1, locker__in=have)
    ends = dict(rows.values_list("locker", "ends_on"))
    shares = JointHolder.objects.filter(person=person, open_slot=1, assignment__in=rows)
    shared = dict(shares.exclude(ends_on=None).values_list("assignment__locker", "ends_on"))
    return ends | shared


def _locker_row(locker: Locker, last: date | None, day: date) -> CardRow:
    how = expiry.how_it_ends(last, day)
    tones: dict[str, Tone] = {"ending": "warning", "ended": "error"}
    badge = _("until %(day)s") % {"day": date_format(last, "j M Y")} if last else ""
    return CardRow(str(locker), reverse("lockers:mine"), locker.bank.place, badge, tones.get(how, ""))
