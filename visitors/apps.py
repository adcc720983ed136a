from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VisitorsConfig(AppConfig):
    name = "visitors"
    verbose_name = _("Visitors")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from config.ops.jobs import registry
        from visitors.models import GuestVisit, RollCall
        from visitors.wiring import hooks
        from visitors.wiring.jobs import JOBS

        auditlog.register(GuestVisit, exclude_fields=["reminded_on"])
        auditlog.register(RollCall)
        hooks.register()
        registry.register(*JOBS)
