"""A form that asks for a branch, where the library has any."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.models import Branch


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
