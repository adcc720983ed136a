"""What is asked about a person, in the administration and at the desk alike."""

from __future__ import annotations

import logging
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.credentials.lost_cards import lost_among, sentence
from accounts.models import User

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

    def clean_card_barcode(self) -> str | None:
        card: str | None = self.cleaned_data["card_barcode"]
        if card and lost_among([card]):
            raise ValidationError(sentence(card), code="card_lost")
        return card

    def full_clean(self) -> None:
        super().full_clean()
        if self.is_bound and self.errors:
            codes = {name: [error.code for error in found] for name, found in self.errors.as_data().items()}
            log.info("A person was refused: %s", codes)

    def save(self, commit: bool = True) -> User:
        if not self.instance.pk:
            self.instance.set_unusable_password()
        return super().save(commit)
