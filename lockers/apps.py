from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LockersConfig(AppConfig):
    name = "lockers"
    verbose_name = _("Lockers")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from lockers import checks  # noqa: F401  registers system checks
        from lockers.models import Bank, Locker, LockerStation

        # What happens at a locker has a log of its own: AccessLog.
        auditlog.register(Bank)
        auditlog.register(Locker, exclude_fields=["door", "door_since", "heard_at"])
        auditlog.register(LockerStation)
