"""What the import page asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from attendance.models import Course

MAX_UPLOAD = 10_000_000
TYPES = ".csv,.txt,.tsv,.xlsx,.zip"
TABLES = ".csv,.txt,.tsv,.xlsx"


class ImportForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)
    create = forms.BooleanField(
        label=gettext_lazy("Add people who are not known yet"),
        required=False,
        help_text=gettext_lazy("The table then needs a column first_name, and can have last_name and email."),
    )
    end_missing = forms.BooleanField(
        label=gettext_lazy("End the enrolments of people who are not in the file"),
        required=False,
        help_text=gettext_lazy("Only in the courses of the file. Their records are kept."),
    )

    def __init__(self, *args: Any, administers: bool, course: Course | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"].widget.attrs["accept"] = TYPES if administers and course is None else TABLES
        self.fields["file"].help_text = _help(administers=administers, course=course)
        if not administers:
            del self.fields["create"]

    def clean_file(self) -> Any:
        words = _("The file is larger than 10 MB. Split it, or use the command import_roster.")
        return clean_upload(self.cleaned_data["file"], words)


def _help(*, administers: bool, course: Course | None) -> str:
    if course is not None:
        return _("CSV or XLSX. Without a column course, every line is for this course.")
    return _("CSV or XLSX, or a OneRoster 1.1 package as ZIP.") if administers else _("CSV or XLSX.")


def clean_upload(file: Any, words: str = "") -> Any:
    """Raises ValidationError `too_large`. `words`: what else the person can do."""
    if file.size > MAX_UPLOAD:
        raise forms.ValidationError(words or _("The file is larger than 10 MB. Split it."), code="too_large")
    return file
