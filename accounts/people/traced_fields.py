"""Where texts may name people to whom the row does not belong. When a person is deleted, a pseudonym takes their place
there (accounts.people.traces). A field that holds words about people is registered in its app's `hooks.py`.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import models

from config.ops.registries.registry import Registry


@dataclass(frozen=True)
class Traced:
    model: type[models.Model]
    fields: tuple[str, ...]


@dataclass(frozen=True)
class NamedRows:
    """Rows that go with the person's id number."""

    model: type[models.Model]
    field: str  # which holds it


FIELDS = Registry[Traced]("Traced fields")  # by the model's label
ROWS = Registry[NamedRows]("Rows by id number")


def register(model: type[models.Model], *fields: str) -> None:
    """Raises FieldDoesNotExist for a field that was renamed."""
    for name in fields:
        model._meta.get_field(name)
    FIELDS.register(model._meta.label, Traced(model, fields))


def register_rows(model: type[models.Model], *, named_by: str) -> None:
    model._meta.get_field(named_by)
    ROWS.register(model._meta.label, NamedRows(model, named_by))
