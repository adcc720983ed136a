from django.apps import AppConfig


class ProjectConfig(AppConfig):
    name = "config"
    verbose_name = "Ostiary"

    def ready(self) -> None:
        from config import checks  # noqa: F401  registers system checks
