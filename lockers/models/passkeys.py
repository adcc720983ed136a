"""Passkeys of customers, the links by which a phone takes part, and what is good once."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from lockers.models.access import AccessAttempt
from lockers.rules.opening import FailureTally

PERSON = settings.AUTH_USER_MODEL


class Passkey(models.Model):
    """The public half of a key that lies in someone's phone or stick. Nothing here opens anything by itself."""

    person = models.ForeignKey(PERSON, models.CASCADE, related_name="passkeys", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=60)
    digest = models.CharField(max_length=64, unique=True, editable=False)  # of the credential's id
    credential = models.TextField(editable=False)  # its id, base64url
    public_key = models.BinaryField(editable=False)
    handle = models.CharField(max_length=64, editable=False)  # what the device knows its person by: random, hex
    sign_count = models.BigIntegerField(default=0, editable=False)
    transports = models.JSONField(default=list, editable=False)
    synced = models.BooleanField(_("synced between devices"), default=False)
    # Added by a code that an officer gave out: such a one opens no vault.
    invited_by = models.ForeignKey(
        PERSON, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("code issued by")
    )
    invited = models.BooleanField(_("added by an officer's code"), default=False)
    made_at = models.DateTimeField(_("added"), default=timezone.now)
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    stopped_at = models.DateTimeField(_("disabled: it may have been copied"), null=True, blank=True)

    class Meta:
        ordering = ("pk",)
        verbose_name = _("passkey")
        verbose_name_plural = _("passkeys")

    def __str__(self) -> str:
        return self.name


class PasskeyLink(models.Model):
    """A page on someone's phone: to add a passkey with an officer's code, or to prove oneself to a kiosk.

    Only the hash of the address is here. The first browser that asks for a challenge has it for itself.
    """

    class Purpose(models.TextChoices):
        ADD = "add", _("Add a passkey")
        PROVE = "prove", _("Open a locker")

    digest = models.CharField(max_length=64, unique=True)
    purpose = models.CharField(max_length=8, choices=Purpose.choices)
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    attempt = models.OneToOneField(AccessAttempt, models.CASCADE, null=True, related_name="+")
    officer = models.ForeignKey(PERSON, models.SET_NULL, null=True, related_name="+")
    browser = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class PasskeyChallenge(models.Model):
    """Random bytes to be signed: once, for one purpose, by one person, from one browser, for one attempt."""

    challenge = models.CharField(max_length=64, unique=True)  # hex
    purpose = models.CharField(max_length=8, choices=PasskeyLink.Purpose.choices)
    person = models.ForeignKey(PERSON, models.CASCADE, related_name="+")
    attempt = models.ForeignKey(AccessAttempt, models.CASCADE, null=True, related_name="+")
    browser = models.CharField(max_length=64)
    station = models.CharField(max_length=50, blank=True)
    handle = models.CharField(max_length=64, blank=True)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)


class PasskeyTally(models.Model):
    """Failures in a row with passkeys, and how long someone waits for it. Apart from those of the face: who fails on
    purpose before the camera in someone's name does not shut this way too."""

    person = models.OneToOneField(PERSON, models.CASCADE, related_name="+", verbose_name=_("person"))
    failures = models.PositiveIntegerField(_("failures in a row"), default=0)
    until = models.DateTimeField(_("must wait until"), null=True, blank=True)
    disabled_at = models.DateTimeField(_("disabled"), null=True, blank=True)

    @property
    def tally(self) -> FailureTally:
        return FailureTally(self.failures, False, self.until, self.disabled_at is not None)
