"""What recognition adds to a person's line and page in the admin (settings.PERSON_TOOLS)."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from config.menu import Entry
from recognition.face_access import purposes_for


def tools(person: User, viewer: User) -> Iterator[Entry]:
    if viewer.has_perm("recognition.add_facesample") and purposes_for(viewer):
        yield Entry(_("Enrol"), "", reverse("recognition:enrol", args=[person.pk]))
