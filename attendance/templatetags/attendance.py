"""How a status, a person and a time look on every attendance page."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import template
from django.core.paginator import Page
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from attendance.models import STATUS_CHOICES, AttendanceRecord, Course, Doubt
from attendance.roll.review_queue import Waiting, waiting_for
from attendance.rules.clock_words import end_words
from attendance.rules.half_days import HalfDay
from attendance.rules.labels import SURENESS
from attendance.rules.statuses import Status, sureness

register = template.Library()

# Colour is never alone: each status also has an icon of its own, and its word.
TONES: dict[str, str] = {
    Status.PRESENT: "success",
    Status.LATE: "warning",
    Status.LEFT_EARLY: "warning",
    Status.ABSENT: "error",
    Status.EXCUSED: "info",
    HalfDay.PARTLY: "warning",
}
LABELS = dict(STATUS_CHOICES)


@register.inclusion_tag("attendance/_status.html")
def status(code: str, number: int | None = None, label: str | None = None) -> dict[str, Any]:
    """`label`: the institution's own word, where there is one."""
    return {"code": code, "tone": tone(code), "label": label or LABELS.get(code, code), "number": number}


@register.simple_tag(name="waiting_for")
def waiting(user: User) -> Waiting:
    return waiting_for(user)


@register.simple_tag
def station_names() -> dict[str, str]:
    """What people call each station. A roll entry keeps only its short name, which outlives the station."""
    stations: Any = Course._meta.get_field("stations").related_model
    return dict(stations.objects.values_list("slug", "name"))


@register.filter
def sure(confidence: float) -> str:
    """In words; `confidence` is 0-1."""
    return str(SURENESS[sureness(confidence)])


@register.filter
def among(slug: str, names: dict[str, str]) -> str:
    return names.get(slug, slug)


@register.filter
def tone(code: str) -> str:
    return TONES.get(code, "")


@register.filter
def status_label(code: str) -> str:
    return str(LABELS.get(code, code))


@register.filter
def names_of_others(doubt: Doubt) -> str:
    """Who else was marked with the same phone, for the teacher who decides."""
    people = User.objects.filter(pk__in=doubt.detail.get("others", []))
    return ", ".join(person.get_full_name() for person in people) or _("another person")


@register.filter
def initials(person: User) -> str:
    return (person.first_name[:1] + person.last_name[:1]).upper()


@register.filter
def clock(at: datetime | None) -> str:
    """Hours and minutes in the site's own zone; a dash when there is no such moment."""
    return f"{timezone.localtime(at):%H:%M}" if at else "–"


@register.filter
def until(start: datetime, end: datetime) -> str:
    """When it ended, and that it was on the next day."""
    return end_words(start, end)


@register.filter
def seen(record: AttendanceRecord) -> str:
    """From the first to the last sighting, or the one moment when they are the same."""
    first, last = clock(record.first_seen), clock(record.last_seen)
    return first if first == last else f"{first}–{last}"


@register.filter
def percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0f}\N{NARROW NO-BREAK SPACE}%"


@register.filter
def hours(length: timedelta) -> str:
    """Such as 7:45 h."""
    minutes = round(length.total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02} h"


@register.inclusion_tag("_pages.html", takes_context=True)
def pages(context: dict[str, Any], page: Page) -> dict[str, Any]:
    """Links to the page before and after, with the filter of this one."""
    query = context["request"].GET.copy()
    query.pop("page", None)
    return {"page": page, "query": query.urlencode()}
