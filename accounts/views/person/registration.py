"""A new person in one form: who they are and what they agree to; the camera comes next."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.consent.notices import current_notices
from accounts.consent.one_form import record_choices
from accounts.identity.signed_in import asker
from accounts.models import User
from accounts.people.forms import PersonForm
from accounts.roles import ENROLS_FOR, Purpose
from accounts.views.person.consents import HOW
from config.errors import Refused


class PersonRegistrationForm(PersonForm):
    agrees = forms.MultipleChoiceField(
        label=gettext_lazy("The person has read the notices and agrees to be recognised for"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("They can say no, and nothing changes for them."),
    )
    how = forms.ChoiceField(label=gettext_lazy("How the person decided"), choices=HOW)

    class Meta(PersonForm.Meta):
        fields = (  # type: ignore[assignment]
            "first_name",
            "last_name",
            "id_number",
            "email",
            "language",
            "affiliation",
            "department",
            "card_barcode",
        )

    def __init__(self, *args: Any, purposes: list[Purpose], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["first_name"].widget.attrs["autofocus"] = True
        agrees = self.fields["agrees"]
        assert isinstance(agrees, forms.MultipleChoiceField)  # noqa: S101  declared above
        agrees.choices = [(purpose.value, purpose.label) for purpose in purposes]


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    if not (request.user.has_perm("accounts.add_user") and asker(request).is_administrator):
        raise PermissionDenied
    notices = current_notices()
    purposes = [p for p in Purpose if p in notices and p.value in ENROLS_FOR.get(asker(request).role, ())]
    form = PersonRegistrationForm(request.POST or None, purposes=purposes)
    person = _saved(request, form) if form.is_valid() else None
    if person is None:
        shown = [(purpose, notices[purpose]) for purpose in purposes]
        return render(request, "accounts/person/new.html", {"form": form, "notices": shown})
    return redirect(_next(person, camera=bool(form.cleaned_data["agrees"])))


def _saved(request: HttpRequest, form: PersonRegistrationForm) -> User | None:
    """The person and their consents, or neither."""
    said = form.cleaned_data
    try:
        with transaction.atomic():
            person = form.save()
            record_choices(person, dict.fromkeys(said["agrees"], True), by=asker(request), how=said["how"])
    except Refused as refusal:
        form.add_error(None, refusal.message)
        return None
    messages.success(request, _("%(name)s was added.") % {"name": person.get_full_name()})
    return person


def _next(person: User, *, camera: bool) -> str:
    page = reverse("accounts:person", args=[person.pk])
    return f"{reverse('recognition:enrol_camera', args=[person.pk])}?next={page}" if camera else page
