"""New photos that wait, on the home page of those who decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from config.ops.registries.home_parts import Need
from recognition.faces.permissions import purposes_for
from recognition.models import PhotoChange


def parts(person: Any, now: datetime) -> Iterator[Need]:
    mine = purposes_for(person)
    if not mine:
        return
    rows = PhotoChange.objects.filter(state=PhotoChange.State.WAITING).exclude(person=person)
    n = sum(set(purposes) <= mine for purposes in rows.values_list("purposes", flat=True))
    words = ngettext("person sent new photos to be compared", "people sent new photos to be compared", n)
    yield Need(n, words, reverse("recognition:photo_changes"))
