from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "config"
    verbose_name = "Ostiary"

    def ready(self) -> None:
        from django.conf import settings
        from django.utils.translation import gettext

        from config import errors
        from config.ops.databases import timeouts
        from config.ops.health import checks, disk, system_clock  # noqa: F401  checks: registers system checks
        from config.ops.registries.alerts import ALERTS
        from config.web.language import catalogues

        errors.translated = gettext
        catalogues.compile_outdated(settings.LOCALE_PATHS)
        ALERTS.register("clock", system_clock.alerts)
        ALERTS.register("disk", disk.alerts)

        if settings.DATABASES["default"]["ENGINE"].endswith("postgresql"):
            timeouts.watch_postgresql(settings.DATABASE_SECONDS)
