"""What the first page of the administration says of the recognition models (config.ops.registries.alerts)."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from recognition.faces.profiles import outdated, profiles


def alerts() -> Iterator[SafeString]:
    if name := profiles.waits_for_restart():
        words = _("The profile '%(name)s' was chosen. Restart the server and the worker to use it.")
        yield _linked(words % {"name": name})
    elif words := outdated.recalculate(settings.RECOGNITION_PROFILE):
        yield _linked(words)
    elif profiles.has_better():
        yield _linked(
            _("Better recognition models are ready: 'accurate' makes fewer errors. To use them, choose the profile.")
        )


def _linked(words: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', reverse("recognition:face_models"), words)
