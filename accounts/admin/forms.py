"""What administrators fill in about people."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.credentials.pins import set_pin
from accounts.models import User
from accounts.people.forms import PersonForm
from accounts.roles import Role
from config.errors import Refused


class PersonChangeForm(PersonForm):
    password = ReadOnlyPasswordHashField(label=gettext_lazy("Password"))

    def clean(self) -> dict[str, Any]:
        """No one locks themselves out, so an administrator always remains."""
        data = super().clean()
        if self.instance == self.editor and not (data.get("is_active") and data.get("role") == Role.ADMINISTRATOR):
            raise ValidationError(_("You cannot remove your own administrator role. Ask another administrator."))
        return data


class SetPinForm(forms.Form):
    pin = forms.CharField(
        label=gettext_lazy("New PIN"),
        help_text=gettext_lazy("4 to 8 digits. Let the person type it themselves."),
        max_length=8,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )

    def __init__(self, *args: Any, person: User, editor: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.editor = person, editor

    def clean_pin(self) -> str:
        """Sets the PIN: the service's rules are the form's."""
        try:
            set_pin(self.person, self.cleaned_data["pin"], by=self.editor)
        except Refused as refusal:
            raise ValidationError(refusal.message, code=refusal.code) from refusal
        return self.cleaned_data["pin"]
