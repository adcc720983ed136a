"""The terms of a bank, in versions, and what each person said to which. Nothing here is changed, only added to."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lockers.models.places import Bank

PERSON = settings.AUTH_USER_MODEL


class BankTerms(models.Model):
    """One version. It is in force from its day on, until that of the next."""

    bank = models.ForeignKey(Bank, models.PROTECT, related_name="terms", verbose_name=_("bank"))
    version = models.PositiveIntegerField(_("version"), editable=False)
    text = models.TextField(_("text"), max_length=50_000)
    in_force_from = models.DateField(_("in force from"))
    grace_days = models.PositiveSmallIntegerField(
        _("grace period in days"),
        default=30,
        help_text=_("For this many days a locker still opens for a customer who has not answered or has refused."),
    )
    published_at = models.DateTimeField(_("published"), default=timezone.now, editable=False)
    published_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, editable=False, related_name="+", verbose_name=_("published by")
    )
    told_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        ordering = ("bank", "-version")
        verbose_name = _("bank terms")
        verbose_name_plural = _("bank terms")
        constraints = (models.UniqueConstraint(fields=["bank", "version"], name="one_text_for_each_version"),)

    def __str__(self) -> str:
        return f"{self.bank.code} v{self.version}"


class TermsAnswer(models.Model):
    """What someone said, when and how. The last one counts. When the person goes, the row stays without them."""

    class Answer(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        POSTPONED = "postponed", _("More time")

    class How(models.TextChoices):
        KIOSK = "kiosk", _("at the kiosk")
        PAGE = "page", _("on their page")
        PAPER = "paper", _("on paper, with staff")

    terms = models.ForeignKey(BankTerms, models.PROTECT, related_name="answers", verbose_name=_("terms"))
    person = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, related_name="terms_answers", verbose_name=_("person")
    )
    answer = models.CharField(_("answer"), max_length=9, choices=Answer.choices)
    until = models.DateField(_("until"), null=True, blank=True)  # of more time
    how = models.CharField(_("how"), max_length=5, choices=How.choices)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(  # the officer, on paper
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("recorded by")
    )
    text_sha256 = models.CharField(_("SHA-256 of the text"), max_length=64)

    class Meta:
        ordering = ("-pk",)
        verbose_name = _("answer to terms")
        verbose_name_plural = _("answers to terms")
        indexes = (models.Index(fields=["person", "terms"]),)
