"""The form in which a kiosk's browser gives its code, and what is guessed about that browser."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

SYSTEMS = ("Android", "iPad", "iPhone", "CrOS", "Windows", "Macintosh", "Linux")
BROWSERS = (("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))


class PairForm(forms.Form):
    code = forms.CharField(
        label=_("Pairing code"),
        max_length=20,
        help_text=_(
            "Eight letters and digits, for example ACDE-3467. An administrator creates it on the station's page."
        ),
        widget=forms.TextInput(
            attrs={
                "autofocus": True,
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "class": "pair-code",
            }
        ),
    )
    device_name = forms.CharField(
        label=_("Name of this screen"), max_length=100, help_text=_("So that you can find it in the list of devices.")
    )


def device_name(request: HttpRequest) -> str:
    """A first guess, such as "Chrome on Android"."""
    agent = request.headers.get("User-Agent", "")
    system = next((name for name in SYSTEMS if name in agent), "")
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    return f"{browser} on {system}" if browser and system else str(_("Kiosk screen"))
