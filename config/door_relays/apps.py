from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DoorRelaysConfig(AppConfig):
    name = "config.door_relays"
    verbose_name = _("Door devices")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from config.door_relays.models import DoorDevice, DoorTemplate

        auditlog.register(DoorTemplate)
        auditlog.register(DoorDevice, exclude_fields=["sealed"])
