"""What a course asks of marking by phone, and what a phone tells."""

from __future__ import annotations

from django import forms

from attendance.models import PhoneRules


class PhoneRulesForm(forms.ModelForm):
    class Meta:
        model = PhoneRules
        fields = ("every", "networks", "latitude", "longitude", "within")


class WhereForm(forms.Form):
    """Where the phone is, if it was asked and its person agreed."""

    latitude = forms.FloatField(required=False, min_value=-90, max_value=90)
    longitude = forms.FloatField(required=False, min_value=-180, max_value=180)

    @property
    def place(self) -> tuple[float, float] | None:
        if not self.is_valid():
            return None
        latitude, longitude = self.cleaned_data["latitude"], self.cleaned_data["longitude"]
        return None if latitude is None or longitude is None else (latitude, longitude)
