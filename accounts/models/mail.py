"""E-mails that wait or were sent, their texts as the site has changed them, and who does not want which."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.mail import kinds
from config.delivery import rows


class OutgoingMail(rows.OutboxRow):
    """One e-mail to one address. `key` names the event: the same event is never mailed twice to the same person."""

    class State(models.TextChoices):
        WAITING = rows.WAITING, _("Waiting")
        SENDING = rows.SENDING, _("Being sent")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Failed")
        UNCLEAR = "unclear", _("Unclear")  # handed over, perhaps: the process or the line ended in the middle
        CANCELLED = "cancelled", _("Cancelled")

    kind = models.CharField(_("kind"), max_length=64)
    key = models.CharField(_("event"), max_length=200, unique=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="mails",
        verbose_name=_("person"),
        help_text=_("The recipient. For an e-mail to a guardian, the person it is about."),
    )
    to = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    facts = models.JSONField(default=dict, editable=False)  # from which the kind writes it again when it is sent
    state = models.CharField(_("state"), max_length=10, choices=State.choices, default=State.WAITING)
    last_error = models.CharField(_("what happened"), max_length=500, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("outgoing e-mail")
        verbose_name_plural = _("outgoing e-mails")
        indexes = (models.Index(fields=["state", "not_before"]), models.Index(fields=["created_at"]))

    def __str__(self) -> str:
        return f"{self.subject} → {self.to}"


class MailTemplate(models.Model):
    """The text of one kind of e-mail, where the site has changed it. Empty: the original text, from the code."""

    kind = models.CharField(_("kind"), max_length=64, unique=True, editable=False)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"), blank=True)
    changed_at = models.DateTimeField(_("changed"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ("kind",)
        verbose_name = _("e-mail text")
        verbose_name_plural = _("e-mail texts")

    def __str__(self) -> str:
        kind = kinds.find(self.kind)
        return str(kind.label) if kind else self.kind


class MailOptOut(models.Model):
    """This person does not want this kind of e-mail. For the guardians' kinds: their guardian does not."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="mail_opt_outs", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=64)
    since = models.DateTimeField(_("since"), default=timezone.now, editable=False)

    class Meta:
        ordering = ("person", "kind")
        verbose_name = _("unwanted e-mail")
        verbose_name_plural = _("unwanted e-mails")
        constraints = (models.UniqueConstraint(fields=["person", "kind"], name="one_opt_out_for_each_kind"),)
