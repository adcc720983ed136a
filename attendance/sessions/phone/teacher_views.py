"""What a teacher does about marking by phone: rules of the course, on and off, and the code on the board."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.identity.signed_in import asker
from attendance.models import PhoneRules
from attendance.rules.guards import course_of, for_roll_keepers, sent, session_of
from attendance.sessions.phone import board_code, codes
from attendance.sessions.phone.forms import PhoneRulesForm
from attendance.sessions.views.courses import head
from config.errors import Refused


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def rules(request: HttpRequest, code: str) -> HttpResponse:
    course = course_of(request, code)
    found = PhoneRules.objects.filter(course=course).first() or PhoneRules(course=course)
    form = PhoneRulesForm(sent(request), instance=found)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The rules for marking by phone were saved."))
        return redirect("attendance:phone_rules", code)
    context = head(course) | {"tab": "phone", "form": form}
    return render(request, "attendance/phone/rules.html", context, status=400 if form.errors else 200)


@require_POST
@for_roll_keepers
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    """The board that follows shows whether it is on. What is refused is said on the page of the session."""
    session, on = session_of(request, pk), request.POST.get("on") == "yes"
    try:
        codes.switch(session, on=on, by=asker(request))
    except Refused as refusal:
        messages.error(request, refusal.message)
        return redirect("attendance:session", pk)
    return redirect("attendance:board", pk)


@require_GET
@for_roll_keepers
def code(request: HttpRequest, pk: int) -> HttpResponse:
    """The code of this moment, as the board draws it. A refusal tells the board to hide it."""
    session = session_of(request, pk)
    try:
        return JsonResponse(board_code.now(session))
    except Refused as refusal:
        return JsonResponse(refusal.as_dict(), status=refusal.status)
