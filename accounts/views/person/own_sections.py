"""The accounts' own sections of a person's page: details, card and PIN, and who changed what."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from auditlog.models import LogEntry
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.credentials import lost_cards
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
    lost = lost_cards.not_found(person)
    return {"locked_until": locked if locked and locked > timezone.now() else None, "lost": list(lost)}


def history(request: HttpRequest, person: User) -> dict[str, Any]:
    return {"changes": list(_changes(person)), "most": MOST}


def _changes(person: User) -> Iterator[dict[str, Any]]:
    for entry in _entries(person).select_related("actor", "content_type")[:MOST]:
        model = entry.content_type.model_class() or Consent
        changed = entry.changes_dict if entry.action == LogEntry.Action.UPDATE else {}
        yield {"entry": entry, "fields": list(_fields(model, changed)), "what": model._meta.verbose_name}


def _entries(person: User) -> QuerySet[LogEntry]:
    consents = [str(pk) for pk in person.consents.values_list("pk", flat=True)]
    mine = Q(content_type__model="user", object_pk=str(person.pk))
    theirs = Q(content_type__model="consent", object_pk__in=consents)
    ours = LogEntry.objects.filter(content_type__app_label="accounts")
    return ours.filter(mine | theirs).order_by("-timestamp", "-pk")


def _fields(model: Any, changed: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """In the words of the form, and only what is a field of the row itself."""
    names = {field.name: field.verbose_name for field in model._meta.fields}
    for name, pair in sorted(changed.items()):
        if name in names and len(pair) == 2:
            yield str(names[name]), _word(pair[0]), _word(pair[1])


def _word(value: Any) -> str:
    return "–" if value in (None, "", "None") else str(value)[:80]
