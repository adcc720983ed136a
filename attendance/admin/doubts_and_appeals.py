"""What waits for a decision: doubts of cameras, appeals of people."""

from __future__ import annotations

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from accounts.identity.signed_in import asker
from attendance.admin.row_actions import ask, do_to_each, sent, try_it
from attendance.models import SETTABLE, Appeal, Doubt
from attendance.records import corrections
from attendance.rules.statuses import Status
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsRead


@admin.register(Doubt)
class DoubtAdmin(AdministratorsRead, OnlyItsFilters):
    list_display = ("at", "session", "person", "kind", "looks", "confirmed", "resolved_by")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "kind", "session__course")
    list_select_related = ("session__course", "person", "resolved_by")
    search_fields = ("person__id_number", "person__first_name", "person__last_name", "session__course__code")
    date_hierarchy = "at"
    ordering = ("-at",)
    actions = ("confirm", "dismiss")
    fields = ("session", "person", "kind", "at", "looks", "detail", "confirmed", "resolved_at", "resolved_by")
    readonly_fields = fields

    @admin.action(description=gettext_lazy("Yes, that was this person"), permissions=["view"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[Doubt]) -> None:
        self._decide(request, queryset, confirmed=True)

    @admin.action(description=gettext_lazy("No, that was another person"), permissions=["view"])
    def dismiss(self, request: HttpRequest, queryset: QuerySet[Doubt]) -> None:
        self._decide(request, queryset, confirmed=False)

    def _decide(self, request: HttpRequest, queryset: QuerySet[Doubt], *, confirmed: bool) -> None:
        by = asker(request)
        done = ngettext_lazy("%(n)d uncertain face was decided.", "%(n)d uncertain faces were decided.", "n")
        do_to_each(request, queryset, lambda doubt: corrections.resolve(doubt, confirmed=confirmed, by=by), done)


class AnswerForm(forms.Form):
    accepted = forms.TypedChoiceField(
        label=gettext_lazy("Is the person right?"),
        choices=((True, gettext_lazy("Yes, correct the status")), (False, gettext_lazy("No, keep the status"))),
        coerce=lambda value: value == "True",
        widget=forms.RadioSelect,
    )
    status = forms.ChoiceField(label=gettext_lazy("New status, if yes"), choices=SETTABLE, initial=Status.PRESENT.value)
    words = forms.CharField(
        label=gettext_lazy("Answer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}),
        help_text=gettext_lazy("The person can read it."),
    )


@admin.register(Appeal)
class AppealAdmin(AdministratorsRead, OnlyItsFilters):
    change_form_template = "admin/attendance/appeal/change_form.html"
    list_display = ("made_at", "who", "session", "short_message", "accepted", "answer_it")
    list_filter = (("answered_at", admin.EmptyFieldListFilter), "accepted", "record__session__course")
    list_select_related = ("record__person", "record__session__course")
    search_fields = ("record__person__id_number", "record__person__first_name", "record__person__last_name", "message")
    date_hierarchy = "made_at"
    actions = None
    fields = ("record", "session", "message", "made_at", "accepted", "answer", "answered_at", "answered_by")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("person"), ordering="record__person__last_name")
    def who(self, appeal: Appeal) -> str:
        return str(appeal.record.person)

    @admin.display(description=gettext_lazy("session"), ordering="record__session__starts_at")
    def session(self, appeal: Appeal) -> str:
        return str(appeal.record.session)

    @admin.display(description=gettext_lazy("message"))
    def short_message(self, appeal: Appeal) -> str:
        return appeal.message if len(appeal.message) <= 80 else f"{appeal.message[:79]}…"

    @admin.display(description="")
    def answer_it(self, appeal: Appeal) -> SafeString | str:
        if appeal.answered_at:
            return ""
        url = reverse("admin:attendance_appeal_answer", args=[appeal.pk])
        return format_html('<a href="{}">{}</a>', url, _("Answer"))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.answer_view)
        return [path("<int:pk>/answer/", view, name="attendance_appeal_answer"), *super().get_urls()]

    def answer_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        appeal = get_object_or_404(Appeal.objects.select_related("record__person", "record__session__course"), pk=pk)
        back = reverse("admin:attendance_appeal_change", args=[pk])
        form = AnswerForm(sent(request))
        if form.is_valid() and try_it(form, lambda: self._answer(request, appeal, form)):
            messages.success(request, _("%s will see your answer.") % appeal.record.person.get_full_name())
            return redirect(back)
        explain = _("%(person)s, %(session)s, %(status)s: “%(message)s”") % {
            "person": appeal.record.person.get_full_name(),
            "session": appeal.record.session,
            "status": appeal.record.get_status_display(),
            "message": appeal.message,
        }
        words = {"title": _("Answer an appeal"), "button": _("Answer"), "explain": explain}
        return ask(self, request, form, row=appeal, back=back, **words)

    def _answer(self, request: HttpRequest, appeal: Appeal, form: AnswerForm) -> None:
        corrections.answer(appeal, by=asker(request), **form.cleaned_data)
