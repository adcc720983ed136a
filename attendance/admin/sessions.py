"""Sessions: looked at, opened, closed, cancelled and derived again through the rules. Only the note is written here."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy, pgettext_lazy

from accounts.identity.signed_in import asker
from accounts.models import User
from attendance.admin.row_actions import do_to_each
from attendance.models import ClassSession
from attendance.roll import coverage
from attendance.rules.statuses import ATTENDED
from attendance.sessions import sessions, timetable
from config.errors import Refused
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly

FACTS = (
    "course",
    "starts_at",
    "ends_at",
    "state",
    "where",
    "opened",
    "closed",
    "attendance",
    "strangers",
    "gaps",
    "sightings_kept",
)


class ExtraSessionForm(forms.ModelForm):
    """One more meeting, outside the timetable."""

    class Meta:
        model = ClassSession
        fields = ("course", "starts_at", "ends_at")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if {"course", "starts_at", "ends_at"} <= cleaned.keys():
            try:
                timetable.refuse_session(cleaned["course"], cleaned["starts_at"], cleaned["ends_at"])
            except Refused as refusal:
                raise forms.ValidationError(refusal.message, code=refusal.code) from refusal
        return cleaned


@admin.register(ClassSession)
class SessionAdmin(AdministratorsOnly, OnlyItsFilters):
    change_form_template = "admin/attendance/classsession/change_form.html"
    list_display = ("starts_at", "course", "state", "attendance", "strangers", "open_doubts", "watched")
    list_filter = ("state", "course__department", "course")
    list_select_related = ("course",)
    list_per_page = 50
    search_fields = ("course__code", "course__title")
    date_hierarchy = "starts_at"
    autocomplete_fields = ("course",)
    actions = ("open_them", "close_them", "cancel_them", "recompute_them")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ClassSession]:
        there = Count("records", filter=Q(records__status__in=ATTENDED), distinct=True)
        unsure = Count("doubts", filter=Q(doubts__resolved_at=None), distinct=True)
        rows = super().get_queryset(request).prefetch_related("coverage")
        return rows.annotate(there=there, expected=Count("records", distinct=True), unsure=unsure)

    def get_form(self, request: HttpRequest, obj: ClassSession | None = None, change: bool = False, **how: Any) -> Any:
        return super().get_form(request, obj, change, **({} if obj else {"form": ExtraSessionForm}), **how)

    def get_fields(self, request: HttpRequest, obj: ClassSession | None = None) -> tuple[str, ...]:
        return (*FACTS, "note") if obj else ("course", "starts_at", "ends_at")

    def get_readonly_fields(self, request: HttpRequest, obj: ClassSession | None = None) -> tuple[str, ...]:
        return FACTS if obj else ()

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # a meeting that does not take place is cancelled; a roll that was kept stays

    def save_model(self, request: HttpRequest, obj: ClassSession, form: Any, change: bool) -> None:
        if change:
            obj.save(update_fields=["note"])
            return
        made = timetable.add_session(obj.course, obj.starts_at, obj.ends_at)
        obj.__dict__.update(made.__dict__)  # the admin goes on with the row that stands

    # --- what is shown ----------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("present"))
    def attendance(self, session: Any) -> str:
        return f"{session.there} / {session.expected}" if session.expected else "–"

    @admin.display(description=gettext_lazy("open questions"), ordering="unsure")
    def open_doubts(self, session: Any) -> int:
        return int(session.unsure)

    @admin.display(description=gettext_lazy("watched by a camera"))
    def watched(self, session: ClassSession) -> str:
        """Of sessions that are over."""
        share = coverage.share(session, session.effective_end) if session.is_closed else None
        return "–" if share is None else f"{share:.0%}"

    @admin.display(description=gettext_lazy("stations"))
    def where(self, session: ClassSession) -> str:
        return ", ".join(station.name for station in session.stations.all()) or "–"

    @admin.display(description=gettext_lazy("opened"))
    def opened(self, session: ClassSession) -> str:
        return _when_and_who(session.opened_at, session.opened_by)

    @admin.display(description=pgettext_lazy("session, when", "closed"))
    def closed(self, session: ClassSession) -> str:
        return _when_and_who(session.closed_at, session.closed_by)

    @admin.display(description=gettext_lazy("long camera gaps"))
    def gaps(self, session: ClassSession) -> str:
        found = coverage.long_gaps(session, session.effective_end) if session.is_closed else []
        return ", ".join(f"{_clock(gap.began)}–{_clock(gap.ended)}" for gap in found) or "–"

    @admin.display(description=gettext_lazy("individual sightings"))
    def sightings_kept(self, session: ClassSession) -> str:
        return _("deleted after the retention period") if session.forgotten_at else _("kept")

    # --- what is done -----------------------------------------------------------------------------

    @admin.action(description=gettext_lazy("Open now"), permissions=["change"])
    def open_them(self, request: HttpRequest, queryset: QuerySet[ClassSession]) -> None:
        done = ngettext_lazy("%(n)d session is open.", "%(n)d sessions are open.", "n")
        do_to_each(request, queryset, lambda session: sessions.open_session(session, by=asker(request)), done)

    @admin.action(description=gettext_lazy("Close now"), permissions=["change"])
    def close_them(self, request: HttpRequest, queryset: QuerySet[ClassSession]) -> None:
        done = ngettext_lazy("%(n)d session is closed.", "%(n)d sessions are closed.", "n")
        do_to_each(request, queryset, lambda session: sessions.close_session(session, by=asker(request)), done)

    @admin.action(description=gettext_lazy("Cancel: the session does not take place"), permissions=["change"])
    def cancel_them(self, request: HttpRequest, queryset: QuerySet[ClassSession]) -> None:
        done = ngettext_lazy("%(n)d session is cancelled.", "%(n)d sessions are cancelled.", "n")
        do_to_each(request, queryset, lambda session: sessions.cancel(session, by=asker(request)), done)

    @admin.action(description=gettext_lazy("Recalculate the records"), permissions=["change"])
    def recompute_them(self, request: HttpRequest, queryset: QuerySet[ClassSession]) -> None:
        done = ngettext_lazy(
            "The records of %(n)d session were recalculated.", "The records of %(n)d sessions were recalculated.", "n"
        )
        do_to_each(request, queryset, sessions.recompute, done)


def _when_and_who(at: datetime | None, by: User | None) -> str:
    if at is None:
        return "–"
    return f"{date_format(timezone.localtime(at), 'DATETIME_FORMAT')}, {by or _('automatically')}"


def _clock(at: datetime) -> str:
    return f"{timezone.localtime(at):%H:%M}"
