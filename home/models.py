"""What happened for someone, as the bell tells it; and what the site remembers of its first steps."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class NotificationQuerySet(models.QuerySet["Notification"]):
    def shown_to(self, person: Any) -> NotificationQuerySet:
        """Theirs, but for what may still turn out not to be true (home.bell.job_steps)."""
        return self.filter(person=person, checked=True)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)


class Notification(models.Model):
    """One event for one person. `key` names both, as that of an e-mail does: the same event is never told twice."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notifications", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=64)  # of e-mail: accounts.mail.kinds
    key = models.CharField(max_length=200, unique=True, editable=False)
    text = models.CharField(_("text"), max_length=250)
    url = models.CharField(_("page"), max_length=300, blank=True)  # of this site
    facts = models.JSONField(default=dict, editable=False)  # from which the kind writes it again
    at = models.DateTimeField(_("time"), default=timezone.now)
    checked = models.BooleanField(default=True, editable=False)  # False: it is told at `at`, if it is true then
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    objects: ClassVar[Any] = NotificationQuerySet.as_manager()

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        indexes = (models.Index(fields=["person", "read_at"]), models.Index(fields=["checked", "at"]))

    def __str__(self) -> str:
        return self.text


class FirstStepState(models.Model):
    """What the site remembers of one of its first steps, or of the whole list (home.first_steps.checklist.LIST)."""

    name = models.CharField(_("step"), max_length=64, unique=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    hidden_at = models.DateTimeField(_("hidden"), null=True, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("first step")
        verbose_name_plural = _("first steps")

    def __str__(self) -> str:
        return self.name
