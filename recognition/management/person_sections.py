"""Recognition's sections of a person's page: photos, what was seen of them, and who looked at their face."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.ops.registries.person_sections import SECTIONS, PersonSection
from recognition.admin import access_labels
from recognition.models import BiometricAccess, Sighting

MOST = 30  # rows


def register() -> None:
    SECTIONS.register(
        "photos", PersonSection(_("Photos"), "recognition/enrol/_photos.html", _enrols, _photos), order=-6
    )
    SECTIONS.register(
        "sightings", PersonSection(_("Seen"), f"{_ROOM}sightings.html", _administers, _sightings), order=7
    )
    SECTIONS.register("looks", PersonSection(_("Who looked"), f"{_ROOM}looks.html", _administers, _looks), order=8)


_ROOM = "recognition/person/"


def _enrols(viewer: Any, person: Any) -> bool:
    from recognition.enrol.pages import photos_section  # brings the engine

    return photos_section.may_see(viewer, person)


def _photos(request: HttpRequest, person: Any) -> dict[str, Any]:
    from recognition.enrol.pages import photos_section

    return photos_section.context(request, person)


def _administers(viewer: Any, person: Any) -> bool:
    """Where someone was, hour by hour, is for no desk: a librarian serves a reader without it."""
    return bool(viewer.is_administrator)


def _sightings(request: HttpRequest, person: Any) -> dict[str, Any]:
    rows = Sighting.objects.filter(person=person).select_related("station").defer("record")
    return {"sightings": rows[:MOST], "most": MOST}


def _looks(request: HttpRequest, person: Any) -> dict[str, Any]:
    rows = BiometricAccess.objects.filter(person_id_number=person.id_number)[:MOST]
    looks = [(row, access_labels.action(row.action), access_labels.detail(row.detail)) for row in rows]
    return {"looks": looks, "most": MOST}
