"""The attendance app's part of the home page: today's sessions, what waits for who keeps a roll, and my own day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from attendance.models import STATUS_CHOICES, Appeal, AtRisk, AttendanceRecord, ClassSession
from attendance.roll.review_queue import unverified_for, waiting_for
from attendance.rules.clock_words import span_words
from attendance.rules.statuses import Status
from attendance.rules.visibility import courses_for, has_attendance, keeps_rolls
from attendance.sessions.of_today import SOON, attended_by, kept_by
from config.ops.registries.home_parts import CardRow, Figure, HomeCard, Need, OneClick, Tone

MOST = 5  # rows of a card
LATELY = timedelta(days=7)  # absences that one is asked about
TONES: dict[str, Tone] = {"present": "success", "late": "warning", "left_early": "warning", "absent": "error"}


def parts(person: Any, now: datetime) -> Iterator[Need | HomeCard]:
    if keeps_rolls(person):
        yield from _needs(person, now)
        yield _kept(list(kept_by(person, now)[:200]), now)
    if has_attendance(person):
        yield _absences(person, now)
        yield _attended(list(attended_by(person, now)[:MOST]))


# --- for who keeps rolls ------------------------------------------------------------------------


def _needs(person: Any, now: datetime) -> Iterator[Need]:
    review, waiting = reverse("attendance:review"), waiting_for(person)
    n = waiting.doubts
    yield Need(n, ngettext("uncertain face to decide", "uncertain faces to decide", n), review)
    n = waiting.appeals
    yield Need(n, ngettext("appeal to answer", "appeals to answer", n), f"{review}#appeals")
    n = waiting.excuses
    yield Need(n, ngettext("excuse to decide", "excuses to decide", n), f"{review}#excuses")
    yield _unverified(list(unverified_for(person, now)[:100]))
    n = AtRisk.objects.filter(course__in=courses_for(person), course__active=True, standing=True).count()
    words = ngettext("person at risk in a course", "people at risk in a course", n)
    yield Need(n, words, reverse("attendance:analytics"), tone="info")


def _unverified(sessions: list[ClassSession]) -> Need:
    """One need for all of them; it leads to the newest of these sessions."""
    n = sum(session.unverified for session in sessions)  # type: ignore[attr-defined]
    url = reverse("attendance:session", args=[sessions[0].pk]) if sessions else reverse("attendance:today")
    words = ngettext("person neither present nor absent", "people neither present nor absent", n)
    return Need(n, words, f"{url}?show=unverified", note=sessions[0].course.title if sessions else "")


def _kept(sessions: list[ClassSession], now: datetime) -> HomeCard:
    is_open = [session for session in sessions if session.is_open]
    to_come = [session for session in sessions if session.state == ClassSession.State.PLANNED]
    over = [session for session in sessions if session.is_closed]
    today = reverse("attendance:today")
    return HomeCard(
        title=_("Attendance today"),
        url=today,
        figures=_kept_figures(len(is_open), len(to_come), len(over)),
        rows=[_kept_row(session, now) for session in (*is_open, *to_come, *over)[:MOST]],
        empty=_("No session is planned for today."),
        acts=[OneClick(_("Start a session"), f"{today}#start-title", post=False)],
    )


def _kept_figures(is_open: int, to_come: int, over: int) -> list[Figure]:
    first = Figure(is_open, ngettext("session open", "sessions open", is_open), reverse("attendance:today"))
    return [first, Figure(to_come, _("to come")), Figure(over, pgettext("sessions", "closed"))]


def _kept_row(session: Any, now: datetime) -> CardRow:
    act, what = None, session.course.title
    if session.is_open:
        act = OneClick(_("Live board"), reverse("attendance:board", args=[session.pk]), what, post=False)
    elif session.state == ClassSession.State.PLANNED and session.starts_at <= now + SOON:
        act = OneClick(_("Start now"), reverse("attendance:open", args=[session.pk]), what)
    counted = _("%(here)d of %(expected)d here") % {"here": session.here, "expected": session.expected}
    badge = counted if session.expected and session.state != ClassSession.State.PLANNED else ""
    tone: Tone = "success" if session.is_open else ""
    url = reverse("attendance:session", args=[session.pk])
    return CardRow(what, url, _hours(session), badge, tone, act)


def _hours(session: ClassSession) -> str:
    return f"{span_words(session.starts_at, session.ends_at)} · {session.course.code}"


# --- one's own ----------------------------------------------------------------------------------


def _absences(person: Any, now: datetime) -> Need:
    """Recent ones that no one has appealed: they are asked whether that is right."""
    recent = AttendanceRecord.objects.filter(person=person, status=Status.ABSENT, session__starts_at__gte=now - LATELY)
    closed = recent.filter(session__state=ClassSession.State.CLOSED)
    n = closed.exclude(pk__in=Appeal.objects.filter(record__person=person).values("record")).count()
    words = ngettext("absence in the last 7 days: is it right?", "absences in the last 7 days: are they right?", n)
    return Need(n, words, reverse("attendance:mine"), tone="info")


def _attended(sessions: list[Any]) -> HomeCard:
    return HomeCard(
        title=_("My day"),
        url=reverse("attendance:mine"),
        rows=[_attended_row(session) for session in sessions],
        empty=_("You have no session today."),
    )


def _attended_row(session: Any) -> CardRow:
    status = session.status if session.status != Status.EXPECTED else ""
    badge = dict(STATUS_CHOICES).get(status, session.get_state_display() if session.is_open else "")
    return CardRow(session.course.title, reverse("attendance:mine"), _hours(session), badge, TONES.get(status, ""))
