"""The morning report: what happened in the unstaffed hours of the last day. A job writes it, once for each morning."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mail import outbox
from accounts.mail.kinds import Context
from accounts.mail.outbox import Letter
from library.circulation.policy import site_zone
from library.kiosk.help import staffing
from library.kiosk.help.letters import staff
from library.models import CirculationEvent, ExitPass, HelpRequest, UnstaffedReport, Visit
from library.rules import unstaffed

A_DAY = timedelta(days=1)
LATE = timedelta(hours=12)  # after which a morning that a clock has missed is no longer reported
Kind = CirculationEvent.Kind
COUNTED = (Kind.ENTERED, Kind.LEFT, Kind.LOANED, Kind.RETURNED, Kind.REFUSED, Kind.ALARM, Kind.HELP_WANTED)
Spans = list[tuple[datetime, datetime]]


def write(now: datetime) -> UnstaffedReport | None:
    """Job of the clock, safe to repeat. None when there is nothing to report, or it was reported already."""
    kept = staffing.row()
    until = datetime.combine(timezone.localdate(now), kept.report_at, site_zone())
    if not until <= now < until + LATE or UnstaffedReport.objects.filter(day=timezone.localdate(now)).exists():
        return None
    spans = unstaffed.within(kept.hours, until - A_DAY, until, site_zone())
    return _written(timezone.localdate(now), until, spans) if spans else None


def _written(day: date, until: datetime, spans: Spans) -> UnstaffedReport | None:
    try:
        with transaction.atomic():
            report = UnstaffedReport.objects.create(
                day=day,
                since=until - A_DAY,
                until=until,
                spans=[[begin.isoformat(), end.isoformat()] for begin, end in spans],
                numbers=counted(spans),
            )
            outbox.enqueue_all("library.unstaffed", list(_letters(report)))
    except IntegrityError:  # another process was faster
        return None
    return report


def counted(spans: Spans) -> dict[str, int]:
    """By the kind of what happened; `inside`: who is still there now."""
    rows = CirculationEvent.objects.filter(in_spans(spans, "at"), kind__in=COUNTED).order_by().values_list("kind")
    found = dict.fromkeys(map(str, COUNTED), 0) | dict(rows.annotate(Count("pk")))
    found["gates"] = gates(spans).count()
    found["inside"] = Visit.objects.filter(open_slot=1).count()
    return found


def in_spans(spans: Spans, field: str) -> Q:
    wanted = Q(pk=None)
    for begin, end in spans:
        wanted |= Q(**{f"{field}__gte": begin, f"{field}__lt": end})
    return wanted


def gates(spans: Spans) -> QuerySet[ExitPass]:
    """Gates that did not open for a person who was allowed out."""
    return ExitPass.objects.filter(in_spans(spans, "decided_at"), allowed=True, gate_answer__startswith="failed")


def spans_of(report: UnstaffedReport) -> Spans:
    return [(datetime.fromisoformat(begin), datetime.fromisoformat(end)) for begin, end in report.spans]


def help_wanted(report: UnstaffedReport) -> QuerySet[HelpRequest]:
    return HelpRequest.objects.filter(in_spans(spans_of(report), "at")).select_related("person").order_by("at")


def refusals(report: UnstaffedReport) -> QuerySet[CirculationEvent]:
    rows = CirculationEvent.objects.filter(in_spans(spans_of(report), "at"), kind=Kind.REFUSED)
    return rows.select_related("person", "copy__title").order_by("at", "pk")


# --- in words -------------------------------------------------------------------------------------


def labels() -> dict[str, str]:
    return {
        "entered": _("Entries"),
        "left": _("Exits"),
        "loaned": _("Loans"),
        "returned": _("Returns"),
        "refused": _("Refusals"),
        "alarm": _("Gate alarms"),
        "help_wanted": _("Calls for help"),
        "gates": _("Gates that did not open"),
        "inside": _("Still inside"),
    }


def lines(report: UnstaffedReport) -> list[tuple[str, int]]:
    return [(label, report.numbers.get(name, 0)) for name, label in labels().items()]


def _letters(report: UnstaffedReport) -> Iterable[Letter]:
    for one in staff():
        yield Letter(f"library.unstaffed:{report.day}:{one.pk}", words_of(report), one)


def words_of(report: UnstaffedReport) -> Context:
    """Numbers and no names: who it was is on the page."""
    return {
        "date": date_format(report.day),
        "numbers": [f"{label}: {number}" for label, number in lines(report)],
        "link": settings.SITE_URL + reverse("library:unstaffed"),
    }
