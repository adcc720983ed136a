"""Newcomers who wait, on the home page of those who decide."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import ngettext

from config.ops.registries.home_parts import Need
from recognition.models import Newcomer


def parts(person: Any, now: datetime) -> Iterator[Need]:
    if not person.is_administrator:
        return
    n = Newcomer.objects.filter(state=Newcomer.State.WAITING).count()
    words = ngettext("person signed up and waits for acceptance", "people signed up and wait for acceptance", n)
    yield Need(n, words, reverse("recognition:newcomers"))
