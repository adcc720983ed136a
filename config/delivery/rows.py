"""The columns that the tables of all outboxes have, and the states that they share."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

WAITING = "waiting"  # to be delivered, not before `not_before`
SENDING = "sending"  # claimed by one process, until `lease_until`


class OutboxRow(models.Model):
    """One thing to be told. A model adds `state` with its own choices (WAITING and SENDING among them) and why."""

    state = models.CharField(_("state"), max_length=10, default=WAITING)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    not_before = models.DateTimeField(_("not before"), default=timezone.now)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)  # also the mark of who is sending it

    class Meta:
        abstract = True
