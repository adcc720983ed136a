"""What the guest register joins in elsewhere: registered by `apps.py`, which asks the database nothing."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.mail import kinds
from accounts.people import own_export, traced_fields
from accounts.people.my_data import FACTS
from accounts.webhooks import kinds as webhooks
from config.ops.registries.admin_areas import AREAS, AdminArea
from config.ops.registries.demo_parts import PARTS, DemoPart
from config.ops.registries.home_parts import HOME
from config.ops.registries.people_inside import PEOPLE_INSIDE
from config.ops.registries.purges import PURGES
from config.ops.registries.search_providers import SEARCH, SearchProvider
from config.web.menu import MENUS
from visitors.models import GuestVisit, RollCallLine
from visitors.register import retention
from visitors.wiring import demo, home, mail_kinds, menu, my_data, my_export, people_inside, search, webhook_kinds

_TABLES = ("visitors.GuestVisit", "visitors.RollCall")


def register() -> None:
    MENUS.register("visitors", menu.entries)
    HOME.register("visitors", home.parts)
    SEARCH.register("guests", SearchProvider(_("Visitors"), search.guests), order=1)
    AREAS.register("visitors", AdminArea(_("Visitors"), _TABLES, home="visitors"))
    FACTS.register("visitors", my_data.facts)
    own_export.AREAS.register("visitors", my_export.AREAS)
    kinds.register(mail_kinds.KINDS)
    webhooks.register(*webhook_kinds.KINDS)
    PARTS.register("visitors", DemoPart(demo.create))
    PURGES.register("visitors", retention.purge)
    PEOPLE_INSIDE.register("visitors", people_inside.inside)
    traced_fields.register(GuestVisit, "name", "company", "purpose", "place")
    traced_fields.register(RollCallLine, "name", "how")
