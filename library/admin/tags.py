"""Tag pads: the secret that is never shown, and a test that switches nothing."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from config.errors import Refused
from config.web.admin.lookups import OnlyItsFilters
from config.web.admin.rights import AdministratorsOnly, ReadOnlyAdmin
from library.catalogue.tags import pads
from library.models import TagCommand, TagPad


class TagPadForm(forms.ModelForm[TagPad]):
    new_secret = forms.CharField(
        label=gettext_lazy("Secret"),
        required=False,
        max_length=500,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=gettext_lazy(
            "The bearer token, or the password of the MQTT user. It is stored encrypted and never shown again. "
            "Leave empty to keep it."
        ),
    )
    no_secret = forms.BooleanField(label=gettext_lazy("Delete the secret"), required=False)

    class Meta:
        model = TagPad
        fields = ("station", "kind", "url", "topic", "user", "active")

    def clean(self) -> dict[str, Any]:
        found = super().clean() or {}
        row = TagPad(url=found.get("url", ""), sealed=self.instance.sealed)
        try:
            pads.require_again(row, self.initial.get("url", row.url), **self._about_the_secret(found))
        except Refused as no:
            raise ValidationError({"new_secret": no.message}) from no
        return found

    def save(self, commit: bool = True) -> TagPad:
        asked = self._about_the_secret(self.cleaned_data)
        if asked["forget"] or asked["secret"]:
            self.instance.keep("" if asked["forget"] else asked["secret"])
        return super().save(commit)

    @staticmethod
    def _about_the_secret(found: dict[str, Any]) -> dict[str, Any]:
        return {"secret": found.get("new_secret") or "", "forget": bool(found.get("no_secret"))}


@admin.register(TagPad)
@method_decorator(sensitive_post_parameters("new_secret"), "changeform_view")
class TagPadAdmin(AdministratorsOnly, OnlyItsFilters):
    form = TagPadForm
    list_display = ("station", "kind", "url", "has_secret", "active")
    list_filter = ("kind", "active")
    search_fields = ("station", "url")
    change_form_template = "admin/library/tagpad_form.html"
    fieldsets = (
        (None, {"fields": ("station", "active", "kind", "url", "topic")}),
        (gettext_lazy("Sign in"), {"fields": ("user", "new_secret", "no_secret")}),
    )

    @admin.display(description=gettext_lazy("secret"), boolean=True)
    def has_secret(self, pad: TagPad) -> bool:
        return bool(pad.sealed)

    def get_urls(self) -> list[Any]:
        own = path("<int:pk>/try/", self.admin_site.admin_view(require_POST(self.try_out)), name="library_tagpad_try")
        return [own, *super().get_urls()]

    def try_out(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A message that switches nothing; whether the pad took it is said on its page, and kept in its history."""
        pad = TagPad.objects.filter(pk=pk).first()
        if pad is None or not self.has_change_permission(request, pad):
            raise Http404
        done, words = pads.try_out(pad)
        self.message_user(request, words, messages.SUCCESS if done else messages.ERROR)
        self.log_change(request, pad, words)
        return redirect("admin:library_tagpad_change", pk)


@admin.register(TagCommand)
class TagCommandAdmin(ReadOnlyAdmin):
    list_display = ("created_at", "pad", "copy", "action", "state", "tries", "last_error")
    list_filter = ("state", "action", "pad")
    list_select_related = ("pad", "copy")
    date_hierarchy = "created_at"
    search_fields = ("=copy__barcode", "=copy__rfid_tag")
    fields = ("created_at", "pad", "copy", "action", "state", "tries", "expires_at", "last_error")
