from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AttendanceConfig(AppConfig):
    name = "attendance"
    verbose_name = _("Attendance")

    def ready(self) -> None:
        from auditlog.registry import auditlog

        from attendance.models import Appeal, ClosedDay, Course, Enrollment, TimetableRule
        from attendance.wiring import hooks
        from attendance.wiring.jobs import JOBS
        from config.ops.jobs import registry

        # Rolls and records keep a history of their own, line by line.
        auditlog.register(Course, m2m_fields={"teachers", "stations"})
        auditlog.register(Enrollment)
        auditlog.register(TimetableRule)
        auditlog.register(ClosedDay)
        auditlog.register(Appeal)
        hooks.register()
        registry.register(*JOBS)
