"""The recognition app's part of the home page and header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from config.menu import Entry
from recognition.face_access import purposes_for
from recognition.visibility import purposes_seen_by


def entries(person: Any) -> Iterator[Entry]:
    if purposes_seen_by(person):
        yield Entry(_("Stations"), _("All cameras and kiosks, live."), reverse("recognition:stations"), in_header=True)
    if person.has_perm("recognition.add_facesample") and purposes_for(person):
        words = _("Add photos, so that people are recognised.")
        yield Entry(_("Enrolment"), words, reverse("recognition:enrol_people"), in_header=True)
