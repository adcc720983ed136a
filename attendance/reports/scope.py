"""Which rows a report is made of: closed sessions of the period, and of these only what the reader may see."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from attendance.models import AttendanceRecord, ClassSession, Course, Enrollment
from attendance.reports.queries import ReportKind, Wanted
from attendance.rules.arrivals import limits_of
from attendance.rules.statuses import Status
from attendance.rules.visibility import courses_for, records_for

Reader = User | None  # None: anyone who runs a command on the server itself, and may see everything

FIRST_PAGE, PAGE = 10, 200  # sessions asked for at once; few at first, so that a file begins soon
PACK = 2_000  # records held in memory at once; a larger roll comes alone


def records(wanted: Wanted, by: Reader) -> QuerySet[AttendanceRecord]:
    """In no order. What no one knows yet is left out: a closed session has a status for everyone."""
    visible = AttendanceRecord.objects.all() if by is None else records_for(by)
    period = Q(session__starts_at__gte=wanted.began, session__starts_at__lt=wanted.ended)
    found = visible.filter(period, session__state=ClassSession.State.CLOSED).exclude(status=Status.EXPECTED)
    if wanted.kind == ReportKind.PREMISES:
        found = found.filter(session__course__kind=Course.Kind.PREMISES)
    if wanted.kind == ReportKind.SESSIONS and by is not None:
        found = found.filter(session__course__in=courses_for(by))
    if wanted.course:
        found = found.filter(session__course=wanted.course)
    if wanted.status and wanted.kind == ReportKind.RECORDS:
        found = found.filter(status=wanted.status)
    if wanted.course_kind:
        found = found.filter(session__course__kind=wanted.course_kind)
    if wanted.narrows_hours:
        found = found.filter(session__starts_at__in=_starts(wanted))
    return found.filter(_about(wanted, "session__course")).order_by()


def sessions(wanted: Wanted, by: Reader) -> QuerySet[ClassSession]:
    """Closed sessions of the period, oldest first. Those without people are there too, unless people were chosen."""
    found = ClassSession.objects.filter(
        state=ClassSession.State.CLOSED, starts_at__gte=wanted.began, starts_at__lt=wanted.ended
    )
    if by is not None and not by.is_administrator:
        mine = Exists(AttendanceRecord.objects.filter(session=OuterRef("pk"), person=by))
        kept = Q(course__in=courses_for(by))
        found = found.filter(kept if wanted.kind == ReportKind.SESSIONS else kept | mine)
    if wanted.course:
        found = found.filter(course=wanted.course)
    if wanted.course_kind:
        found = found.filter(course__kind=wanted.course_kind)
    if wanted.narrows_hours:
        found = found.filter(starts_at__in=_starts(wanted))
    if wanted.narrows_people:
        found = found.filter(Exists(_records_in_it(wanted)))
    return found.select_related("course").order_by("starts_at", "pk")


def _records_in_it(wanted: Wanted) -> QuerySet[AttendanceRecord]:
    status = Q(status=wanted.status) if wanted.status else Q()
    return AttendanceRecord.objects.filter(_about(wanted, "session__course"), status, session=OuterRef("pk"))


def _about(wanted: Wanted, course: str) -> Q:
    """The people whom the report is about."""
    about = Q()
    if wanted.person:
        about &= Q(person=wanted.person)
    if wanted.department:
        about &= Q(person__department=wanted.department)
    if wanted.group:
        member = Enrollment.objects.filter(course=OuterRef(course), person=OuterRef("person"), group=wanted.group)
        about &= Q(Exists(member))
    return about & _arrived(wanted)


def _arrived(wanted: Wanted) -> Q:
    if wanted.arrival is None:
        return Q()
    first, last = limits_of(wanted.arrival)
    arrived = Q(first_seen__isnull=False)
    if first is not None:
        arrived &= Q(first_seen__gte=F("session__starts_at") + first)
    if last is not None:
        arrived &= Q(first_seen__lt=F("session__starts_at") + last)
    return arrived


def _starts(wanted: Wanted) -> list[datetime]:
    """When sessions of this weekday and hour began, by the site's clock. Not every database knows its time zone."""
    held = ClassSession.objects.filter(
        state=ClassSession.State.CLOSED, starts_at__gte=wanted.began, starts_at__lt=wanted.ended
    )
    if wanted.course:
        held = held.filter(course=wanted.course)
    starts = held.order_by().values_list("starts_at", flat=True).distinct()
    return [at for at in starts if _is_within(timezone.localtime(at), wanted)]


def _is_within(at: datetime, wanted: Wanted) -> bool:
    return wanted.weekday in (None, at.weekday()) and wanted.hour in (None, at.hour)


# --- in pieces ----------------------------------------------------------------------------------


def pages(found: QuerySet[ClassSession]) -> Iterator[list[ClassSession]]:
    """Sessions in order, up to PAGE at a time.

    By key: an offset would count from the start again for each page, and MySQL's driver loads the whole of a cursor.
    """
    size, page = FIRST_PAGE, list(found[:FIRST_PAGE])
    while page:
        yield page
        if len(page) < size:
            return
        last, size = page[-1], PAGE
        behind = Q(starts_at__gt=last.starts_at) | Q(starts_at=last.starts_at, pk__gt=last.pk)
        page = list(found.filter(behind, starts_at__gte=last.starts_at)[:PAGE])


def packs(wanted: Wanted, by: Reader) -> Iterator[list[ClassSession]]:
    """Sessions in order, so many at a time that their records fit into memory well."""
    found = records(wanted, by)
    for page in pages(sessions(wanted, by)):
        sizes = dict(found.filter(session__in=page).values_list("session").annotate(Count("pk")))
        yield from packed(page, sizes)


def packed(page: Iterable[ClassSession], sizes: Mapping[int, int]) -> Iterator[list[ClassSession]]:
    pack: list[ClassSession] = []
    room = PACK
    for session in page:
        size = sizes.get(session.pk, 0)
        if pack and size > room:
            yield pack
            pack, room = [], PACK
        pack.append(session)
        room -= size
    if pack:
        yield pack
