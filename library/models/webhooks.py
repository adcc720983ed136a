"""Systems that are told of circulation, and what each was told."""

from __future__ import annotations

import secrets
from functools import partial

from django.core.exceptions import ValidationError
from django.core.validators import MinLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.errors import Refused
from library.models.circulation import CirculationEvent

new_secret = partial(secrets.token_urlsafe, 32)


class WebhookEndpoint(models.Model):
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500, help_text=_("https only. No redirect is followed."))
    secret = models.CharField(
        _("secret"),
        max_length=100,
        default=new_secret,
        validators=[MinLengthValidator(16)],
        help_text=_("Both sides know it: every delivery is signed with it."),
    )
    kinds = models.JSONField(_("events"), default=list, blank=True, help_text=_("None chosen: all."))
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        from library.webhooks.addresses import split

        try:
            split(self.url)
        except Refused as no:
            raise ValidationError({"url": no.message}) from no

    def wants(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


class WebhookDelivery(models.Model):
    """One event for one endpoint. Its id stays the same however often it is tried."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(CirculationEvent, models.CASCADE, related_name="deliveries")
    account = models.BigIntegerField(default=0)  # the person's number; 0: nobody's. What keeps the order.
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    give_up_at = models.DateTimeField(_("given up after"))
    answered = models.CharField(_("the answer"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        constraints = (models.UniqueConstraint(fields=["endpoint", "event"], name="told_once"),)
        indexes = (
            models.Index(fields=["state", "not_before"]),
            models.Index(fields=["endpoint", "account", "state"]),
        )
