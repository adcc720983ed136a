"""An evacuation list as a file."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.tables.table import Column, Kind, Row, Table
from visitors.evacuation.roll_calls import lines_of
from visitors.models import RollCall

COLUMNS = (
    Column("place", _("Place")),
    Column("name", _("Name")),
    Column("number", _("Number")),
    Column("last_known", _("Last known"), Kind.MOMENT),
    Column("how", _("How known")),
    Column("accounted_at", _("Accounted for"), Kind.MOMENT),
    Column("accounted_by", _("By")),
)


def table(roll_call: RollCall) -> Table:
    name = f"evacuation-{timezone.localtime(roll_call.started_at):%Y-%m-%d-%H%M}"
    return Table(name, _("Evacuation list"), COLUMNS, _rows(roll_call))


def _rows(roll_call: RollCall) -> Iterator[Row]:
    for one in lines_of(roll_call):
        by = one.accounted_by.get_full_name() if one.accounted_by else ""
        yield (one.place, one.name, one.number, one.seen_at, one.how, one.accounted_at, by)
