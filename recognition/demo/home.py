"""The demo's part of the home page: what a newcomer tries first."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from config.ops.registries.home_parts import HomeCard, OneClick


def parts(person: Any, now: datetime) -> Iterator[HomeCard]:
    if not settings.DEMO:
        return
    page = reverse("try_it:start")
    words = _("With a webcam, be greeted like a person who is enrolled. Everything is deleted when you leave.")
    yield HomeCard(_("Try it with your own face"), page, empty=words, acts=[OneClick(_("Try it"), page, post=False)])
