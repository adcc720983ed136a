from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class LibraryConfig(AppConfig):
    name = "library"
    verbose_name = _("Library")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from config.ops.jobs import registry
        from library.models import (
            Branch,
            Copy,
            Fine,
            FixedDueDate,
            LibraryClosedDay,
            LibraryOpeningHours,
            LibraryStaffing,
            LibraryStation,
            LoanPolicy,
            PatronBlock,
            TagPad,
            Title,
        )
        from library.wiring import (
            hooks,
            system_checks,  # noqa: F401  checks: registers system checks
        )
        from library.wiring.jobs import JOBS

        # Loans, holds and visits keep a history of their own: circulation events.
        kept = (Copy, Fine, LibraryClosedDay, LibraryStaffing, LibraryStation, LoanPolicy, PatronBlock)
        for model in (*kept, Branch, FixedDueDate, LibraryOpeningHours):
            auditlog.register(model)
        auditlog.register(TagPad, exclude_fields=["sealed"])
        auditlog.register(Title, exclude_fields=["search_text", "sort_title"])
        hooks.register()
        registry.register(*JOBS)
