"""Every evening: what the day was in a teacher's courses. Nothing is written when there was nothing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.mail import outbox
from accounts.mail.kinds import Facts
from accounts.models import MailOptOut, OutgoingMail, User
from attendance.models import STATUS_CHOICES, Appeal, ClassSession, Doubt
from attendance.notices import placeholders
from attendance.roll import state
from attendance.rules.statuses import Status
from attendance.rules.times import moment
from config.ops.jobs.steps import for_each
from config.web.language.plurals import numbered

KIND = "attendance.digest"
LONGEST = timedelta(days=2)  # between a session's start and its close, with much to spare
NAMED = 10  # people who are named in a line; the others are counted
LABELS = {Status(status): label for status, label in STATUS_CHOICES}
ORDER = (Status.PRESENT, Status.LATE, Status.LEFT_EARLY, Status.ABSENT, Status.EXCUSED, Status.UNVERIFIED)


class Window(NamedTuple):
    """From one evening (excluded) to the next."""

    day: date
    since: datetime
    until: datetime


def window_of(day: date) -> Window:
    zone, hour = ZoneInfo(settings.TIME_ZONE), settings.ATTENDANCE_DIGEST_AT
    return Window(day, moment(day - timedelta(days=1), hour, zone), moment(day, hour, zone))


def last_window(now: datetime) -> Window:
    """The one that ended last: before this evening's hour, yesterday's."""
    today = window_of(timezone.localdate(now))
    return today if today.until <= now else window_of(today.day - timedelta(days=1))


def write_all(now: datetime) -> int:
    """Write the digests of the last window that are not written yet. Job of the clock: often for nothing."""
    window = last_window(now)
    return sum(for_each(lambda teacher: _write(window, teacher), _without_one(window)))


def _write(window: Window, teacher: User) -> bool:
    """Whether there was something to say."""
    facts = {"teacher": teacher.pk, "day": window.day.isoformat()}
    words = letter(facts)
    if words:
        outbox.enqueue(KIND, key=_key(window, teacher.pk), person=teacher, context=words, facts=facts)
    return bool(words)


def _key(window: Window, teacher: int) -> str:
    return f"{KIND}:{window.day.isoformat()}:{teacher}"


def _without_one(window: Window) -> list[User]:
    concerned = Q(courses_taught__in=_sessions(window).values("course")) | Q(
        courses_taught__in=_new_appeals(window).values("record__session__course")
    )
    teachers = User.objects.filter(concerned, is_active=True).exclude(email="").distinct()
    teachers = teachers.exclude(pk__in=MailOptOut.objects.filter(kind=KIND).values("person"))
    keys = {_key(window, teacher.pk): teacher for teacher in teachers}
    known = set(OutgoingMail.objects.filter(key__in=list(keys)).values_list("key", flat=True))
    return [teacher for key, teacher in keys.items() if key not in known]


def _sessions(window: Window) -> QuerySet[ClassSession]:
    recent = ClassSession.objects.filter(starts_at__gt=window.since - LONGEST)  # by an index: asked every minute
    return recent.filter(state=ClassSession.State.CLOSED, closed_at__gt=window.since, closed_at__lte=window.until)


def _new_appeals(window: Window) -> QuerySet[Appeal]:
    return Appeal.objects.filter(answered_at=None, made_at__gt=window.since, made_at__lte=window.until)


# --- the text -----------------------------------------------------------------------------------


def letter(facts: Facts) -> placeholders.Words | None:
    """As it is now: what was corrected since is corrected here. None when there was nothing."""
    teacher, window = User.objects.filter(pk=facts["teacher"]).first(), window_of(date.fromisoformat(facts["day"]))
    if teacher is None:
        return None
    mine = _sessions(window).filter(course__teachers=teacher).select_related("course").order_by("starts_at", "pk")
    lines = [line for session in mine for line in _lines(session)]
    if not lines and not _new_appeals(window).filter(record__session__course__teachers=teacher).exists():
        return None
    return {
        "name": teacher.get_full_name(),
        "date": date_format(window.day),
        "sessions": lines or [_("No session was closed.")],
        "waiting": _waiting(teacher),
        "link": placeholders.link("attendance:review"),
    }


def _lines(session: ClassSession) -> list[str]:
    words, counts = placeholders.meeting(session), state.counts(session)
    told = [f"{counts[status]} {LABELS[status].lower()}" for status in ORDER if counts[status]]
    head = f"{words['time']} {words['course']} {words['title']}: {', '.join(told) or _('no one was expected')}"
    unverified = session.records.filter(status=Status.UNVERIFIED).select_related("person")
    names = [record.person.get_full_name() for record in unverified[:NAMED]]
    if len(names) < counts[Status.UNVERIFIED]:
        names.append(_more(counts[Status.UNVERIFIED] - len(names)))
    return [head, _("- unverified: %(names)s") % {"names": ", ".join(names)}] if names else [head]


def _more(number: int) -> str:
    return ngettext("%(n)d more", "%(n)d more", number) % {"n": number}


def _waiting(teacher: User) -> str:
    doubts = Doubt.objects.filter(resolved_at=None, session__course__teachers=teacher).count()
    appeals = Appeal.objects.filter(answered_at=None, record__session__course__teachers=teacher).count()
    faces = numbered(ngettext("%d uncertain face", "%d uncertain faces", doubts), doubts)
    questions = numbered(ngettext("%d appeal", "%d appeals", appeals), appeals)
    if doubts and appeals:
        return _("Waiting for your answer: %(faces)s and %(appeals)s.") % {"faces": faces, "appeals": questions}
    if doubts or appeals:
        return _("Waiting for your answer: %(what)s.") % {"what": faces if doubts else questions}
    return _("Nothing is waiting for your answer.")
