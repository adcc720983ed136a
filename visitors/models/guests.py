"""A guest of the house: who is expected, who is here, who has left. No picture and no face data of a guest is kept."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

PERSON = settings.AUTH_USER_MODEL


class GuestVisitQuerySet(models.QuerySet["GuestVisit"]):
    def expected(self) -> GuestVisitQuerySet:
        return self.filter(arrived_at=None, cancelled_at=None)

    def inside(self) -> GuestVisitQuerySet:
        return self.filter(arrived_at__isnull=False, left_at=None)


class GuestVisit(models.Model):
    """One visit, from the invitation to the exit."""

    class Way(models.TextChoices):
        DESK = "desk", _("At the desk")
        KIOSK = "kiosk", _("At a kiosk")
        API = "api", _("API")

    name = models.CharField(_("name"), max_length=120)
    company = models.CharField(_("company"), max_length=120, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    host = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="guests", verbose_name=_("host")
    )
    purpose = models.CharField(_("purpose"), max_length=200, blank=True)
    place = models.CharField(_("place"), max_length=80, blank=True)
    expected_at = models.DateTimeField(_("expected"), null=True, blank=True, db_index=True)
    arrived_at = models.DateTimeField(_("arrived"), null=True, blank=True, db_index=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    notice_at = models.DateTimeField(_("privacy notice accepted"), null=True, blank=True)
    badge_day = models.DateField(null=True, blank=True, editable=False)
    badge = models.PositiveSmallIntegerField(_("badge"), null=True, blank=True)  # 1, 2, … of the day of arrival
    arrived_by = models.CharField(pgettext_lazy("visitor", "signed in"), max_length=8, choices=Way.choices, blank=True)
    left_by = models.CharField(_("signed out"), max_length=8, choices=Way.choices, blank=True)
    made_at = models.DateTimeField(_("entered"), default=timezone.now)
    made_by = models.ForeignKey(PERSON, models.SET_NULL, null=True, blank=True, related_name="+")
    # The day on whose evening the host was told that this guest is still inside.
    reminded_on = models.DateField(null=True, blank=True, editable=False)

    objects: ClassVar[Any] = GuestVisitQuerySet.as_manager()

    class Meta:
        ordering = ("-expected_at", "-pk")
        verbose_name = _("guest visit")
        verbose_name_plural = _("guest visits")
        permissions = (("receive", "Can receive guests at the desk"),)
        constraints = (models.UniqueConstraint(fields=["badge_day", "badge"], name="a_badge_is_given_once_a_day"),)

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> str:
        if self.cancelled_at:
            return "cancelled"
        if self.arrived_at is None:
            return "expected"
        return "inside" if self.left_at is None else "left"

    @property
    def is_expected(self) -> bool:
        return self.arrived_at is None and self.cancelled_at is None

    @property
    def is_inside(self) -> bool:
        return self.arrived_at is not None and self.left_at is None
