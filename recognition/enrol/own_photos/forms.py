"""New photos, as their person sends them."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from config.web.files.pictures import formats
from recognition.enrol.own_photos.proposing import NewPhotos
from recognition.enrol.pages.forms import ManyFiles, PhotosField, PhotosForm
from recognition.models import FaceSample


class OwnPhotosForm(PhotosForm):
    photos = PhotosField(
        label=_("New photos"),
        widget=ManyFiles(attrs={"accept": formats.ACCEPT}),
        help_text=_("Up to six together. You alone, well lit, looking at the camera."),
        error_messages={"required": _("Choose at least one photo.")},
    )
    replaces = forms.BooleanField(label=_("Use them instead of my present photos"), required=False)
    source = forms.CharField(required=False, widget=forms.HiddenInput)

    @property
    def sent(self) -> NewPhotos:
        said = self.cleaned_data
        source = FaceSample.Source.WEBCAM if said["source"] == "webcam" else FaceSample.Source.UPLOAD
        return NewPhotos(said["photos"], said["purposes"], said["replaces"], source)
