"""What the enrolment pages ask for."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Consent
from accounts.roles import Purpose
from config.web.files.pictures import formats
from recognition.enrol.enrolment import Photo


class ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class PhotosField(forms.FileField):
    """Several files. What is wrong with one of them is its verdict, not an error of the form.

    One byte more than is allowed is enough to be refused as too large.
    """

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> list[Photo]:
        files = data if isinstance(data, list | tuple) else [data] if data else []
        if not files and self.required:
            raise forms.ValidationError(self.error_messages["required"], code="required")
        return [Photo(file.name or "", file.read(settings.MAX_PHOTO_BYTES + 1)) for file in files]


class PhotosForm(forms.Form):
    purposes = forms.MultipleChoiceField(label=_("Enrol for"), widget=forms.CheckboxSelectMultiple)
    photos = PhotosField(
        label=_("Photos"),
        widget=ManyFiles(attrs={"accept": formats.ACCEPT}),
        help_text=_(
            "You can choose several at once. Five different photos work best: the person alone, well lit, looking at "
            "the camera."
        ),
        error_messages={"required": _("Choose at least one photo.")},
    )

    def __init__(self, *args: Any, purposes: Iterable[Purpose], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(purpose.value, purpose.label) for purpose in purposes]
        field = self.fields["purposes"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices, field.initial = choices, [value for value, _label in choices]


class BulkForm(forms.Form):
    archive = forms.FileField(
        label=_("ZIP with photos"),
        widget=forms.ClearableFileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=_("One folder for each person, named after their id number, with the photos inside."),
        allow_empty_file=True,
    )
    people = forms.FileField(
        label=_("CSV (optional)"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,text/csv"}),
        help_text=_(
            "Columns: id_number and, optionally, photos (file or folder names, separated by ;), first_name, last_name."
        ),
        allow_empty_file=True,
    )
    consent = forms.MultipleChoiceField(
        label=_("These people have read the notice and agreed to"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Leave empty if their consent is already recorded."),
    )
    how = forms.ChoiceField(
        label=_("How they agreed"),
        required=False,
        choices=[(Consent.How.PAPER, Consent.How.PAPER.label), (Consent.How.IN_PERSON, Consent.How.IN_PERSON.label)],
    )
    create = forms.BooleanField(label=_("Add people who are not in Ostiary yet"), required=False)

    def __init__(self, *args: Any, purposes: Iterable[Purpose], may_create: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["consent"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  declared above
        field.choices = [(purpose.value, purpose.label) for purpose in purposes]
        if not may_create:
            del self.fields["create"]
