"""The attendance app's part of the menu and header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from attendance.rules.visibility import has_attendance, keeps_rolls
from config.web.menu import Entry


def entries(person: Any) -> Iterator[Entry]:
    if keeps_rolls(person):
        words = _("Today's sessions, courses, corrections, reports.")
        yield Entry(_("Attendance"), words, reverse("attendance:today"), in_header=True)
        words = _("Attendance by session, person and day, as a page, a spreadsheet or a PDF.")
        yield Entry(_("Reports"), words, reverse("attendance:reports"))
        words = _("Attendance over time and through the week, and who is at risk.")
        yield Entry(_("Analytics"), words, reverse("attendance:analytics"))
    if person.is_authenticated and person.is_administrator:
        words = _("Your own words for a status, with a short code and points.")
        yield Entry(_("Statuses"), words, reverse("attendance:statuses"))
        words = _("Closed days, from a calendar file.")
        yield Entry(_("Holidays"), words, reverse("attendance:holidays"))
    attends = has_attendance(person)
    if attends:
        words = _("When you were present, and what to do if something is wrong.")
        yield Entry(_("My attendance"), words, reverse("attendance:mine"), in_header=True)
    if attends or keeps_rolls(person):
        yield Entry(_("Calendar"), _("Your sessions in your own calendar."), reverse("attendance:calendar"))
