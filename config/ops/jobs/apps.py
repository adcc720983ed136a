from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "config.ops.jobs"
    verbose_name = _("Timed jobs")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from config.ops.jobs import metrics
        from config.ops.jobs.models import JobRun

        auditlog.register(JobRun, include_fields=["asked_at"])  # who wanted it to run; runs themselves are not news
        metrics.register()
