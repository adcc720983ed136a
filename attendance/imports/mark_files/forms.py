"""What the page of sessions and marks asks for."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from attendance.imports.forms import TABLES, clean_upload


class MarkFileForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": TABLES}),
        help_text=_("CSV or XLSX. A table with a column status holds marks, any other holds sessions."),
    )
    overwrite = forms.BooleanField(
        label=_("Replace decisions"),
        required=False,
        help_text=_("For marks. Without it, a status that a person has set, or an accepted excuse, stays."),
    )

    def clean_file(self) -> Any:
        return clean_upload(self.cleaned_data["file"])
