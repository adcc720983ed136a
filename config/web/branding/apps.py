from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BrandingConfig(AppConfig):
    name = "config.web.branding"
    verbose_name = _("Institution")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from config.web.branding import menu
        from config.web.branding.models import SiteBranding
        from config.web.menu import MENUS

        auditlog.register(SiteBranding, exclude_fields=["logo"])
        MENUS.register("branding", menu.entries, order=3)
