"""The houses of a library that has more than one. Without any row no page speaks of branches."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from config.errors import Refused

SHAPE = r"\A[A-Za-z0-9][A-Za-z0-9_-]{0,31}\Z"
CODE = RegexValidator(SHAPE, _("Enter letters, digits, hyphens and underscores only."))


class Branch(models.Model):
    """One house. Its code is what files and other library systems call it."""

    code = models.CharField(
        _("code"),
        max_length=32,
        unique=True,
        validators=[CODE],
        help_text=_("As in the records of the catalogue, for example MAIN. Capitals do not matter."),
    )
    name = models.CharField(_("name"), max_length=120)
    address = models.TextField(_("address"), max_length=500, blank=True)

    class Meta:
        ordering = ("name", "code")
        verbose_name = _("branch of the library")
        verbose_name_plural = _("branches of the library")

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """MAIN and main are one code, on every database."""
        if Branch.objects.filter(code__iexact=self.code).exclude(pk=self.pk).exists():
            raise ValidationError({"code": _("Another branch has this code. Choose a different one.")})

    @classmethod
    def by_code(cls) -> dict[str, Branch]:
        """All of them, by their codes in lower case."""
        return {branch.code.casefold(): branch for branch in cls.objects.all()}

    @classmethod
    def named(cls, code: str) -> Branch | None:
        """None for no code: the one library. Refused `unknown_branch`."""
        if not code.strip():
            return None
        known = re.match(SHAPE, code.strip())  # anything else is not asked: PostgreSQL takes no NUL
        branch = cls.objects.filter(code__iexact=code.strip()).first() if known else None
        if branch is None:
            words = gettext("The library has no branch with the code “%(code)s”. Check the list of branches.")
            raise Refused("unknown_branch", words % {"code": code.strip()[:32]})
        return branch
