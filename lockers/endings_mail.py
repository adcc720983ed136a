"""What is written of assignments that run out: to the holders of each, and to the officers of all in one e-mail.

It is written anew when it goes out: what was released, or ends on another day by then, is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from django.utils.formats import date_format

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from accounts.mail.outbox import Letter
from accounts.models import User
from lockers.models import Assignment
from lockers.notices import link, officers
from lockers.places import holders_of


def ending(rows: list[Assignment]) -> None:
    """They end soon."""
    for row in rows:
        people = User.objects.filter(pk__in=holders_of(row))
        _write("lockers.ending", people, [row], words_for_holder)
    _write("lockers.officer_ending", officers(), rows, words_for_officer)


def ended(rows: list[Assignment]) -> None:
    """They have ended: officers are to release the lockers."""
    _write("lockers.officer_ended", officers(), rows, words_for_officer)


def _write(kind: str, people: Iterable[User], rows: list[Assignment], words: Callable[[Facts], Context | None]) -> None:
    ends = {str(row.pk): str(row.ends_on) for row in rows}
    letters = []
    for person in people if rows else ():
        facts = {"person": person.pk, "ends": ends}
        if context := words(facts):
            key = f"{kind}:{rows[0].pk}:{rows[0].ends_on}:{person.pk}"
            letters.append(Letter(key, context, person, facts=facts))
    outbox.enqueue_all(kind, letters)


# --- as it is when it is sent ---------------------------------------------------------------------


def words_for_holder(facts: Facts) -> Context | None:
    """None also for somebody who shares the locker no more."""
    rows, person = _true_still(facts), User.objects.filter(pk=facts["person"]).first()
    if not rows or person is None or person.pk not in holders_of(rows[0]):
        return None
    name = person.get_full_name()
    return {"name": name, "locker": str(rows[0].locker), "date": _day(rows[0]), "link": link("mine")}


def words_for_officer(facts: Facts) -> Context | None:
    rows, person = _true_still(facts), User.objects.filter(pk=facts["person"]).first()
    if not rows or person is None:
        return None
    lines = [_line(row) for row in rows]
    return {"name": person.get_full_name(), "lockers": lines, "number": str(len(lines)), "link": link("endings")}


def _true_still(facts: Facts) -> list[Assignment]:
    rows = Assignment.objects.filter(pk__in=facts["ends"], open_slot=1).select_related("locker__bank", "customer")
    return [row for row in rows.order_by("ends_on", "pk") if facts["ends"][str(row.pk)] == str(row.ends_on)]


def _line(row: Assignment) -> str:
    whose = row.customer.get_full_name() if row.customer else "–"
    return f"{row.locker} · {whose} · {_day(row)}"


def _day(row: Assignment) -> str:
    return date_format(row.ends_on) if row.ends_on else ""
