"""The accounts' own sections of a person's page: details, card and PIN, and who changed what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.identity.signed_in import asker
from accounts.models import Consent, User
from accounts.people import my_data

MOST = 50  # changes


def sees_people(viewer: Any, person: Any) -> bool:
    """Everyone who serves people at a desk, not only those of their own courses."""
    return bool(viewer.is_staff and viewer.has_perm("accounts.view_user"))


def is_administrator(viewer: Any, person: Any) -> bool:
    return bool(viewer.is_administrator)


def details(request: HttpRequest, person: User) -> dict[str, Any]:
    return {"facts": list(my_data.details(person)), "may_change": asker(request).has_perm("accounts.change_user")}


def access(request: HttpRequest, person: User) -> dict[str, Any]:
    locked = person.pin_locked_until
    return {"locked_until": locked if locked and locked > timezone.now() else None}


def history(request: HttpRequest, person: User) -> dict[str, Any]:
    return {"changes": list(_changes(person)), "most": MOST}


def _changes(person: User) -> Iterator[dict[str, Any]]:
    for entry in _entries(person).select_related("actor", "content_type")[:MOST]:
        fields = [(name, old, new) for name, (old, new) in sorted(_plain(entry.changes_dict).items())]
        yield {"entry": entry, "fields": fields, "what": _name(entry)}


def _entries(person: User) -> QuerySet[LogEntry]:
    consents = [str(pk) for pk in person.consents.values_list("pk", flat=True)]
    mine = LogEntry.objects.get_for_object(person)
    theirs = Q(content_type__app_label="accounts", content_type__model="consent", object_pk__in=consents)
    return LogEntry.objects.filter(Q(pk__in=mine.values("pk")) | theirs).order_by("-timestamp", "-pk")


def _plain(changes: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Only plain changes of fields: those of relations have another shape."""
    pairs = {name: value for name, value in changes.items() if isinstance(value, list | tuple) and len(value) == 2}
    return {name: (_word(old), _word(new)) for name, (old, new) in pairs.items()}


def _word(value: Any) -> str:
    return "–" if value in (None, "", "None") else str(value)[:80]


def _name(entry: LogEntry) -> str:
    model = entry.content_type.model_class() or Consent
    return str(model._meta.verbose_name)
