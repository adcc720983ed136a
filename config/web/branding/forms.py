"""The form of the institution's page, and of its row in the administration."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from config.errors import Refused
from config.web.branding import brand, logo
from config.web.branding.models import SiteBranding
from config.web.files.pictures.formats import ACCEPT


class BrandingForm(forms.ModelForm[SiteBranding]):
    logo_file = forms.FileField(
        label=_("Logo"),
        required=False,
        help_text=_("A picture of at most 4 MB. It is shown on white, at most 512 pixels wide or high."),
        widget=forms.FileInput(attrs={"accept": ACCEPT}),
    )
    remove_logo = forms.BooleanField(label=_("Remove the logo"), required=False)

    class Meta:
        model = SiteBranding
        fields = ("name", "colour")
        widgets = {"colour": forms.TextInput(attrs={"placeholder": "#176a70", "spellcheck": "false"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.logo:
            self.fields["remove_logo"].widget = forms.HiddenInput()

    def clean_colour(self) -> str:
        return str(self.cleaned_data["colour"]).lower()

    def clean_logo_file(self) -> bytes | None:
        """Read here, so that what is wrong with it stands beside its field."""
        sent = self.cleaned_data["logo_file"]
        if not sent:
            return None
        data: bytes = sent.read(logo.MOST_BYTES + 1)
        try:
            logo.stored(data)
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return data

    def apply(self) -> brand.Brand:
        said = self.cleaned_data
        return brand.change(
            name=said["name"],
            colour=said["colour"],
            logo=said["logo_file"],
            remove_logo=said.get("remove_logo", False),
        )
