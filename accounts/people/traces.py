"""When a person is deleted, what logs, letters and notes said of them says it no more.

Rows that belong to a person go with them. Others stay, for they tell of other people or must be kept: there the
person's name, numbers and addresses are replaced by a pseudonym, `#` and the row number that no one has any more.
"""

from __future__ import annotations

import calendar
import json
import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models
from django.db.models import Q, TextField
from django.db.models.functions import Cast
from zxcvbn.frequency_lists import FREQUENCY_LISTS

from accounts.models import User
from accounts.people.traced_fields import FIELDS, ROWS

SHORTEST = 4  # characters of what is looked for inside other words; shorter ones are replaced only where they are all
WORDS = ("english_wikipedia", "us_tv_and_film")
MASKED = "***"
MINE = ("id_number", "email", "card_barcode")
GUARDIANS = ("guardian_name", "guardian_email")


class Trail:
    """What tells who someone was. Made before they are deleted, for afterwards no one knows."""

    def __init__(self, person: User) -> None:
        self.pk, self.pseudonym = person.pk, f"#{person.pk}"
        self.id_number = person.id_number
        self.strong = list(_strong(person))
        self.weak = list(_weak(person))  # ordinary on their own, but not beside what is strong

    @cached_property
    def searched(self) -> list[str]:
        """What is looked for in every row. A name alone only where it is so rare that it means this person."""
        found = [*self.strong, *(word for word in self.weak if not _is_known(word))]
        return [word for word in found if len(word) >= SHORTEST]

    def removed_from(self, value: Any) -> Any:
        """The same text, list or mapping with the pseudonym in place of the person; itself where they are not in it."""
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, list):
            return [self.removed_from(one) for one in value]
        if isinstance(value, dict):
            return {self._text(str(key)): self.removed_from(one) for key, one in value.items()}
        return value

    def _text(self, text: str) -> str:
        if text.casefold() in {word.casefold() for word in self.strong}:
            return self.pseudonym
        found = self._any_strong.sub(self.pseudonym, text) if self._any_strong else text
        return self._any_weak.sub(self.pseudonym, found) if self._any_weak else found

    @cached_property
    def _any_strong(self) -> re.Pattern[str] | None:
        return _whole_words([word for word in self.strong if len(word) >= SHORTEST], re.IGNORECASE)

    @cached_property
    def _any_weak(self) -> re.Pattern[str] | None:
        return _whole_words([word for word in self.weak if not _is_ordinary(word)], 0)


def remove(trail: Trail) -> None:
    """In every registered field (accounts.people.traced_fields). Call it in the transaction of the deletion, after
    it."""
    _mask_audit_of(trail)
    for traced in FIELDS:
        _remove_from(traced.model, traced.fields, trail)
    for rows in ROWS:
        rows.model._default_manager.filter(**{f"{rows.field}__iexact": trail.id_number}).delete()
    _end_sessions(trail.pk)


def as_actor(person: User) -> None:
    """Before the deletion: what they did stays written down, without their address."""
    log = apps.get_model("auditlog.LogEntry")
    log._default_manager.filter(actor=person).update(actor_email=None, remote_addr=None, remote_port=None)
    seen = apps.get_model("recognition.BiometricAccess")
    seen._default_manager.filter(actor=person).update(actor_name=f"#{person.pk}")


def _mask_audit_of(trail: Trail) -> None:
    """What was changed about them, when and by whom stays; to what does not."""
    for row in _audit_of_people().filter(object_pk=str(trail.pk)).iterator():
        _mask(row)


def mask_the_gone() -> int:
    """The same for people who were deleted before this was done at once; how many entries."""
    gone = _audit_of_people().exclude(object_repr__startswith="#").exclude(object_id__in=User.objects.values("pk"))
    rows = list(gone.iterator())
    for row in rows:
        _mask(row)
    return len(rows)


def _audit_of_people() -> models.QuerySet[Any]:
    log = apps.get_model("auditlog.LogEntry")._default_manager
    return log.filter(content_type__app_label="accounts", content_type__model="user")


def _mask(row: Any) -> None:
    row.changes = {name: [MASKED, MASKED] for name in row.changes or {}}
    row.object_repr, row.changes_text = f"#{row.object_pk}", ""
    row.serialized_data = row.additional_data = None
    row.save()


def _remove_from(model: type[models.Model], fields: Iterable[str], trail: Trail) -> None:
    rows = model._default_manager.filter(pk__in=_rows_with(model, fields, trail))
    for row in rows.iterator():
        changed = {name: trail.removed_from(getattr(row, name)) for name in fields}
        model._default_manager.filter(pk=row.pk).update(**changed)


def _rows_with(model: type[models.Model], fields: Iterable[str], trail: Trail) -> list[Any]:
    """The keys of rows in which something stands, also as JSON writes it."""
    as_text = {f"_{name}": Cast(name, TextField()) for name in fields}
    written = {form for word in trail.searched for form in (word, json.dumps(word)[1:-1])}
    exact = Q()
    for name in fields:
        if not isinstance(model._meta.get_field(name), models.JSONField):
            exact |= Q(**{f"{name}__in": trail.strong})
    anywhere = exact
    for name in as_text:
        for form in written:
            anywhere |= Q(**{f"{name}__icontains": form})
    return list(model._default_manager.annotate(**as_text).filter(anywhere).values_list("pk", flat=True))


def _end_sessions(pk: int) -> None:
    over = [row.pk for row in Session.objects.iterator() if row.get_decoded().get("_auth_user_id") == str(pk)]
    Session.objects.filter(pk__in=over).delete()


def _strong(person: User) -> Iterator[str]:
    """Each tells who it is by itself, and no one else has it: a brother's guardian stays where he is."""
    yield str(person)
    others = User.objects.exclude(pk=person.pk)
    for name in (*MINE, *GUARDIANS):
        value = str(getattr(person, name) or "").strip()
        if value and not others.filter(**{f"{name}__iexact": value}).exists():
            yield value
    first, last = person.first_name.strip(), person.last_name.strip()
    if first and last and not others.filter(first_name__iexact=first, last_name__iexact=last).exists():
        yield from (f"{first} {last}", f"{last}, {first}", f"{last} {first}")


def _weak(person: User) -> Iterator[str]:
    """The single names that no one else has."""
    others = User.objects.exclude(pk=person.pk)
    words = [*person.first_name.split(), *person.last_name.split(), person.first_name.strip(), person.last_name.strip()]
    for word in sorted(set(filter(None, words)), key=len, reverse=True):
        taken = others.filter(Q(first_name__icontains=word) | Q(last_name__icontains=word)).exists()
        if len(word) > 2 and not taken:
            yield word


def _is_known(word: str) -> bool:
    """A name that many have, or a word."""
    return any(word.casefold() in words for words in FREQUENCY_LISTS.values())


def _is_ordinary(word: str) -> bool:
    """A word that people write without meaning anyone, such as May or Will, even beside their name."""
    dates = {name.casefold() for name in (*calendar.month_name, *calendar.day_name)}
    return word.casefold() in dates or any(word.casefold() in FREQUENCY_LISTS[name] for name in WORDS)


def _whole_words(words: list[str], flags: int) -> re.Pattern[str] | None:
    """Not inside a longer word, number or address."""
    longest_first = sorted(words, key=len, reverse=True)
    pattern = "|".join(re.escape(word) for word in longest_first)
    return re.compile(rf"(?<![\w.@+-])(?:{pattern})(?![\w@+-])(?!\.\w)", flags) if words else None
