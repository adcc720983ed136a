"""Hours of a session in words: an end after midnight says that it is on the next day."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _


def end_words(start: datetime, end: datetime) -> str:
    """Such as 10:00, or 06:00 (next day), in the site's own zone."""
    begins, ends = timezone.localtime(start), timezone.localtime(end)
    clock = f"{ends:%H:%M}"
    return _("%(time)s (next day)") % {"time": clock} if ends.date() > begins.date() else clock


def span_words(start: datetime, end: datetime) -> str:
    """Such as 09:00–10:00, or 22:00–06:00 (next day)."""
    return f"{timezone.localtime(start):%H:%M}–{end_words(start, end)}"
