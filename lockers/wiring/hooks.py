"""What the lockers join in elsewhere: registered by `apps.py`, which asks the database nothing.

What their stations do is `lockers.kiosk.station_app.LockerStations`.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.consent.consent import WITHDRAWN
from accounts.consent.enrolment_rules import RULES
from accounts.credentials import second_pins
from accounts.credentials.second_pins import SecondPin
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
from config.ops.registries.purges import PURGES
from config.ops.registries.search_providers import SEARCH, SearchProvider
from config.web.menu import MENUS, TOOLS
from lockers.access import duress, erasure
from lockers.bank import closed_days, officers
from lockers.bank.log import webhook_kinds
from lockers.doors import trial_opening
from lockers.models import (
    Abandonment,
    AbandonmentStep,
    AccessAttempt,
    Alarm,
    Assignment,
    BankRelease,
    Grant,
    GrantLine,
    Locker,
    Opening,
    SilentAlarm,
)
from lockers.wiring import (
    first_steps,
    home,
    mail_kinds,
    menu,
    my_data,
    person_sections,
    person_tools,
    retention,
    search,
)

_TABLES = (
    "lockers.Bank",
    "lockers.Locker",
    "lockers.LockerSize",
    "lockers.Assignment",
    "lockers.WaitingEntry",
    "lockers.Grant",
    "lockers.Alarm",
    "lockers.Abandonment",
    "lockers.BankTerms",
    "lockers.Lockout",
)


def register() -> None:
    MENUS.register("lockers", menu.entries)
    HOME.register("lockers", home.parts)
    CLOSED_DAYS.register("lockers", closed_days.closed)
    FIRST_STEPS.register("locker", first_steps.FIRST_LOCKER, order=9)
    SEARCH.register("lockers", SearchProvider(_("Lockers"), search.lockers), order=-1)
    SEARCH.register("locker pages", SearchProvider(_("Pages"), search.pages), order=2)
    TOOLS.register("lockers", person_tools.tools)
    person_sections.register()
    AREAS.register("lockers", AdminArea(_("Lockers"), _TABLES, home="lockers"))
    FACTS.register("lockers", my_data.facts)
    own_export.AREAS.register("lockers", my_data.AREAS)
    kinds.register(mail_kinds.KINDS)
    webhooks.register(*webhook_kinds.KINDS)
    PURGES.register("lockers", retention.purge)
    WITHDRAWN.register("lockers", erasure.consent_withdrawn)
    RULES.register("lockers", officers.before_enrolment)
    erasure_steps.STEPS.register("lockers", erasure.forget_person, order=erasure_steps.MAY_REFUSE)
    second_pins.register(SecondPin(duress.second_pin, duress.pin_accepted, duress.pin_changed))
    PARTS.register("lockers", DemoPart(_create_demo))
    OWNERS.register("lockers", DoorOwner(trial_opening.may_try, trial_opening.tried))
    _trace()


def _create_demo() -> str:
    from lockers.wiring import demo  # of use in a demo only

    return demo.create()


def _trace() -> None:
    traced_fields.register(Abandonment, "inventory", "place", "note")
    traced_fields.register(AbandonmentStep, "note")
    traced_fields.register(AccessAttempt, "steps", "liveness", "distances")
    traced_fields.register(Alarm, "note")
    traced_fields.register(Assignment, "checklist")
    traced_fields.register(Grant, "name")
    traced_fields.register(GrantLine, "said", "detail")
    traced_fields.register(Locker, "note")
    traced_fields.register(Opening, "reason", "failure")
    traced_fields.register(BankRelease, "reason", "second_reason")
    traced_fields.register(SilentAlarm, "note")
