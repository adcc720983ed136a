"""What the first page of the administration says of webhooks (config.ops.registries.alerts)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import WebhookEndpoint
from accounts.webhooks.delivery import OUTBOX, State
from config.web.language.plurals import numbered


def alerts() -> Iterator[SafeString]:
    if dead := OUTBOX.counts().get(State.GIVEN_UP, 0):
        words = numbered(
            ngettext("%d webhook delivery failed for good.", "%d webhook deliveries failed for good.", dead), dead
        )
        address = reverse("admin:library_webhookdelivery_changelist")
        yield format_html('<a href="{}?state__exact={}">{}</a>', address, State.GIVEN_UP, words)
    for endpoint in WebhookEndpoint.objects.filter(active=False).exclude(off_because=""):
        words = _("The webhook %s was turned off, because its receiver answered that it no longer exists.") % endpoint
        address = reverse("admin:library_webhookendpoint_change", args=[endpoint.pk])
        yield format_html('<a href="{}">{}</a>', address, words)
