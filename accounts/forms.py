"""The forms that people fill in about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm, PasswordResetForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class SignInForm(AuthenticationForm):
    """Id number and password. Says that a membership has ended only to somebody who knows the password."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _("This id number and password do not belong together. Capital and small letters differ."),
        "not_valid": _("Your access is not valid today. Please ask the administration."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        if self.data.get("username"):  # a second try: only the password has to be typed again
            del self.fields["username"].widget.attrs["autofocus"]
            self.fields["password"].widget.attrs["autofocus"] = True

    def get_invalid_login_error(self) -> ValidationError:
        person = User.objects.filter(id_number=self.cleaned_data.get("username", "")).first()
        if person and not person.may_sign_in and person.check_password(self.cleaned_data.get("password", "")):
            return ValidationError(self.error_messages["not_valid"], code="not_valid")
        return super().get_invalid_login_error()


ONE_LETTER_EVERY = 300  # s: nobody can fill somebody else's mailbox


class ForgottenForm(PasswordResetForm):
    """Also for people who never had a password: an imported person begins here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs["autofocus"] = True

    def get_users(self, email: str) -> Iterable[User]:
        """Whom to write to. The page says the same to everybody, whether a letter goes out or not."""
        people = (person for person in User.objects.filter(email__iexact=email) if person.may_sign_in)
        return (person for person in people if cache.add(f"password-letter:{person.pk}", True, ONE_LETTER_EVERY))


def _secret(label: Any, *, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, **options)


class PinForm(forms.Form):
    """A new PIN, typed twice, confirmed with the password so that an open screen is not enough."""

    password = _secret(_("Your password"), autocomplete="current-password")
    pin = _secret(_("New PIN"), autocomplete="off", max_length=8, help_text=_("4 to 8 digits."))
    again = _secret(_("The same PIN again"), autocomplete="off", max_length=8)

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person = person
        for name in ("pin", "again"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def clean_password(self) -> str:
        if not self.person.check_password(self.cleaned_data["password"]):
            raise ValidationError(_("This is not your password."), code="wrong_password")
        return self.cleaned_data["password"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("pin") != self.cleaned_data.get("again"):
            self.add_error("again", _("The two PINs differ."))
        return self.cleaned_data
