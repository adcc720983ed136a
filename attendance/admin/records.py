"""What sessions say of people, and the roll it is derived from. Read here; corrected with a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.identity.signed_in import asker
from attendance.admin.row_actions import ask, sent, try_it
from attendance.models import SETTABLE, AttendanceRecord, ClassSession, RollEntry
from attendance.records import corrections
from attendance.rules.labels import NOTES
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsRead

WHY = ("by", "reason")
PERSON = ("person__id_number", "person__first_name", "person__last_name")


class OneSession(admin.SimpleListFilter):
    """Through the link on a session's page: a list of all of them would be no filter."""

    title = gettext_lazy("session")
    parameter_name = "session"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        number = request.GET.get("session", "")
        chosen = ClassSession.objects.select_related("course").filter(pk=number if number.isdecimal() else 0)
        return [(number, str(chosen.first() or _("none")))] if number else []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        number = self.value()
        return queryset.filter(session=number if number.isdecimal() else 0) if number else queryset


class CorrectionForm(forms.Form):
    status = forms.ChoiceField(label=gettext_lazy("New status"), choices=SETTABLE)
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("The person can read it. It is kept in the history."),
    )


@admin.register(AttendanceRecord)
class RecordAdmin(AdministratorsRead, OnlyItsFilters):
    change_form_template = "admin/attendance/attendancerecord/change_form.html"
    list_display = ("person", "course", "session_start", "status", "first_seen", "last_seen", "by_hand", "correct_it")
    list_filter = ("status", "corrected", "session__course__department", "session__course", OneSession)
    list_select_related = ("person", "session__course")
    list_per_page = 50
    search_fields = (*PERSON, "session__course__code")
    search_help_text = gettext_lazy("Name, id number or course")
    date_hierarchy = "session__starts_at"
    ordering = ("-session__starts_at", "person__last_name", "person__first_name")
    show_full_result_count = False
    actions = None
    fields = (
        "person",
        "session",
        "status",
        "first_seen",
        "last_seen",
        "sightings",
        "confidence",
        "source",
        "liveness",
        "life",
        "why",
        "was_corrected",
        "history",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("course"), ordering="session__course__code")
    def course(self, record: AttendanceRecord) -> str:
        return record.session.course.code

    @admin.display(description=gettext_lazy("session"), ordering="session__starts_at")
    def session_start(self, record: AttendanceRecord) -> str:
        return date_format(timezone.localtime(record.session.starts_at), "DATETIME_FORMAT")

    @admin.display(description=gettext_lazy("corrected"))
    def was_corrected(self, record: AttendanceRecord) -> str:
        return _("yes") if record.corrected else _("no")

    @admin.display(description=gettext_lazy("why"))
    def why(self, record: AttendanceRecord) -> str:
        return str(NOTES.get(record.note, "")) or "–"

    @admin.display(description=gettext_lazy("by hand"), ordering="corrected")
    def by_hand(self, record: AttendanceRecord) -> SafeString | str:
        return format_html('<span class="badge info">{}</span>', _("corrected")) if record.corrected else ""

    @admin.display(description=gettext_lazy("correct"))
    def correct_it(self, record: AttendanceRecord) -> SafeString:
        url = reverse("admin:attendance_attendancerecord_correct", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, _("Correct"))

    @admin.display(description=gettext_lazy("history"))
    def history(self, record: AttendanceRecord) -> SafeString | str:
        lines = ((_line(entry),) for entry in corrections.history(record))
        return format_html_join("", "{}<br>", lines) or "–"

    # --- correcting -------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.correct)
        return [path("<int:pk>/correct/", view, name="attendance_attendancerecord_correct"), *super().get_urls()]

    def correct(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = get_object_or_404(AttendanceRecord.objects.select_related("person", "session__course"), pk=pk)
        back = reverse("admin:attendance_attendancerecord_change", args=[pk])
        form = CorrectionForm(sent(request), initial={"status": record.status})
        if form.is_valid() and try_it(form, lambda: self._correct(request, record, form)):
            messages.success(request, _("The status of %s was corrected.") % record.person.get_full_name())
            return redirect(back)
        explain = _("%(person)s, %(session)s: %(status)s.") % {
            "person": record.person.get_full_name(),
            "session": record.session,
            "status": record.get_status_display(),
        }
        words = {"title": _("Correct a record"), "button": _("Correct"), "explain": explain}
        return ask(self, request, form, row=record, back=back, **words)

    def _correct(self, request: HttpRequest, record: AttendanceRecord, form: CorrectionForm) -> None:
        how = {"by": asker(request), "reason": form.cleaned_data["reason"]}
        corrections.correct(record.session, record.person, form.cleaned_data["status"], **how)


def _line(entry: RollEntry) -> str:
    """When, what, by which source, and for a correction to what, by whom and why."""
    when = f"{timezone.localtime(entry.at):%Y-%m-%d %H:%M:%S}"
    said = f"{when} {entry.get_kind_display()} ({entry.get_source_display()})"
    if entry.kind != RollEntry.Kind.CORRECTED:
        return said
    return f"{said}: {entry.status}, {entry.by or '–'}: {entry.reason}"


@admin.register(RollEntry)
class RollEntryAdmin(AdministratorsRead, OnlyItsFilters):
    list_display = ("at", "session", "kind", "person", "source", "station", "status", "confidence", "liveness", "by")
    list_filter = ("kind", "source", "session__course", OneSession)
    list_select_related = ("session__course", "person", "by")
    search_fields = (*PERSON, "station")
    date_hierarchy = "at"
    ordering = ("-pk",)
    show_full_result_count = False
    actions = None
    fields = (
        "at",
        "noted_at",
        "session",
        "kind",
        "person",
        "source",
        "station",
        "status",
        "confidence",
        "liveness",
        "life",
        "by",
        "reason",
    )
    readonly_fields = fields
