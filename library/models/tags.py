"""Security tags in books: which pad switches them at a station, and each command that was given."""

from __future__ import annotations

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from config.delivery.rows import SENDING, WAITING, OutboxRow
from config.ops import sealing
from library.models.catalogue import Copy

STATION = RegexValidator(r"^[a-z0-9][a-z0-9-]{0,49}$", _("Enter the short name of a station, or desk."))


class TagPad(models.Model):
    """The pad or gate beside a station that switches the tags of books off and on."""

    class Kind(models.TextChoices):
        HTTP = "http", "HTTP"
        MQTT = "mqtt", "MQTT"

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)
    station = models.CharField(
        _("station"),
        max_length=50,
        unique=True,
        validators=[STATION],
        help_text=_("The short name of an exit or return, or desk for the librarians' desk."),
    )
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.HTTP)
    url = models.CharField(
        _("address"),
        max_length=300,
        help_text=_("https://pad.example.org/tags, or mqtts://broker.example.org for MQTT. Never with a password."),
    )
    topic = models.CharField(_("topic"), max_length=200, blank=True, help_text=_("For MQTT, for example pads/exit."))
    user = models.CharField(_("user"), max_length=100, blank=True, help_text=_("For MQTT."))
    sealed = models.TextField(editable=False, blank=True)
    active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering = ("station",)
        verbose_name = _("tag pad")
        verbose_name_plural = _("tag pads")

    def __str__(self) -> str:
        return self.station

    def clean(self) -> None:
        scheme = self.url.partition("://")[0]
        wanted = ("mqtt", "mqtts") if self.kind == self.Kind.MQTT else ("http", "https")
        if scheme not in wanted or set(self.url) & set("@?#") or len(self.url) <= len(scheme) + 3:
            words = _("Write an address such as %(example)s, without a user, a password or a query.")
            example = "mqtts://broker.example.org" if self.kind == self.Kind.MQTT else "https://pad.example.org/tags"
            raise ValidationError({"url": words % {"example": example}})
        if self.kind == self.Kind.MQTT and (not self.topic or set(self.topic) & set("+#")):
            raise ValidationError({"topic": _("Enter the topic of the pad, without + and #.")})

    # --- the secret -----------------------------------------------------------------------------

    @property
    def _context(self) -> str:
        """A secret is for one address: anyone who leads the pad elsewhere must know it."""
        return f"tag-pad:{self.uid}:{self.url}"

    def keep(self, secret: str) -> None:
        self.sealed = sealing.seal(secret, context=self._context) if secret else ""

    def secret(self) -> str:
        """Refused `wrong_key`, `damaged`."""
        return sealing.unseal(self.sealed, context=self._context) if self.sealed else ""


class TagCommand(OutboxRow):
    """Switch the tag of one copy off or on, within seconds or never: a late one could meet another book."""

    class State(models.TextChoices):
        WAITING = WAITING, _("Waiting")
        SENDING = SENDING, _("Being sent")
        DONE = "done", _("Switched")
        FAILED = "failed", _("Not switched")
        REPLACED = "replaced", _("Replaced by a newer command")
        SEEN = "seen", _("Dealt with by staff")

    class Action(models.TextChoices):
        DESENSITISE = "off", _("Switch off, because it was lent")
        SENSITISE = "on", _("Switch on, because it was returned")

    uid = models.UUIDField(default=uuid.uuid4, editable=False, unique=True)  # a pad ignores one that it has seen
    pad = models.ForeignKey(TagPad, models.CASCADE, related_name="commands", verbose_name=_("tag pad"))
    copy = models.ForeignKey(Copy, models.CASCADE, related_name="tag_commands", verbose_name=_("copy"))
    action = models.CharField(_("what"), max_length=3, choices=Action.choices)
    expires_at = models.DateTimeField(_("valid until"))
    last_error = models.CharField(_("last error"), max_length=200, blank=True)

    class Meta:
        ordering = ("-created_at", "-pk")
        verbose_name = _("tag command")
        verbose_name_plural = _("tag commands")
        indexes = (models.Index(fields=["state", "not_before"]),)

    def __str__(self) -> str:
        return f"{self.copy.barcode} · {self.get_action_display()}"
