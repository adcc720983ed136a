"""What attendance joins in elsewhere: registered by `apps.py`, which asks the database nothing.

What its stations do is `attendance.sessions.station_app.AttendanceStations`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail import kinds
from accounts.people import erasure as erasure_steps
from accounts.people import own_export, traced_fields
from accounts.people.my_data import FACTS
from accounts.webhooks import kinds as webhooks
from attendance.models import Appeal, ClassSession, Doubt, Excuse, RollEntry, TimetableFileSettings
from attendance.records import excuse_files
from attendance.roll import erasure, retention
from attendance.wiring import (
    first_steps,
    home,
    mail_kinds,
    menu,
    my_data,
    my_export,
    people_inside,
    person_sections,
    search,
    webhook_kinds,
)
from config.ops.registries.admin_areas import AREAS, AdminArea
from config.ops.registries.demo_parts import PARTS, DemoPart
from config.ops.registries.first_steps import FIRST_STEPS
from config.ops.registries.home_parts import HOME
from config.ops.registries.people_inside import PEOPLE_INSIDE
from config.ops.registries.purges import PURGES
from config.ops.registries.sealed_rows import SEALED_ROWS, SealedRows
from config.ops.registries.search_providers import SEARCH, SearchProvider
from config.web.menu import MENUS

_TABLES = (
    "attendance.Course",
    "attendance.ClassSession",
    "attendance.AttendanceRecord",
    "attendance.Enrollment",
    "attendance.Appeal",
    "attendance.Doubt",
    "attendance.AtRisk",
    "attendance.ClosedDay",
)


def register() -> None:
    MENUS.register("attendance", menu.entries)
    HOME.register("attendance", home.parts)
    FIRST_STEPS.register("class", first_steps.FIRST_CLASS, order=7)
    SEARCH.register("my people", SearchProvider(_("People in my courses"), search.people), order=-2)
    SEARCH.register("courses", SearchProvider(_("Courses"), search.courses))
    SEARCH.register("sessions", SearchProvider(_("Sessions"), search.sessions), order=1)
    SEARCH.register("attendance pages", SearchProvider(_("Pages"), search.pages), order=2)
    person_sections.register()
    AREAS.register("attendance", AdminArea(_("Attendance"), _TABLES, home="attendance"))
    FACTS.register("attendance", my_data.facts)
    own_export.AREAS.register("attendance", my_export.AREAS)
    kinds.register(mail_kinds.KINDS)
    webhooks.register(*webhook_kinds.KINDS)
    PURGES.register("attendance", retention.purge)
    PEOPLE_INSIDE.register("attendance", people_inside.inside)
    erasure_steps.STEPS.register("attendance", erasure.forget_person, order=erasure_steps.AFTERWARDS)
    PARTS.register("attendance", DemoPart(_create_demo))
    SEALED_ROWS.register("excuses", SealedRows(excuse_files.count, excuse_files.reseal))
    traced_fields.register(Appeal, "message", "answer")
    traced_fields.register(Excuse, "reason", "answer")
    traced_fields.register(ClassSession, "note")
    traced_fields.register(Doubt, "detail")
    traced_fields.register(RollEntry, "reason")
    traced_fields.register(TimetableFileSettings, "names")


def _create_demo() -> str:
    from attendance.wiring import demo  # of use in a demo only

    return demo.create()
