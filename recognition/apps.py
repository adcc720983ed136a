from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecognitionConfig(AppConfig):
    name = "recognition"
    verbose_name = _("Recognition")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from recognition import checks  # noqa: F401  registers system checks
        from recognition.models import Station, StationDevice

        auditlog.register(Station)
        auditlog.register(StationDevice, exclude_fields=["token_hash", "last_seen_at"])
