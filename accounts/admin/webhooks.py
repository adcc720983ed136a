"""Webhooks in the administration: where they go, and what became of each delivery. For administrators only."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.identity.signed_in import asker
from accounts.models import User, WebhookDelivery, WebhookEndpoint
from accounts.webhooks import kinds, outbox, secret_rules, secrets, subscriptions
from accounts.webhooks.delivery import OUTBOX, reason_of
from accounts.webhooks.payload import example_of
from config.errors import Refused
from config.web.admin.rights import ReadOnlyAdmin
from config.web.language.plurals import numbered

State = WebhookDelivery.State
TONES = {State.WAITING: "info", State.SENDING: "info", State.DELIVERED: "success", State.GIVEN_UP: "error"}


# --- subscriptions --------------------------------------------------------------------------------


class EndpointForm(forms.ModelForm[WebhookEndpoint]):
    editor: User  # set by the page

    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Events"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("If none is chosen: all, except those that must be chosen. Examples are below."),
    )
    secret = forms.CharField(
        label=gettext_lazy("New secret"),
        required=False,
        max_length=100,
        strip=True,
        help_text=gettext_lazy(
            "whsec_ and 24 to 64 bytes in base64. Empty: a new webhook gets one, another keeps its own. "
            "For a day the old secret signs too."
        ),
    )

    class Meta:
        model = WebhookEndpoint
        fields = ("name", "url", "kinds", "sees_names", "active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kinds"].choices = list(_choices(self.editor.role))  # type: ignore[attr-defined]
        self.initial["url"] = self.instance.shown_address
        self.fields["sees_names"].disabled = not self.editor.is_administrator

    def clean_url(self) -> str:
        try:
            self.instance.aim(str(self.cleaned_data["url"]))
        except Refused as no:
            raise ValidationError(no.message) from no
        return self.instance.url

    def clean_secret(self) -> str:
        try:
            return subscriptions.secret_of_ones_own(str(self.cleaned_data["secret"]))
        except Refused as no:
            raise ValidationError(no.message) from no


def _choices(role: str) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    for group, found in groupby(kinds.offered_to(role), key=lambda kind: kind.group):
        yield group.capitalize(), [(kind.code, _choice(kind)) for kind in found]


def _choice(kind: kinds.EventKind) -> str:
    words = kinds.label_of(kind.code)
    return f"{words}. {_('Must be chosen.')}" if kind.only_if_chosen else words


@admin.register(WebhookEndpoint)
class EndpointAdmin(admin.ModelAdmin[WebhookEndpoint]):
    form = EndpointForm
    search_fields = ("name",)
    list_filter = ("active", "sees_names")
    list_display = ("name", "shown_address", "active", "sees_names", "off_because", "given_up")
    fields = ("name", "url", "kinds", "sees_names", "active", "quiet_until", "secret", "secret_now", "examples")
    readonly_fields = ("quiet_until", "secret_now", "examples")
    actions = ("send_all_again", "new_secret")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        return type(form.__name__, (form,), {"editor": asker(request)})

    def save_model(self, request: HttpRequest, obj: WebhookEndpoint, form: Any, change: bool) -> None:
        subscriptions.save(obj, timezone.now(), form.cleaned_data["secret"])

    @admin.display(description=gettext_lazy("address"), ordering="url")
    def shown_address(self, endpoint: WebhookEndpoint) -> str:
        return endpoint.shown_address

    @admin.display(description=gettext_lazy("secret"))
    def secret_now(self, endpoint: WebhookEndpoint) -> str:
        if not endpoint.sealed:
            return _("It is created when you save.")
        try:
            newest, *older = endpoint.secrets(timezone.now())
        except Refused as no:
            return no.message
        shown = secret_rules.standard_form(newest)
        return _("%(new)s (the old one also signs for a while)") % {"new": shown} if older else shown

    @admin.display(description=gettext_lazy("examples"))
    def examples(self, endpoint: WebhookEndpoint) -> SafeString:
        """When each kind is sent, and what a subscriber with names is told then."""
        rows = ((kind.code, kind.meaning, _as_text(example_of(kind))) for kind in kinds.all_kinds().values())
        return format_html_join("", "<details><summary>{}: {}</summary><pre>{}</pre></details>", rows)

    @admin.display(description=gettext_lazy("given up"))
    def given_up(self, endpoint: WebhookEndpoint) -> int:
        return endpoint.deliveries.filter(state=State.GIVEN_UP).count()

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_administrator)

    @admin.action(description=gettext_lazy("Send all failed deliveries again"), permissions=["resend"])
    def send_all_again(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for endpoint in queryset:
            dead = WebhookDelivery.objects.filter(endpoint=endpoint, state=State.GIVEN_UP)
            count = outbox.send_again(dead)
            words = numbered(ngettext("%d delivery sent again", "%d deliveries sent again", count), count)
            self.log_change(request, endpoint, words)
            _tell(request, count)

    @admin.action(
        description=gettext_lazy("Create a new secret (the old one also signs for a day)"), permissions=["resend"]
    )
    def new_secret(self, request: HttpRequest, queryset: QuerySet[WebhookEndpoint]) -> None:
        for endpoint in queryset:
            secrets.rotate(endpoint, timezone.now())
            self.log_change(request, endpoint, _("New secret"))
            messages.success(request, _("%s has a new secret. Open it to read the secret.") % endpoint)


def _as_text(data: Any) -> str:
    return json.dumps(data, indent=1, ensure_ascii=False)


def _tell(request: HttpRequest, count: int) -> None:
    if count:
        words = numbered(
            ngettext("%d delivery is being sent again.", "%d deliveries are being sent again.", count), count
        )
        messages.success(request, words)
    else:
        messages.warning(request, _("There is nothing to send again."))


# --- deliveries -----------------------------------------------------------------------------------


class EventKindFilter(admin.SimpleListFilter):
    title = gettext_lazy("event")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Those that there are deliveries of."""
        there = WebhookDelivery.objects.order_by("kind").values_list("kind", flat=True).distinct()
        return [(code, kinds.label_of(code)) for code in there]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(WebhookDelivery)
class DeliveryAdmin(ReadOnlyAdmin):
    search_fields = ("kind", "endpoint__name")
    list_display = ("event_kind", "endpoint", "badge", "tries", "not_before", "reason", "at")
    list_filter = ("state", "endpoint", EventKindFilter)
    list_select_related = ("endpoint",)
    show_full_result_count = False
    actions = ("send_again",)
    fields = (
        "event_kind",
        "endpoint",
        "badge",
        "reason",
        "tries",
        "at",
        "created_at",
        "not_before",
        "give_up_at",
        "delivered_at",
        "facts",
    )
    readonly_fields = fields

    @admin.display(description=gettext_lazy("event"), ordering="kind")
    def event_kind(self, delivery: WebhookDelivery) -> str:
        return kinds.label_of(delivery.kind)

    @admin.display(description=gettext_lazy("state"), ordering="state")
    def badge(self, delivery: WebhookDelivery) -> SafeString:
        return format_html(
            '<span class="badge {}">{}</span>', TONES.get(State(delivery.state), ""), delivery.get_state_display()
        )

    @admin.display(description=gettext_lazy("answer or error"))
    def reason(self, delivery: WebhookDelivery) -> str:
        return reason_of(delivery.answered)

    @admin.display(description=gettext_lazy("data"))
    def facts(self, delivery: WebhookDelivery) -> SafeString:
        return format_html("<pre>{}</pre>", _as_text(delivery.body))

    def has_resend_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.is_authenticated and request.user.is_administrator)

    @admin.action(description=gettext_lazy("Send again"), permissions=["resend"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[WebhookDelivery]) -> None:
        chosen = list(queryset)
        allowed = [delivery for delivery in chosen if delivery.state in OUTBOX.replayable]
        count = outbox.send_again(WebhookDelivery.objects.filter(pk__in=[delivery.pk for delivery in allowed]))
        for delivery in allowed:
            self.log_change(request, delivery, _("Sent again"))
        _tell(request, count)
        if count < len(chosen):
            messages.warning(request, _("Nothing was sent again: these have already been delivered."))
