"""What hosts and the reception fill in. The rules behind the fields live in `register`."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from visitors.register.host_search import only_host
from visitors.register.register import GuestDetails


class GuestForm(forms.Form):
    """Who comes. No identity document is asked for, and no photo."""

    name = forms.CharField(label=_("Name of the visitor"), max_length=120)
    company = forms.CharField(label=_("Company"), max_length=120, required=False)
    purpose = forms.CharField(label=_("Purpose"), max_length=200, required=False)
    place = forms.CharField(label=_("Place"), max_length=80, required=False, help_text=_("Building, entrance or room."))

    def details(self) -> GuestDetails:
        return GuestDetails(**{name: self.cleaned_data.get(name, "") for name in GuestDetails.__dataclass_fields__})


class GuestInvitationForm(GuestForm):
    expected_at = forms.DateTimeField(
        label=_("Expected"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    )
    email = forms.EmailField(
        label=_("E-mail of the visitor"),
        required=False,
        help_text=_("They get a link to a QR code for the reception. Can be left empty."),
    )
    field_order = ("name", "expected_at", "company", "purpose", "place", "email")


class WalkInForm(GuestForm):
    """Someone stands at the desk. The host is typed, by name or id number."""

    host = forms.CharField(label=_("Host"), max_length=80, help_text=_("Name or id number of a person who works here."))
    notice = forms.BooleanField(label=_("The visitor has read the privacy notice"), required=False)
    field_order = ("name", "host", "company", "purpose", "place", "notice")

    def clean_host(self) -> User:
        found = only_host(self.cleaned_data["host"])
        if found is None:
            words = gettext("No single person fits. Write the full name, at least three letters, or the id number.")
            raise forms.ValidationError(words)
        return found


class KioskForm(forms.Form):
    """What a visitor types at the kiosk."""

    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    company = forms.CharField(
        label=_("Your company"), max_length=120, required=False, widget=forms.TextInput(attrs={"autocomplete": "off"})
    )
    host = forms.CharField(
        label=_("Whom do you visit?"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("At least three letters of the name."),
    )
