from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LockersConfig(AppConfig):
    name = "lockers"
    verbose_name = _("Lockers")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from config.ops.jobs import registry
        from lockers.models import Bank, BankOfficer, ClosedDay, Locker, LockerStation
        from lockers.wiring import (
            hooks,
            system_checks,  # noqa: F401  checks: registers system checks
        )
        from lockers.wiring.jobs import JOBS

        # What happens at a locker has a log of its own: AccessLog.
        auditlog.register(Bank)
        auditlog.register(BankOfficer)
        auditlog.register(ClosedDay)
        auditlog.register(Locker, exclude_fields=["door", "door_since", "heard_at"])
        auditlog.register(LockerStation)
        hooks.register()
        registry.register(*JOBS)
