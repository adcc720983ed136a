"""The library's sections of a person's page: what they have and wait for, and what they owe."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.ops.registries.person_sections import SECTIONS, PersonSection
from library.circulation import policy
from library.circulation.patrons import account_of
from library.rules.visibility import keeps_library


def register() -> None:
    SECTIONS.register("loans", PersonSection(_("Loans"), "library/person_loans.html", _keeps, _loans), order=2)
    SECTIONS.register("fines", PersonSection(_("Fines"), "library/person_fines.html", _keeps, _fines), order=3)


def _keeps(viewer: Any, person: Any) -> bool:
    return keeps_library(viewer)


def _loans(request: HttpRequest, person: Any) -> dict[str, Any]:
    return {"account": account_of(person), "now": timezone.now()}


def _fines(request: HttpRequest, person: Any) -> dict[str, Any]:
    return {"fines": policy.unpaid(person)}
