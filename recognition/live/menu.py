"""The recognition app's part of the menu and header, and of a person's line and page in the administration."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from config.web.menu import Entry
from recognition.faces.permissions import purposes_for
from recognition.stations.visibility import purposes_seen_by


def entries(person: Any) -> Iterator[Entry]:
    if purposes_seen_by(person):
        yield Entry(_("Stations"), _("All cameras and kiosks, live."), reverse("recognition:stations"), in_header=True)
    if person.is_authenticated and person.has_perm("recognition.view_evidence"):
        yield Entry(
            _("Evidence"), _("How well faces are recognised, with measurements."), reverse("recognition:evidence")
        )
    if person.has_perm("recognition.add_facesample") and purposes_for(person):
        words = _("Add photos so that people are recognised.")
        yield Entry(_("Enrolment"), words, reverse("recognition:enrol_people"), in_header=True)
        words = _("Compare photos that members sent of themselves, accept or decline them.")
        yield Entry(_("New photos"), words, reverse("recognition:photo_changes"))
    if person.is_administrator:
        words = _("Invite people to sign up, accept or decline them.")
        yield Entry(_("Newcomers"), words, reverse("recognition:newcomers"))
        words = _("Which models recognise faces here, their licences, and anything to do.")
        yield Entry(_("Recognition models"), words, reverse("recognition:face_models"))


def tools(person: User, viewer: User) -> Iterator[Entry]:
    """What a viewer may do with a person (config.web.menu.TOOLS)."""
    if viewer.has_perm("recognition.add_facesample") and purposes_for(viewer):
        yield Entry(_("Enrol"), "", reverse("recognition:enrol", args=[person.pk]))
