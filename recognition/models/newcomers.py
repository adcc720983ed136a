"""People who sign themselves up: the invitations they come with, and what waits until staff accept them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ID_NUMBER, Department, User
from accounts.roles import Role

PRESET_ROLES = [choice for choice in Role.choices if choice[0] != Role.ADMINISTRATOR]


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open_at(self, now: datetime) -> InvitationQuerySet:
        return self.filter(Q(revoked_at=None), Q(expires_at__gt=now), Q(used__lt=F("uses")))


class Invitation(models.Model):
    """A link, or a code to type. Of the code only a keyed hash is kept, so it is told once, when it is made."""

    label = models.CharField(_("what for"), max_length=80)
    code_hash = models.CharField(max_length=64, unique=True, editable=False)
    role = models.CharField(_("role"), max_length=16, choices=PRESET_ROLES, default=Role.MEMBER)
    affiliation = models.CharField(
        _("affiliation"), max_length=16, choices=User.Affiliation.choices, default=User.Affiliation.STUDENT
    )
    department = models.ForeignKey(
        Department, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("department")
    )
    expires_at = models.DateTimeField(_("expires"))
    uses = models.PositiveIntegerField(_("how many people"), default=1)
    used = models.PositiveIntegerField(_("used"), default=0, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        editable=False,
        verbose_name=_("made by"),
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-made_at", "-pk")
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")

    def __str__(self) -> str:
        return self.label

    @property
    def is_open(self) -> bool:
        return self.revoked_at is None and self.expires_at > timezone.now() and self.used < self.uses


class Newcomer(models.Model):
    """Someone who signed up. No account, and nothing a camera or a door knows, before staff accept them."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    invitation = models.ForeignKey(
        Invitation, models.SET_NULL, null=True, related_name="newcomers", verbose_name=_("invitation")
    )
    first_name = models.CharField(_("first name"), max_length=80)
    last_name = models.CharField(_("last name"), max_length=80, blank=True)
    id_number = models.CharField(_("id number"), max_length=32, validators=[ID_NUMBER])
    email = models.EmailField(_("e-mail"))
    language = models.CharField(_("language"), max_length=12, blank=True)
    agreed = models.JSONField(_("agreed to"), default=dict)  # the notice's row number by purpose
    state = models.CharField(_("state"), max_length=12, choices=State.choices, default=State.WAITING, db_index=True)
    made_at = models.DateTimeField(_("signed up"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("person")
    )

    class Meta:
        ordering = ("made_at", "pk")
        verbose_name = _("newcomer")
        verbose_name_plural = _("newcomers")

    def __str__(self) -> str:
        return f"{self.get_full_name()} ({self.id_number})"

    def get_full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class SealedPhoto(models.Model):
    """A photo that waits until staff decide (recognition.enrol.sealed_photos)."""

    number = models.PositiveSmallIntegerField()
    sealed = models.BinaryField()  # AES-GCM of a JPEG, see recognition.faces.crypto

    class Meta:
        abstract = True


class NewcomerPhoto(SealedPhoto):
    """A photo that passed the checks of enrolment, sealed, until its newcomer is accepted or declined."""

    newcomer = models.ForeignKey(Newcomer, models.CASCADE, related_name="photos")

    class Meta:
        ordering = ("newcomer", "number")
        constraints = (models.UniqueConstraint(fields=["newcomer", "number"], name="one_newcomer_photo_per_number"),)
