"""What the library joins in elsewhere: registered by `apps.py`, which asks the database nothing.

What its stations do is `library.kiosk.station_app.LibraryStations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.mail import kinds
from accounts.people import erasure as erasure_steps
from accounts.people import own_export, traced_fields
from accounts.people.my_data import FACTS
from accounts.webhooks import kinds as webhooks
from config.door_relays.owners import OWNERS, DoorOwner
from config.ops.registries.admin_areas import AREAS, AdminArea
from config.ops.registries.closed_days import CLOSED_DAYS
from config.ops.registries.demo_parts import PARTS, DemoPart
from config.ops.registries.first_steps import FIRST_STEPS
from config.ops.registries.home_parts import HOME
from config.ops.registries.people_inside import PEOPLE_INSIDE
from config.ops.registries.purges import PURGES
from config.ops.registries.sealed_rows import SEALED_ROWS, SealedRows
from config.ops.registries.search_providers import SEARCH, SearchProvider
from config.web.menu import MENUS, TOOLS
from library.catalogue import staging, uploads
from library.catalogue.tags import pads
from library.catalogue.tags import sending as tags
from library.circulation import erasure
from library.models import CirculationEvent, Copy, ExitPass, FineEntry, PatronBlock
from library.visits import trial_opening
from library.wiring import (
    closed_days,
    first_steps,
    home,
    mail_kinds,
    menu,
    people_inside,
    search,
    webhook_kinds,
)
from library.wiring.person import my_data, my_export, sections, tools

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_TABLES = (
    "library.Title",
    "library.Copy",
    "library.Loan",
    "library.Hold",
    "library.Fine",
    "library.PatronBlock",
    "library.LoanPolicy",
    "library.Branch",
    "library.LibraryClosedDay",
    "library.LibraryOpeningHours",
    "library.LibraryStation",
    "library.HelpRequest",
    "library.LibraryStaffing",
    "library.UnstaffedReport",
    "library.HistoryChoice",
    "library.TagPad",
    "library.Transit",
    "library.TagCommand",
)


def register() -> None:
    MENUS.register("library", menu.entries)
    HOME.register("library", home.parts)
    CLOSED_DAYS.register("library", closed_days.closed)
    FIRST_STEPS.register("book", first_steps.FIRST_BOOK, order=8)
    SEARCH.register("copies", SearchProvider(_("Copies"), search.copies), order=-1)
    SEARCH.register("titles", SearchProvider(_("Titles"), search.titles))
    SEARCH.register("library pages", SearchProvider(_("Pages"), search.pages), order=2)
    TOOLS.register("library", tools.tools)
    sections.register()
    AREAS.register("library", AdminArea(_("Library"), _TABLES, home="library"))
    FACTS.register("library", my_data.facts)
    own_export.AREAS.register("library", my_export.AREAS)
    kinds.register(mail_kinds.KINDS)
    webhooks.register(*webhook_kinds.KINDS)
    PURGES.register("catalogue_uploads", uploads.purge)
    PURGES.register("tag_commands", tags.purge)
    SEALED_ROWS.register("tag pads", SealedRows(pads.count, pads.reseal))
    PURGES.register("import_stages", staging.purge)
    PEOPLE_INSIDE.register("library", people_inside.inside)
    erasure_steps.STEPS.register("library", erasure.forget_person, order=erasure_steps.MAY_REFUSE)
    PARTS.register("library", DemoPart(_create_demo, things=_labelled_books))
    OWNERS.register("library", DoorOwner(trial_opening.may_try, trial_opening.tried))
    traced_fields.register(CirculationEvent, "detail")
    traced_fields.register(Copy, "note")
    traced_fields.register(FineEntry, "note")
    traced_fields.register(ExitPass, "gate_answer")
    traced_fields.register(PatronBlock, "reason")


def _create_demo() -> str:
    from library.wiring.demo import campus  # of use in a demo only

    return campus.create()


def _labelled_books() -> list[NDArray[np.uint8]]:
    from library.wiring.demo import books

    return books.labelled()
