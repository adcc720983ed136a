"""The lockers' section of a person's page, of the banks that the viewer serves."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.ops.registries.person_sections import SECTIONS, PersonSection
from lockers.bank.places import held_by
from lockers.models import Locker, WaitingEntry
from lockers.rules.visibility import banks_for, keeps_lockers


def register() -> None:
    SECTIONS.register("locker", PersonSection(_("Locker"), "lockers/person_section.html", _keeps, _lockers), order=4)


def _keeps(viewer: Any, person: Any) -> bool:
    return keeps_lockers(viewer)


def _lockers(request: HttpRequest, person: Any) -> dict[str, Any]:
    banks = banks_for(request.user)
    mine = Locker.objects.filter(held_by(person.pk), bank__in=banks).select_related("bank")
    waits = WaitingEntry.objects.filter(person=person, open_slot=1, bank__in=banks).select_related("bank")
    return {"lockers": mine.order_by("bank__name", "number"), "waits": waits}
