"""The page on which administrators upload a calendar of holidays."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from accounts.identity.signed_in import asker
from accounts.models import Department
from attendance.models import ClosedDay
from attendance.rules.guards import for_roll_keepers, sent
from attendance.sessions.calendars.holidays import MOST_BYTES, Imported, import_days
from config.errors import Refused


class HolidaysForm(forms.Form):
    file = forms.FileField(
        label=gettext_lazy("Calendar file"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".ics,text/calendar"}),
        help_text=gettext_lazy("An iCalendar file (.ics). Each all-day event closes its days."),
    )
    department = forms.ModelChoiceField(
        Department.objects.all(),
        label=gettext_lazy("Department"),
        required=False,
        empty_label=gettext_lazy("All departments"),
    )


@require_http_methods(["GET", "POST"])
@for_roll_keepers
def holidays(request: HttpRequest) -> HttpResponse:
    if not asker(request).is_administrator:
        raise PermissionDenied
    form = HolidaysForm(sent(request), request.FILES or None)
    if request.method == "POST" and form.is_valid() and _imported(request, form):
        return redirect("attendance:holidays")
    ahead = ClosedDay.objects.filter(day__gte=timezone.localdate()).select_related("department").order_by("day")
    context = {"form": form, "days": ahead[:200]}
    return render(request, "attendance/holidays.html", context, status=400 if form.errors else 200)


def _imported(request: HttpRequest, form: HolidaysForm) -> bool:
    given = form.cleaned_data
    try:
        done = import_days(given["file"].read(MOST_BYTES + 1), given["department"], by=asker(request))
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, " ".join(_said(done)))
    return True


def _said(done: Imported) -> list[str]:
    closed = ngettext("%(n)d day was closed.", "%(n)d days were closed.", done.closed) % {"n": done.closed}
    known = ngettext("%(n)d day was closed before.", "%(n)d days were closed before.", done.known) % {"n": done.known}
    words = ngettext(
        "%(n)d event was left out, because it has hours, repeats, or lasts too long.",
        "%(n)d events were left out, because they have hours, repeat, or last too long.",
        done.skipped,
    )
    skipped = words % {"n": done.skipped}
    return [closed, *([known] if done.known else []), *([skipped] if done.skipped else [])]
