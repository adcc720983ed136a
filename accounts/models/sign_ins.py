"""In which browsers a person is signed in."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SignIn(models.Model):
    """One browser that signed in. It lasts as long as its session: the session decides, this row only describes it."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="sign_ins", verbose_name=_("person")
    )
    session_key = models.CharField(max_length=40, unique=True, editable=False)
    browser = models.CharField(_("browser"), max_length=40, blank=True)
    system = models.CharField(_("operating system"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=45, blank=True)
    at = models.DateTimeField(pgettext_lazy("browser", "signed in"), default=timezone.now)

    class Meta:
        ordering = ("-at", "-pk")
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")

    def __str__(self) -> str:
        return f"{self.person_id}: {self.browser} {self.system}".strip()
