from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RecognitionConfig(AppConfig):
    name = "recognition"
    verbose_name = _("Recognition")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from config.ops.jobs import registry
        from recognition.management import hooks
        from recognition.management.jobs import JOBS
        from recognition.models import Invitation, Station, StationDevice

        auditlog.register(Station)
        auditlog.register(Invitation, exclude_fields=["code_hash", "used"])
        auditlog.register(
            StationDevice, exclude_fields=["token_hash", "token_at", "token_shown", "previous_hash", "last_seen_at"]
        )
        hooks.register()
        registry.register(*JOBS)
