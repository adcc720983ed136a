from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from config.ops.jobs import registry
        from home.bell import hooks
        from home.bell.jobs import JOBS
        from home.models import FirstStepState

        auditlog.register(FirstStepState)
        hooks.register()
        registry.register(*JOBS)
