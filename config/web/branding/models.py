"""One row at most: how the institution shows itself."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class SiteBranding(models.Model):
    """Written by config.web.branding.brand alone. Where a field is empty, or there is no row, the site has its own."""

    ONLY: ClassVar[int] = 1

    name = models.CharField(
        _("name of the institution"),
        max_length=80,
        blank=True,
        help_text=_("On kiosks, pages, e-mails and paper. Empty: the site's own name."),
    )
    colour = models.CharField(
        _("colour"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-f]{6}\Z", _("Write the colour like #176a70."))],
        help_text=_("Like #176a70. Text on it and in it is made dark or light enough to be read. Empty: our own."),
    )
    logo = models.BinaryField(default=bytes, editable=False, blank=True)  # a PNG, as config.web.branding.logo makes it
    changed_at = models.DateTimeField(_("changed"), auto_now=True)

    class Meta:
        verbose_name = _("institution")
        verbose_name_plural = _("institution")

    def __str__(self) -> str:
        return self.name or str(_("institution"))
