"""The feed itself, and the page on which its person makes, changes or ends its address."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date, quote_etag
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe

from accounts.identity.signed_in import asker
from attendance.models import CalendarFeed
from attendance.rules.guards import signed_in
from attendance.sessions.calendars import feeds
from attendance.sessions.calendars.events import events_of
from attendance.sessions.calendars.ics import calendar, digest_of


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponseBase:
    """For calendars, which sign in nowhere. What does not open is not there."""
    found = feeds.find(token)
    if found is None:
        raise Http404
    events, name = events_of(found.person), _name(found)
    digest = digest_of(events, name)
    changed = feeds.note_content(found, digest)
    feeds.note_fetch(found)
    etag, modified = quote_etag(digest[:32]), int(changed.timestamp())
    answer = get_conditional_response(request, etag=etag, last_modified=modified)
    if answer is None:
        answer = HttpResponse(calendar(events, name, changed), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="attendance.ics"'
    answer["ETag"], answer["Last-Modified"] = etag, http_date(modified)
    answer["Cache-Control"] = "private, no-cache"  # kept, and asked about each time
    answer["Referrer-Policy"] = "no-referrer"
    return answer


def _name(found: CalendarFeed) -> str:
    return f"{settings.SITE_NAME}: {found.person.get_full_name()}"


# --- the person's page --------------------------------------------------------------------------


@require_GET
@never_cache
@signed_in
def mine(request: HttpRequest) -> HttpResponse:
    found = feeds.feed_of(asker(request))
    context: dict[str, Any] = {"feed": found, "coming": len(events_of(asker(request)))}
    if found is not None:
        # Where the site is, not what this request calls it: a calendar asks there for years.
        address = settings.SITE_URL + reverse("attendance:calendar_feed", args=[feeds.token_of(found)])
        context |= {"address": address, "webcal": "webcal:" + address.partition(":")[2]}
    return render(request, "attendance/calendars/mine.html", context)


@require_POST
@signed_in
def renew(request: HttpRequest) -> HttpResponse:
    had_one = feeds.feed_of(asker(request)) is not None
    feeds.renew(asker(request))
    words = (
        _("Your new address is ready. The old one no longer works.")
        if had_one
        else _("Your calendar address is ready.")
    )
    messages.success(request, words)
    return redirect("attendance:calendar")


@require_POST
@signed_in
def end(request: HttpRequest) -> HttpResponse:
    feeds.end(asker(request))
    messages.success(request, _("Your calendar address no longer works."))
    return redirect("attendance:calendar")
