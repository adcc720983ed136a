"""The texts of e-mails: edited with a preview, and reset to their original words at any time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin.mail_kinds import label_of
from accounts.mail import kinds, texts
from accounts.models import MailTemplate
from config.web.admin.rights import AdministratorsOnly


class TextForm(forms.ModelForm):
    """Always shows a text: the site's own, or the original. What equals the original is not kept."""

    class Meta:
        model = MailTemplate
        fields = ("subject", "body")
        widgets = {
            "subject": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "body": forms.Textarea(attrs={"rows": 14, "class": "vLargeTextField"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kinds.all_kinds()[self.instance.kind]
        now = texts.text_of(self.kind)
        self.initial["subject"], self.initial["body"] = now
        for name in ("subject", "body"):
            self.fields[name].required = True

    def clean_subject(self) -> str:
        return self._without_problems("subject")

    def clean_body(self) -> str:
        return self._without_problems("body").replace("\r\n", "\n")

    def _without_problems(self, name: str) -> str:
        text = self.cleaned_data[name]
        if found := texts.problems(self.kind, text):
            raise forms.ValidationError(found, code="placeholder")
        return text

    @property
    def text(self) -> texts.Text:
        return texts.Text(self.cleaned_data["subject"], self.cleaned_data["body"])

    def save(self, commit: bool = True) -> MailTemplate:
        first = texts.original(self.kind)
        self.instance.subject = "" if self.text.subject == first.subject else self.text.subject
        self.instance.body = "" if self.text.body.strip() == first.body.strip() else self.text.body
        self.instance.changed_at = timezone.now() if self.instance.subject or self.instance.body else None
        return super().save(commit)


def _is_changed(template: MailTemplate) -> bool:
    return bool(template.subject or template.body)


@admin.register(MailTemplate)
class MailTextAdmin(AdministratorsOnly, admin.ModelAdmin):
    form = TextForm
    change_form_template = "admin/accounts/mailtemplate/change_form.html"
    search_fields = ("kind", "subject", "body")
    list_display = ("label", "shown_subject", "words")
    fields = ("subject", "body")
    actions = ("back_to_the_original",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[MailTemplate]:
        return super().get_queryset(request).filter(kind__in=kinds.all_kinds())

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every kind has its line, also one that came with an update."""
        known = set(MailTemplate.objects.values_list("kind", flat=True))
        missing = [MailTemplate(kind=code) for code in kinds.all_kinds() if code not in known]
        MailTemplate.objects.bulk_create(missing, ignore_conflicts=True)
        return super().changelist_view(request, extra_context)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=gettext_lazy("kind"), ordering="kind")
    def label(self, template: MailTemplate) -> str:
        return label_of(template.kind)

    @admin.display(description=gettext_lazy("subject"))
    def shown_subject(self, template: MailTemplate) -> str:
        return template.subject or str(kinds.all_kinds()[template.kind].subject)

    @admin.display(description=gettext_lazy("text"), ordering="changed_at")
    def words(self, template: MailTemplate) -> SafeString:
        if not _is_changed(template):
            return format_html('<span class="badge">{}</span>', _("original"))
        day = date_format(timezone.localtime(template.changed_at)) if template.changed_at else ""
        return format_html('<span class="badge info">{}</span>', _("changed on %s") % day)

    @admin.action(description=gettext_lazy("Restore the original text"), permissions=["change"])
    def back_to_the_original(self, request: HttpRequest, queryset: QuerySet[MailTemplate]) -> None:
        for template in queryset:
            template.subject, template.body, template.changed_at = "", "", None
            template.save()
            self.log_change(request, template, _("Restore the original text"))
        messages.success(request, _("The original text has been restored."))

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        template = context["original"]
        kind = kinds.all_kinds()[template.kind]
        context |= {"title": kind.label, "subtitle": None, "placeholders": texts.placeholders(kind)}
        context |= {"is_changed": _is_changed(template)}
        return super().render_change_form(request, context, *args, **kwargs)

    # --- preview ------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        preview, original = map(self.admin_site.admin_view, (self.preview, self.original))
        return [
            path("<int:pk>/preview/", preview, name="accounts_mailtemplate_preview"),
            path("<int:pk>/original/", original, name="accounts_mailtemplate_original"),
            *super().get_urls(),
        ]

    def preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What would arrive, with sample values: of what stands in the form (POST), or of what is saved."""
        template, kind = self._of(request, pk)
        form = TextForm(request.POST if request.method == "POST" else None, instance=template)
        text = form.text if form.is_valid() else None if form.is_bound else texts.text_of(kind)
        context = self.admin_site.each_context(request) | {"opts": self.opts, "title": _("Preview"), "form": form}
        context |= {"kind": kind, "template": template, "mail": texts.preview(kind, text) if text else None}
        return render(request, "admin/accounts/mailtemplate/preview.html", context)

    def original(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the site's own words back (POST)."""
        template, _kind = self._of(request, pk)
        if request.method == "POST":
            self.back_to_the_original(request, MailTemplate.objects.filter(pk=template.pk))
        return redirect("admin:accounts_mailtemplate_change", pk)

    def _of(self, request: HttpRequest, pk: int) -> tuple[MailTemplate, kinds.MailKind]:
        if not self.has_change_permission(request):
            raise PermissionDenied
        template = get_object_or_404(self.get_queryset(request), pk=pk)
        return template, kinds.all_kinds()[template.kind]
