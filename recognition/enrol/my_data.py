"""The recognition app's part of what is stored about a person, in their own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.roles import Purpose
from recognition.enrol.photo_warnings import photos_by_purpose
from recognition.models import BiometricAccess, KeptLook
from recognition.sightings import template_age


def facts(person: User) -> Iterator[tuple[str, str]]:
    counts = photos_by_purpose(person, Purpose.values)
    used = [f"{Purpose(purpose).label}: {_photos(count)}" for purpose, count in counts.items() if count]
    yield _("Face photos"), ", ".join(used) or _("none")
    if due := template_age.due_of(person):
        yield _("New photos"), _("New photos are needed for: %(purposes)s.") % {"purposes": ", ".join(due)}
    looks = KeptLook.objects.filter(sighting__person=person).count()
    yield _("Face data kept from sightings, as numbers"), str(looks) if looks else _("none")
    yield _("Sightings"), str(person.sightings.count()) if person.sightings.exists() else _("none")
    yield _("Your photos were last viewed"), _last_look(person)


def _photos(count: int) -> str:
    return ngettext("%(count)d photo", "%(count)d photos", count) % {"count": count}


def _last_look(person: User) -> str:
    looks = BiometricAccess.objects.filter(person_id_number=person.id_number, action="photo_viewed")
    last = looks.order_by("-at").first()
    return date_format(timezone.localtime(last.at)) if last else _("never")
