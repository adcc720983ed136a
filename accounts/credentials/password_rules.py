"""What a new password must be (AUTH_PASSWORD_VALIDATORS), beside Django's own rules."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from zxcvbn import zxcvbn

from accounts.roles import Role

FOR_MEMBERS, FOR_STAFF = 10, 12  # characters
EASY_BELOW, EASY_FOR_STAFF_BELOW = 3, 4  # of zxcvbn's 0 to 4: guessed within 10^8, within 10^10 tries
READ = 72  # characters that zxcvbn takes
TRAITS = ("id_number", "first_name", "last_name", "email", "guardian_name", "guardian_email", "card_barcode")


def is_staff_like(person: Any) -> bool:
    """Everyone who can do more than a member; and anyone who is not known yet, for they may be about to become one."""
    return person is None or person.pk is None or person.role != Role.MEMBER


class LengthByRole:
    """12 characters for staff, 10 for members."""

    def validate(self, password: str, user: Any = None) -> None:
        least = self._least(user)
        if len(password) < least:
            words = ngettext(
                "This password is too short. Choose one with at least %(least)d character.",
                "This password is too short. Choose one with at least %(least)d characters.",
                least,
            )
            raise ValidationError(words % {"least": least}, code="password_too_short", params={"min_length": least})

    def get_help_text(self) -> str:
        return _("Least number of characters: %(members)d for members, %(staff)d for staff.") % {
            "members": FOR_MEMBERS,
            "staff": FOR_STAFF,
        }

    def _least(self, person: Any) -> int:
        return FOR_STAFF if is_staff_like(person) else FOR_MEMBERS


class NotEasilyGuessed:
    """No leaked password, no word, name, date or row of keys with a few changes: what guessing programs try first."""

    def validate(self, password: str, user: Any = None) -> None:
        found = zxcvbn(password[:READ], user_inputs=_words_about(user))
        if found["score"] < (EASY_FOR_STAFF_BELOW if is_staff_like(user) else EASY_BELOW):
            message = _("This password is easy to guess. Choose another one, such as four words of your own.")
            raise ValidationError(message, code="password_too_common")

    def get_help_text(self) -> str:
        return _("Not a common or leaked password, and not made up of names, dates or neighbouring keys.")


def _words_about(person: Any) -> list[str]:
    """What someone who knows the person or the site would try."""
    said = [str(getattr(person, trait, None) or "") for trait in TRAITS] if person is not None else []
    return [word for word in (*said, settings.SITE_NAME, "ostiary") if word]
