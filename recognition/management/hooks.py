"""What recognition joins in elsewhere: registered by `apps.py`, which asks the database nothing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.consent.consent import WITHDRAWN
from accounts.mail import kinds
from accounts.people import erasure as erasure_steps
from accounts.people import traced_fields
from accounts.people.my_data import FACTS
from accounts.webhooks import kinds as webhooks
from config.ops.registries.admin_areas import AREAS, AdminArea
from config.ops.registries.alerts import ALERTS
from config.ops.registries.home_parts import HOME
from config.ops.registries.purges import PURGES
from config.ops.registries.search_providers import SEARCH, SearchProvider
from config.ops.registries.sign_in_offers import SIGN_IN_OFFERS
from config.web.menu import MENUS, TOOLS
from recognition.admin import profile_alerts
from recognition.demo import home as demo_home
from recognition.demo.sign_in import offers
from recognition.enrol import my_data
from recognition.faces import erasure
from recognition.live import home, menu
from recognition.management import first_steps, person_sections
from recognition.models import BiometricAccess, Sighting, StationDevice
from recognition.sightings import template_age, webhook_kinds
from recognition.stations import search
from recognition.stations.uptime import telling, watch

_TABLES = (
    "recognition.Station",
    "recognition.FaceSample",
    "recognition.Sighting",
    "recognition.ImpostorExample",
    "recognition.BiometricAccess",
    "recognition.StationOutage",
)
_ENDLESS = frozenset({"recognition.Sighting", "recognition.BiometricAccess"})


def register() -> None:
    MENUS.register("recognition", menu.entries, order=1)
    HOME.register("demo", demo_home.parts, order=-1)
    HOME.register("recognition", home.parts, order=1)
    first_steps.register()
    SIGN_IN_OFFERS.register("demo", offers.offers)
    SEARCH.register("stations", SearchProvider(_("Stations"), search.stations))
    TOOLS.register("recognition", menu.tools)
    person_sections.register()
    AREAS.register(
        "recognition", AdminArea(_("Recognition"), _TABLES, home="recognition", uncounted=_ENDLESS), order=-1
    )
    FACTS.register("recognition", my_data.facts)
    ALERTS.register("recognition profile", profile_alerts.alerts, order=2)
    ALERTS.register("stations", telling.alerts, order=2)
    kinds.register(template_age.KINDS, order=1)
    kinds.register(telling.KINDS, order=1)
    PURGES.register("stations", watch.purge)
    webhooks.register(*webhook_kinds.KINDS)
    WITHDRAWN.register("recognition", erasure.erase_purpose)
    erasure_steps.STEPS.register("recognition", erasure.erase_person, order=erasure_steps.AFTERWARDS)
    traced_fields.register(BiometricAccess, "actor_name", "person_id_number", "detail")
    traced_fields.register(Sighting, "record")
    traced_fields.register(StationDevice, "name")
