"""Many new rows in few statements, each of them in the audit log too, as if it had been saved alone."""

from __future__ import annotations

from collections.abc import Sequence

from auditlog.diff import model_instance_diff
from auditlog.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model

from accounts.models import User
from config.tables.incoming.twins import in_parts

AT_ONCE = 500  # rows in one statement


def log_created(rows: Sequence[Model], by: User | None) -> None:
    """`rows` have their numbers already."""
    LogEntry.objects.bulk_create([_entry(row, by) for row in rows], batch_size=AT_ONCE)


class NewPeople:
    """Looks at the new people first, which takes time, and writes them later, which takes little and holds a lock."""

    def __init__(self, people: Sequence[User], by: User | None) -> None:
        self.people = people
        self.entries = [_entry(person, by) for person in people]

    def write(self) -> None:
        User.objects.bulk_create(self.people, batch_size=AT_ONCE)
        self._require_numbers()
        for person, entry in zip(self.people, self.entries, strict=True):
            entry.object_pk, entry.object_id = str(person.pk), person.pk
            entry.changes = {"id": ("None", str(person.pk)), **(entry.changes or {})}
        LogEntry.objects.bulk_create(self.entries, batch_size=AT_ONCE)

    def _require_numbers(self) -> None:
        """MySQL does not tell them."""
        unnumbered = {person.id_number: person for person in self.people if person.pk is None}
        for some in in_parts(unnumbered):
            for number, pk in User.objects.filter(id_number__in=some).values_list("id_number", "pk"):
                unnumbered[number].pk = pk


def _entry(row: Model, by: User | None) -> LogEntry:
    return LogEntry(
        content_type=ContentType.objects.get_for_model(type(row)),
        object_pk=str(row.pk),
        object_id=row.pk,
        object_repr=str(row),
        action=LogEntry.Action.CREATE,
        changes=model_instance_diff(None, row),
        actor=by,
        actor_email=by.email if by else None,
    )
