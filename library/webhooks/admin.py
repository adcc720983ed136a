"""Webhooks in the administration: where they go, and what became of each delivery. For administrators only."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from config.admin_rights import ReadOnlyAdmin
from config.errors import Refused
from library.models import CirculationEvent, WebhookDelivery, WebhookEndpoint
from library.webhooks import outbox


class EndpointForm(forms.ModelForm[WebhookEndpoint]):
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        choices=CirculationEvent.Kind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: all."),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "secret", "kinds", "active")


@admin.register(WebhookEndpoint)
class EndpointAdmin(admin.ModelAdmin[WebhookEndpoint]):
    form = EndpointForm
    list_display = ("name", "url", "active")


@admin.register(WebhookDelivery)
class DeliveryAdmin(ReadOnlyAdmin):
    list_display = ("event_kind", "endpoint", "state", "tries", "not_before", "answered", "created_at")
    list_filter = ("state", "endpoint")
    list_select_related = ("endpoint", "event")
    show_full_result_count = False
    actions = ("send_again",)

    @admin.display(description=gettext_lazy("event"))
    def event_kind(self, delivery: WebhookDelivery) -> str:
        return f"{delivery.event.get_kind_display()} ({delivery.event_id})"

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_administrator)

    @admin.action(description=gettext_lazy("Send again"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        done = sum(self._again(request, delivery) for delivery in queryset)
        if done:
            words = ngettext("%d delivery goes out now.", "%d deliveries go out now.", done) % done
            messages.success(request, words)
        if done < len(queryset):
            messages.warning(request, _("What was delivered already is not sent a second time."))

    def _again(self, request: HttpRequest, delivery: Any) -> bool:
        try:
            outbox.send_again(delivery)
        except Refused:
            return False
        self.log_change(request, delivery, _("Sent again"))
        return True
