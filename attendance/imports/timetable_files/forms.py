"""What the page of timetable files asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.imports.forms import clean_upload
from attendance.models import TimetableFileSettings

LONGEST = 20_000


def _day(label: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class TimetableFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".ics,.txt,.csv,text/calendar"}),
        help_text=_("An iCalendar file (.ics), or a timetable from UNTIS (GPU001.TXT)."),
    )
    periods = forms.CharField(
        label=_("Times of the periods"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For UNTIS. One period per line, such as 1 = 08:00-08:45."),
    )
    first_day = _day(_("First day of the timetable"))
    last_day = _day(_("Last day of the timetable"))
    names = forms.CharField(
        label=_("Names in the file"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Where they differ from codes here. One per line: 5a-MA = math-5a, or with a group: 5b-MA = math/B. "
            "The same for rooms and teachers."
        ),
    )
    join = forms.BooleanField(
        label=_("Periods that follow each other are one session"),
        required=False,
        initial=True,
        help_text=_("For UNTIS. A double lesson is then checked in to once."),
    )
    end_missing = forms.BooleanField(
        label=_("Remove what is no longer in the file"),
        required=False,
        help_text=_("Only what came from an earlier file, in the courses of this one. What has begun is kept."),
    )
    stations = forms.BooleanField(label=_("Add the stations of the rooms to the courses"), required=False)
    teachers = forms.BooleanField(label=_("Add the teachers to the courses"), required=False)

    def __init__(self, *args: Any, administers: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = _as_last_time(administers=administers)
        if not administers:
            del self.fields["stations"], self.fields["teachers"]

    def clean_file(self) -> Any:
        return clean_upload(self.cleaned_data["file"])


def _as_last_time(*, administers: bool) -> dict[str, Any]:
    """Names can be codes of courses that are not one's own."""
    kept = TimetableFileSettings.current()
    known = {"periods": kept.periods, "first_day": kept.first_day, "last_day": kept.last_day}
    return known | ({"names": kept.names} if administers else {})
