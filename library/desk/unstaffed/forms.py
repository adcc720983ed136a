"""The unstaffed hours and the contact, as librarians set them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.models import LibraryStaffing
from library.rules import unstaffed


class StaffingForm(forms.ModelForm[LibraryStaffing]):
    """One field for each weekday, then whom readers reach."""

    class Meta:
        model = LibraryStaffing
        fields = ("phone", "email", "report_at")
        widgets = {"report_at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = dict(self.fields)
        self.fields.clear()
        for number, name in enumerate(unstaffed.DAYS):
            self.fields[name] = forms.CharField(
                label=WEEKDAYS[number],
                required=False,
                max_length=100,
                initial=", ".join(self.instance.hours.get(name, [])),
                help_text=gettext_lazy("For example 06:00-08:00, 18:00-24:00. Empty: staff are always there.")
                if number == 0
                else "",
            )
        self.fields.update(own)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.instance.hours = {name: spans for name in unstaffed.DAYS if (spans := self._spans(name))}
        return cleaned

    def _spans(self, name: str) -> list[str]:
        try:
            return [str(span) for span in unstaffed.spans_of(self.cleaned_data.get(name, ""))]
        except unstaffed.BadSpan as bad:
            words = _("'%(part)s' does not fit. Write hours like 18:00-22:00, one after the other and within the day.")
            self.add_error(name, words % {"part": bad.part})
            return []
