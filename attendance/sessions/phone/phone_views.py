"""What a phone opens: the page behind the code, which reads it; the claim; and the one button."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from attendance.models import ClassSession
from attendance.rules.guards import signed_in
from attendance.sessions.phone import codes, cookies, marking
from attendance.sessions.phone.cookies import Ticket
from attendance.sessions.phone.forms import WhereForm
from config.errors import Refused
from config.web import throttle
from config.web.client_address import address_of, place_of
from config.web.permissions_policy import with_location

A_MINUTE = 60
FROM_ONE_PLACE, BY_ONE_PERSON = 600, 12  # a minute: a lecture hall has one address; a person presses twice


@require_GET
@never_cache
def scanned(request: HttpRequest, pk: int) -> HttpResponse:
    """Says nothing of the session: a script sends the code that stands after the `#`."""
    return render(request, "attendance/phone/scanned.html", {"pk": pk})


@require_POST
@never_cache
@sensitive_post_parameters("code")
def claim(request: HttpRequest, pk: int) -> HttpResponse:
    """A good code gives the phone three minutes to sign in and press the button."""
    try:
        session, at = _claimed(request, pk), timezone.now()
    except Refused as refusal:
        return _said_no(request, refusal)
    response = redirect("attendance:phone_button")
    cookies.give(request, response, session, at)
    return response


def _claimed(request: HttpRequest, pk: int) -> ClassSession:
    _limit(f"phone-claim:{place_of(request)}", FROM_ONE_PLACE)
    session = ClassSession.objects.filter(pk=pk).first()
    code = request.POST.get("code", "")[:64]
    if session is None or not codes.is_fresh(session, code, timezone.now(), codes.rules_of(session).every):
        raise Refused("old_code", _("This code is no longer valid. Scan the one that the board shows now."), status=410)
    return session


@require_http_methods(["GET", "POST"])
@never_cache
@with_location
@signed_in
def button(request: HttpRequest) -> HttpResponse:
    """Who is marked where, and one button; pressed, what came of it."""
    ticket = cookies.ticket_of(request)
    session = ClassSession.objects.select_related("course").filter(pk=ticket.session if ticket else 0).first()
    try:
        if ticket is None or session is None:
            raise Refused("no_ticket", _("Scan the code on the board first."), status=410)
        context = {"session": session, "asks_place": codes.rules_of(session).asks_place}
        if request.method == "POST":
            context["marked"] = _marked(request, ticket)
    except Refused as refusal:
        return _said_no(request, refusal)
    return render(request, "attendance/phone/button.html", context)


def _marked(request: HttpRequest, ticket: Ticket) -> marking.Marked:
    _limit(f"phone-mark:{asker(request).pk}", BY_ONE_PERSON)
    where = marking.Whereabouts(address_of(request), WhereForm(request.POST).place)
    return marking.mark(ticket, asker(request), where)


def _limit(key: str, most: int) -> None:
    if throttle.count(key, window=A_MINUTE) > most:
        words = _("There were too many attempts. Wait a minute, then scan again.")
        raise Refused("too_many_attempts", words, status=429)


def _said_no(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "attendance/phone/refused.html", {"refusal": refusal}, status=refusal.status)
