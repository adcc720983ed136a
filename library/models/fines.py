"""What readers owe: one fine for each reason of a loan, and the entries whose sum is its balance."""

from __future__ import annotations

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from library.models.circulation import Loan

PERSON = settings.AUTH_USER_MODEL


class Fine(models.Model):
    """Money for a late or lost book, where the policy asks for it. `settled_at` is set while nothing is owed."""

    class Kind(models.TextChoices):
        LATE = "late", _("Returned late")
        LOST = "lost", _("Lost")

    loan = models.ForeignKey(Loan, models.CASCADE, related_name="fines", verbose_name=_("loan"))
    kind = models.CharField(_("kind"), max_length=4, choices=Kind.choices, default=Kind.LATE)
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2)
    made_at = models.DateTimeField(default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    waived = models.BooleanField(_("waived"), default=False)

    class Meta:
        ordering = ("made_at", "pk")
        verbose_name = _("fine")
        verbose_name_plural = _("fines")
        constraints = (models.UniqueConstraint(fields=["loan", "kind"], name="one_fine_of_each_kind"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.amount}"

    @property
    def balance(self) -> Decimal:
        """Still to pay; negative: to be refunded. Summed here, because SQLite adds decimals as floats."""
        return sum((entry.amount for entry in self.entries.all()), Decimal(0))


class FineEntry(models.Model):
    """One line of a fine's account. Rows are only added; charges are positive, what lessens them is negative."""

    class Kind(models.TextChoices):
        CHARGE = "charge", _("Charged")
        PAYMENT = "payment", _("Paid")
        WAIVER = "waiver", _("Waived")
        FOUND = "found", _("Cancelled, because the book was found")
        REFUND = "refund", _("Refunded")

    class Reason(models.TextChoices):
        LIBRARY = "library", _("Mistake of the library")
        ILLNESS = "illness", _("Illness")
        HARDSHIP = "hardship", _("Hardship")
        GOODWILL = "goodwill", _("Goodwill")
        OTHER = "other", _("Other reason")

    fine = models.ForeignKey(Fine, models.CASCADE, related_name="entries", verbose_name=_("fine"))
    kind = models.CharField(_("what"), max_length=8, choices=Kind.choices)
    amount = models.DecimalField(_("amount"), max_digits=8, decimal_places=2)
    at = models.DateTimeField(_("time"), default=timezone.now)
    by = models.ForeignKey(PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("by"))
    reason = models.CharField(_("reason"), max_length=8, choices=Reason.choices, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ("at", "pk")
        verbose_name = _("fine entry")
        verbose_name_plural = _("fine entries")
