"""The forms that people fill in about themselves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.contrib.auth.forms import AuthenticationForm, PasswordChangeForm, PasswordResetForm
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.credentials import passwords
from accounts.models import User
from config.errors import Refused
from config.web.branding import brand


class SignInForm(AuthenticationForm):
    """Id number and password. Says that a membership has ended only to someone who knows the password."""

    error_messages = {
        **AuthenticationForm.error_messages,
        "invalid_login": _(
            "The id number or the password is wrong. Please try again. Capital and small letters matter."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["username"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        if self.data.get("username"):  # a second try: only the password has to be typed again
            del self.fields["username"].widget.attrs["autofocus"]
            self.fields["password"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        """Refused `sign_in_locked`, which is a page of its own."""
        try:
            return super().clean()
        except Refused as refusal:
            if refusal.code != "not_valid_today":
                raise
            raise ValidationError(refusal.message, code=refusal.code) from refusal

    def get_invalid_login_error(self) -> ValidationError:
        """The wrong password after which one has to wait says so at once."""
        said = self.cleaned_data.get("username", "")
        person = User.objects.filter(id_number=said).first()
        if seconds := passwords.wait_after(person, said, self.request):
            raise passwords.refused(seconds)
        return super().get_invalid_login_error()


ONE_LETTER_EVERY = 300  # s: no one can fill someone else's mailbox


class ForgottenForm(PasswordResetForm):
    """Also for people who never had a password: an imported person begins here."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail")
        self.fields["email"].widget.attrs["autofocus"] = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        """The link leads to SITE_URL. What a request calls this site, anyone who sent it may have made up."""
        site = urlsplit(settings.SITE_URL)
        named = {"site_name": brand.current().name} | (kwargs.pop("extra_email_context", None) or {})
        where = {"domain_override": site.netloc, "use_https": site.scheme == "https", "extra_email_context": named}
        super().save(*args, **kwargs | where)

    def get_users(self, email: str) -> Iterable[User]:
        """Whom to write to. The page says the same to everyone, whether a letter goes out or not."""
        people = (person for person in User.objects.filter(email__iexact=email) if person.may_sign_in)
        return (person for person in people if cache.add(f"password-letter:{person.pk}", True, ONE_LETTER_EVERY))


def _secret(label: Any, *, autocomplete: str, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, strip=False, widget=widget, **options)


def _confirmed(person: User, password: str, request: HttpRequest, message: Any) -> str:
    """The current password of who is signed in; what is wrong with it is the field's error."""
    try:
        right = passwords.confirm(person, password, request)
    except Refused as refusal:
        raise ValidationError(refusal.message, code=refusal.code) from refusal
    if not right:
        raise ValidationError(message, code="wrong_password")
    return password


class ChangePasswordForm(PasswordChangeForm):
    """Django's own, with the limits of `accounts.credentials.passwords` on the current password."""

    def __init__(self, *args: Any, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old_password(self) -> str:
        typed = self.cleaned_data["old_password"]
        return _confirmed(self.user, typed, self.request, self.error_messages["password_incorrect"])


class OwnPasswordForm(forms.Form):
    """The password once more, so that an open screen is not enough."""

    password = _secret(_("Your password"), autocomplete="current-password")

    def __init__(self, *args: Any, person: User, request: HttpRequest, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.person, self.request = person, request

    def clean_password(self) -> str:
        typed = self.cleaned_data["password"]
        return _confirmed(self.person, typed, self.request, _("This is not your password. Please try again."))


class PinForm(OwnPasswordForm):
    """A new PIN, typed twice, confirmed with the password."""

    pin = _secret(_("New PIN"), autocomplete="off", max_length=8, help_text=_("4 to 8 digits."))
    again = _secret(_("Repeat the new PIN"), autocomplete="off", max_length=8)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("pin", "again"):
            self.fields[name].widget.attrs["inputmode"] = "numeric"

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("pin") != self.cleaned_data.get("again"):
            self.add_error("again", _("The two PINs do not match."))
        return self.cleaned_data
