"""Courses with their timetable and roster. Saving one plans its sessions at once."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, ngettext_lazy

from accounts.identity.signed_in import asker
from attendance.admin.course_forms import (
    MOST_IN_LINE,
    CourseForm,
    EnrolmentForm,
    EnrolmentFormSet,
    TimetableFormSet,
)
from attendance.models import Course, Enrollment, TimetableRule
from attendance.roll import erasure
from attendance.sessions import enrolments, timetable, timetable_changes
from config.web.admin.bulk import BulkAct, ask_then_do
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly, DeletesWhole


class TimetableInline(AdministratorsOnly, admin.TabularInline):
    model = TimetableRule
    formset = TimetableFormSet
    extra = 0
    fields = ("weekday", "starts", "ends", "first_day", "last_day", "interval", "group")


class EnrolmentInline(AdministratorsOnly, admin.TabularInline):
    model = Enrollment
    form = EnrolmentForm
    formset = EnrolmentFormSet
    extra = 0
    fields = ("person", "group", "since", "until")
    autocomplete_fields = ("person",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrollment]:
        return super().get_queryset(request).select_related("person", "course")


@admin.register(Course)
class CourseAdmin(DeletesWhole, AdministratorsOnly, OnlyItsFilters):
    form = CourseForm
    change_form_template = "admin/attendance/course/change_form.html"
    list_display = ("code", "title", "kind", "department", "taught_by", "enrolled", "active")
    list_display_links = ("code", "title")
    list_filter = ("active", "kind", "department")
    list_select_related = ("department",)
    search_fields = ("code", "title", "teachers__last_name", "teachers__id_number")
    search_help_text = gettext_lazy("Code, title or teacher")
    autocomplete_fields = ("department", "teachers", "stations")
    actions = ("plan_now", "archive")
    inlines = (TimetableInline, EnrolmentInline)
    fieldsets = (
        (None, {"fields": (("code", "title"), ("kind", "active"), "department", "teachers")}),
        (gettext_lazy("Cameras and kiosks"), {"fields": ("stations", "roster", ("interval", "sightings_needed"))}),
        (
            gettext_lazy("Late, left early or absent"),
            {"fields": (("late_after", "early_before"), ("min_presence", "gap_limit"), "open_before")},
        ),
        (gettext_lazy("Notices"), {"fields": (("at_risk_below", "notify"), ("warns", "warns_most"))}),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Course]:
        rows = super().get_queryset(request).annotate(roster_size=Count("enrollments", distinct=True))
        return rows.prefetch_related("teachers")

    def get_readonly_fields(self, request: HttpRequest, obj: Course | None = None) -> tuple[str, ...]:
        return ("code",) if obj else ()  # the files of its sessions are named by it

    @admin.display(description=gettext_lazy("teachers"))
    def taught_by(self, course: Course) -> str:
        return ", ".join(person.get_full_name() for person in course.teachers.all()) or "–"

    @admin.display(description=gettext_lazy("enrolled"), ordering="roster_size")
    def enrolled(self, course: Any) -> int:
        return int(course.roster_size)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **options: Any) -> Any:
        course = context.get("original")
        context["roster_size"] = course.enrollments.count() if course else 0
        context["most_in_line"] = MOST_IN_LINE
        return super().render_change_form(request, context, *args, **options)

    # --- through the rules ------------------------------------------------------------------------

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Enrollment:
            formset.save()
            return
        by = asker(request)
        formset.save(commit=False)
        for gone in formset.deleted_objects:
            enrolments.unenrol(gone, by=by)
        for changed, _fields in formset.changed_objects:
            days = {"since": changed.since, "until": changed.until}
            enrolments.change(changed, by=by, group=changed.group, **days)
        for new in formset.new_objects:
            enrolments.enrol(form.instance, new.person, by=by, group=new.group, since=new.since, until=new.until)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        timetable_changes.course_changed(form.instance)

    def delete_model(self, request: HttpRequest, obj: Course) -> None:
        erasure.delete_course(obj, by=asker(request))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        for course in queryset:
            erasure.delete_course(course, by=asker(request))

    @admin.action(description=gettext_lazy("Plan the sessions now"), permissions=["change"])
    def plan_now(self, request: HttpRequest, queryset: QuerySet[Course]) -> None:
        fresh = sum(timetable.plan(course) for course in queryset)
        words = ngettext("%(n)d new session is planned.", "%(n)d new sessions are planned.", fresh)
        messages.success(request, words % {"n": fresh} if fresh else _("There is nothing new to plan."))

    @admin.action(description=gettext_lazy("Archive"), permissions=["change"])
    def archive(self, request: HttpRequest, queryset: QuerySet[Course]) -> Any:
        act = BulkAct(
            title=_("Archive the courses"),
            explain=_("No more sessions are planned for them. Their rolls and reports stay."),
            act=lambda course, _chosen: timetable_changes.archive(course),
            done=ngettext_lazy("%(n)d course was archived.", "%(n)d courses were archived.", "n"),
            log=_("Archived in the list"),
        )
        return ask_then_do(self, request, queryset, act)
