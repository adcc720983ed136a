"""What a newcomer writes, and what an administrator says of an invitation."""

from __future__ import annotations

import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import ID_NUMBER
from accounts.roles import Purpose
from config.web.files.pictures import formats
from recognition.enrol.newcomers.sign_up import SignUp
from recognition.enrol.pages.forms import ManyFiles, PhotosField
from recognition.models import Invitation


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Code of your invitation"),
        max_length=32,
        widget=forms.TextInput(attrs={"autocapitalize": "characters"}),
    )


class JoinForm(forms.Form):
    first_name = forms.CharField(
        label=_("First name"), max_length=80, widget=forms.TextInput(attrs={"autocomplete": "given-name"})
    )
    last_name = forms.CharField(
        label=_("Last name"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
    )
    id_number = forms.CharField(
        label=_("Id number"),
        max_length=32,
        validators=[ID_NUMBER],
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    email = forms.EmailField(
        label=_("E-mail"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )
    agrees = forms.MultipleChoiceField(
        label=_("I have read the notices and agree to be recognised for"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("You can say no, and nothing changes for you."),
    )
    selfies = PhotosField(
        label=_("Take a photo of yourself"),
        required=False,
        widget=ManyFiles(attrs={"accept": formats.ACCEPT, "capture": "user"}),
        help_text=_("On a phone this opens the camera. Only where you agreed above."),
    )
    photos = PhotosField(
        label=_("Or choose photos"),
        required=False,
        widget=ManyFiles(attrs={"accept": formats.ACCEPT}),
        help_text=_("Up to six together. You alone, well lit, looking at the camera."),
    )

    def __init__(self, *args: Any, purposes: list[Purpose], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        agrees = self.fields["agrees"]
        assert isinstance(agrees, forms.MultipleChoiceField)  # noqa: S101  declared above
        agrees.choices = [(purpose.value, purpose.label) for purpose in purposes]

    @property
    def said(self) -> SignUp:
        said = self.cleaned_data
        names = {name: said[name] for name in ("first_name", "last_name", "id_number", "email")}
        return SignUp(**names, purposes=said["agrees"], photos=[*said["selfies"], *said["photos"]])


class InvitationForm(forms.ModelForm[Invitation]):
    days = forms.IntegerField(label=_("Valid for days"), min_value=1, max_value=365, initial=14)
    addresses = forms.CharField(
        label=_("Mail it to"),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("E-mail addresses, one on each line. You can also hand the link out yourself."),
    )

    class Meta:
        model = Invitation
        fields = ("label", "uses", "role", "affiliation", "department")

    def clean_uses(self) -> int:
        uses: int = self.cleaned_data["uses"]
        if not 1 <= uses <= 5000:
            raise forms.ValidationError(_("Between 1 and 5000 people."), code="uses")
        return uses

    def clean(self) -> dict[str, Any]:
        super().clean()
        days = self.cleaned_data.get("days") or 1
        self.instance.expires_at = timezone.now() + datetime.timedelta(days=days)
        return self.cleaned_data
