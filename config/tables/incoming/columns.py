"""Which column of a file is which of ours, by the many names that programs give them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from config.errors import Refused
from config.tables.incoming.cells import plain_name
from config.tables.incoming.table import IncomingTable

# Of a person, wherever people come in.
PERSON = {
    "id_number": ("id number", "id", "number", "student id", "student number", "person", "user", "matriculation", "no"),
    "first_name": ("first name", "given name", "forename"),
    "last_name": ("last name", "family name", "surname"),
    "email": ("email", "e-mail", "mail", "email address"),
}


def columns_of(table: IncomingTable, names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """By our names: the table's columns, where it has them. Our own name counts before others.

    Refused `column_unclear` when two columns may be meant.
    """
    found: dict[str, str] = {}
    for ours, others in names.items():
        own = plain_name(ours)
        there = [column for column in table.columns if column in {own, *map(plain_name, others)}]
        if len(there) > 1 and own not in there:
            raise _unclear(table, ours, there)
        if there:
            found[ours] = own if own in there else there[0]
    return found


def unused_titles(table: IncomingTable, used: Mapping[str, str]) -> tuple[str, ...]:
    """Columns that are ignored, as the file calls them."""
    taken = set(used.values())
    return tuple(title for title, name in zip(table.titles, table.columns, strict=True) if title and name not in taken)


def _unclear(table: IncomingTable, ours: str, there: Sequence[str]) -> Refused:
    titles = [f"'{table.titles[table.columns.index(column)]}'" for column in there[:4]]
    words = _("The columns %(titles)s could each be %(ours)s. Rename the right one to %(ours)s.")
    return Refused("column_unclear", words % {"titles": ", ".join(titles), "ours": ours})
