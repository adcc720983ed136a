"""What recognition joins in elsewhere: registered by `apps.py`, which asks the database nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.consent.consent import WITHDRAWN
from accounts.mail import kinds
from accounts.people import erasure as erasure_steps
from accounts.people import own_export, traced_fields
from accounts.people.my_data import FACTS, OWN_PAGES, OwnPage
from accounts.webhooks import kinds as webhooks
from config.ops.registries.admin_areas import AREAS, AdminArea
from config.ops.registries.alerts import ALERTS
from config.ops.registries.home_parts import HOME
from config.ops.registries.people_inside import PEOPLE_INSIDE
from config.ops.registries.purges import PURGES
from config.ops.registries.sealed_rows import SEALED_ROWS, SealedRows
from config.ops.registries.search_providers import SEARCH, SearchProvider
from config.ops.registries.sign_in_offers import SIGN_IN_OFFERS
from config.web.menu import MENUS, TOOLS
from recognition.admin import profile_alerts
from recognition.demo import home as demo_home
from recognition.demo.sign_in import offers
from recognition.enrol import my_data, my_export
from recognition.enrol.newcomers import home as newcomers_home
from recognition.enrol.newcomers import mail_kinds as newcomer_mails
from recognition.enrol.own_photos import home as own_photos_home
from recognition.enrol.own_photos import mail_kinds as own_photos_mails
from recognition.faces import erasure
from recognition.live import home, menu
from recognition.management import first_steps, person_sections
from recognition.models import BiometricAccess, PhotoChange, Sighting, StationDevice
from recognition.sightings import people_inside, template_age, webhook_kinds
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
    HOME.register("newcomers", newcomers_home.parts, order=1)
    HOME.register("own photos", own_photos_home.parts, order=1)
    PURGES.register("newcomers", _purge_newcomers)
    PURGES.register("own photos", _purge_own_photos)
    SEALED_ROWS.register("newcomers", SealedRows(_count_sealed, _reseal))
    SEALED_ROWS.register("own photos", SealedRows(_count_own_sealed, _reseal_own))
    kinds.register(newcomer_mails.KINDS, order=1)
    kinds.register(own_photos_mails.KINDS, order=1)
    first_steps.register()
    SIGN_IN_OFFERS.register("demo", offers.offers)
    SEARCH.register("stations", SearchProvider(_("Stations"), search.stations))
    TOOLS.register("recognition", menu.tools)
    PEOPLE_INSIDE.register("recognition", people_inside.inside)
    person_sections.register()
    AREAS.register(
        "recognition", AdminArea(_("Recognition"), _TABLES, home="recognition", uncounted=_ENDLESS), order=-1
    )
    FACTS.register("recognition", my_data.facts)
    own_export.AREAS.register("recognition", my_export.AREAS)
    own_export.FILES.register("recognition", my_export.photos)
    looks = OwnPage(
        _("Who looked at your face"), "recognition:own_looks", _("Each time your photos or face data were used.")
    )
    photos = OwnPage(
        _("Your photos"), "recognition:own_photos", _("See the photos that cameras know you by, send new ones.")
    )
    OWN_PAGES.register("photos", photos)
    OWN_PAGES.register("looks", looks)
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
    traced_fields.register(PhotoChange, "reason")


def _purge_newcomers(now: datetime) -> dict[str, int]:
    from recognition.enrol.newcomers import deciding  # brings the engine

    return deciding.purge(now)


def _count_sealed() -> int:
    from recognition.enrol.newcomers import sealed_photos  # brings the engine

    return sealed_photos.count()


def _reseal() -> Iterator[str]:
    from recognition.enrol.newcomers import sealed_photos

    return sealed_photos.reseal()


def _purge_own_photos(now: datetime) -> dict[str, int]:
    from recognition.enrol.own_photos import deciding  # brings the engine

    return deciding.purge(now)


def _count_own_sealed() -> int:
    from recognition.enrol.own_photos.sealed import PHOTOS  # brings the engine

    return PHOTOS.count()


def _reseal_own() -> Iterator[str]:
    from recognition.enrol.own_photos.sealed import PHOTOS

    return PHOTOS.reseal()
