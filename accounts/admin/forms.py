"""What administrators fill in about people."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.forms import ReadOnlyPasswordHashField
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.credentials.pins import set_pin
from accounts.models import User
from accounts.roles import Role
from config.errors import Refused

log = logging.getLogger("ostiary.people")


def language_choices() -> list[tuple[str, str]]:
    return [("", _("The site's")), *settings.LANGUAGES]


class PersonForm(forms.ModelForm):
    """A new person. They have no password until they or an administrator choose one."""

    editor: Any = None
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False, choices=language_choices)

    class Meta:
        model = User
        fields = (
            "first_name",
            "last_name",
            "id_number",
            "email",
            "language",
            "guardian_name",
            "guardian_email",
            "affiliation",
            "department",
            "valid_from",
            "valid_until",
            "role",
            "card_barcode",
            "is_active",
        )

    def clean(self) -> dict[str, Any]:
        super().clean()  # Django checks uniqueness only when asked here
        begin, end = self.cleaned_data.get("valid_from"), self.cleaned_data.get("valid_until")
        if begin and end and end < begin:
            self.add_error("valid_until", _("The membership cannot end before it begins."))
        return self.cleaned_data

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors:
            codes = {name: [error.code for error in found] for name, found in self.errors.as_data().items()}
            log.info("A person was refused: %s", codes)

    def save(self, commit: bool = True) -> User:
        if not self.instance.pk:
            self.instance.set_unusable_password()
        return super().save(commit)


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
