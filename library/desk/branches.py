"""The branch at which a librarian works, and a form that asks for one, where the library has any."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.models import Branch

KEY = "library.branch"  # in the session


def here(session: Any) -> Branch | None:
    """Chosen at the desk. None: not yet, or the library has one house."""
    return Branch.objects.filter(pk=session[KEY]).first() if session.get(KEY) else None


def choose(session: Any, code: str) -> None:
    """Refused `unknown_branch`."""
    branch = Branch.named(code)
    session[KEY] = branch.pk if branch else None


class AsksForBranch(forms.Form):
    """A form with a choice of branch, which is not there while the library has none."""

    branch = forms.ChoiceField(label=gettext_lazy("Branch"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        known = [(branch.code, branch.name) for branch in Branch.objects.all()]
        field = self.fields["branch"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  declared above
        field.choices = [("", self.without), *known]
        if not known:
            del self.fields["branch"]

    @property
    def without(self) -> str:
        """What no choice means."""
        return _("No branch")
