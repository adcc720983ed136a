"""Systems that are told of events, and what each was told.

Both tables are the library's, which had webhooks first: so names of tables, addresses in the administration and
permissions stay, while every app can emit.
"""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.webhooks import addresses, secret_rules
from accounts.webhooks.kinds import EventKind
from config.delivery import rows
from config.errors import Refused
from config.ops import sealing

HIDDEN = "?…"  # stands for what is behind the question mark of an address, wherever the address is shown


class WebhookEndpoint(models.Model):
    """One subscription: where events go, which, and whether with names. Its secrets are sealed.

    What stands behind the question mark of its address may be a token, so it is sealed too: `url` is the rest.
    """

    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=80)
    url = models.CharField(_("address"), max_length=500, help_text=_("https only. Redirects are not followed."))
    kinds = models.JSONField(
        _("events"), default=list, blank=True, help_text=_("If none is chosen: all, except those that must be chosen.")
    )
    sees_names = models.BooleanField(
        _("with names"),
        default=False,
        help_text=_("Includes who it was (name and id number) and typed reasons. Only an administrator can set this."),
    )
    sealed_query = models.TextField(editable=False, blank=True)
    active = models.BooleanField(_("active"), default=True)
    quiet_until = models.DateTimeField(
        _("paused until"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The receiver asked to be left alone until then."),
    )
    off_because = models.CharField(_("turned off because"), max_length=200, blank=True, editable=False)
    sealed = models.TextField(editable=False, blank=True)
    previous = models.TextField(editable=False, blank=True)  # the secret before, sealed too
    previous_until = models.DateTimeField(_("old secret until"), null=True, blank=True, editable=False)

    class Meta:
        app_label = "library"
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """No one subscribes without a secret, and no token lies open."""
        if "?" in self.url:
            self._hide_query(self.url)
        if not self.sealed:
            self.keep(secret_rules.new_secret())
        super().save(*args, **kwargs)

    def clean(self) -> None:
        try:
            addresses.split(self.url)
        except Refused as no:
            raise ValidationError({"url": no.message}) from no

    def wants(self, kind: EventKind) -> bool:
        return kind.code in self.kinds if self.kinds else not kind.only_if_chosen

    # --- the address ----------------------------------------------------------------------------

    @property
    def shown_address(self) -> str:
        return self.url + (HIDDEN if self.sealed_query else "")

    def address(self) -> str:
        """The whole of it, to send to. Refused `wrong_key`, `damaged`."""
        if not self.sealed_query:
            return self.url
        return f"{self.url}?{sealing.unseal(self.sealed_query, context=self.query_context)}"

    def aim(self, address: str) -> None:
        """Where it goes from now on; what was shown keeps its query. Refused `bad_webhook_address`, `hidden_query`.

        A token is never carried along to another address: that would tell it to anyone who is there.
        """
        if address.endswith(HIDDEN):
            if address != self.shown_address:
                words = _("What stands behind the question mark is hidden. Enter the whole address again.")
                raise Refused("hidden_query", str(words))
            return
        addresses.split(address)
        self._hide_query(address)

    def _hide_query(self, address: str) -> None:
        self.url, _mark, query = address.partition("#")[0].partition("?")
        self.sealed_query = sealing.seal(query, context=self.query_context) if query else ""

    @property
    def query_context(self) -> str:
        return f"webhook-query:{self.uid}:{self.url}"

    # --- the secret -----------------------------------------------------------------------------

    @property
    def context(self) -> str:
        return f"webhook:{self.uid}"

    def keep(self, secret: str) -> None:
        """This secret from now on; `secrets.rotate` keeps the one before for a while."""
        self.sealed = sealing.seal(secret, context=self.context)

    def secrets(self, now: datetime) -> list[str]:
        """Every secret that counts, the newest first. Refused `wrong_key`, `damaged`."""
        valid = [self.sealed]
        if self.previous and self.previous_until and now < self.previous_until:
            valid.append(self.previous)
        return [sealing.unseal(one, context=self.context) for one in valid]


class WebhookDelivery(rows.OutboxRow):
    """One event for one endpoint. Its id stays the same however often it is tried.

    `body` names no one: who it was is looked up in `account` when it is sent, so that anyone who was deleted
    meanwhile is
    not named any more.
    """

    class State(models.TextChoices):
        WAITING = rows.WAITING, _("Waiting")
        SENDING = rows.SENDING, _("Being sent")
        DELIVERED = "delivered", _("Delivered")
        GIVEN_UP = "given_up", _("Given up")

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries")
    kind = models.CharField(_("event"), max_length=64)
    body = models.JSONField(_("data"), default=dict, blank=True)
    account = models.BigIntegerField(default=0)  # the person's number, or below zero: what keeps the order
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    at = models.DateTimeField(_("happened"), default=timezone.now)
    give_up_at = models.DateTimeField(_("given up after"))
    answered = models.CharField(_("the answer"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)

    class Meta:
        app_label = "library"
        ordering = ("-pk",)
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        indexes = (
            models.Index(fields=["state", "not_before"]),
            models.Index(fields=["endpoint", "account", "state"]),
        )

    def __str__(self) -> str:
        return f"{self.kind} → {self.endpoint}"

    @property
    def message_id(self) -> str:
        """The `webhook-id` of every try."""
        return f"msg_{self.pk}"
