"""Choosing how to call for help silently: on one's own page, or at an officer's desk. Neither shows what is chosen."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from config.errors import Refused
from lockers.access import duress
from lockers.rules.guards import done_or_said, for_holders, for_officers
from lockers.rules.visibility import silent_alarms_for

NO_GESTURE = ("", gettext_lazy("None"))
DOOR = "page"  # as accounts.credentials.pins names where a PIN was typed
SECRETS = ("pin", "duress_pin", "duress_again", "gesture")


def digits(label: Any, **options: Any) -> forms.CharField:
    widget = forms.PasswordInput({"inputmode": "numeric", "autocomplete": "off"})
    return forms.CharField(label=label, max_length=8, widget=widget, **options)


def gestures() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=gettext_lazy("Duress gesture"),
        required=False,
        choices=[NO_GESTURE, *duress.GESTURES.items()],
        help_text=gettext_lazy("Make it after the last step that the camera asks for."),
    )


class DuressForm(forms.Form):
    """It always looks the same, whatever was chosen before."""

    pin = digits(gettext_lazy("Your current PIN"))
    duress_pin = digits(
        gettext_lazy("Duress PIN"),
        required=False,
        help_text=gettext_lazy("4 to 8 digits, not similar to your PIN. Leave empty for none."),
    )
    duress_again = digits(gettext_lazy("Duress PIN again"), required=False)
    gesture = gestures()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("duress_pin", "") != cleaned.get("duress_again", ""):
            self.add_error("duress_again", _("The two PINs are not the same. Type them again."))
        return cleaned

    def choose(self, person: User, by: User) -> None:
        """Refused as `duress.choose`."""
        chosen = {name: self.cleaned_data[name] for name in ("pin", "duress_pin", "gesture")}
        duress.choose(person, by=by, door=DOOR, **chosen)


@sensitive_post_parameters(*SECRETS)
@require_http_methods(["GET", "POST"])
@for_holders
def mine(request: HttpRequest) -> HttpResponse:
    """One's own. The answer to the duress PIN in place of the PIN is the same as to any other."""
    form, me = DuressForm(request.POST if request.method == "POST" else None), asker(request)
    if form.is_bound and form.is_valid():
        try:
            form.choose(me, me)
        except Refused as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("lockers:mine")
    return render(request, "lockers/duress.html", {"form": form}, status=400 if form.is_bound else 200)


@sensitive_post_parameters(*SECRETS)
@require_POST
@for_officers
def at_the_desk(request: HttpRequest, person: int) -> HttpResponse:
    """The customer types it all; the officer looks away."""
    one, form = get_object_or_404(User, pk=person), DuressForm(request.POST)

    def act() -> str:
        if not form.is_valid():
            raise Refused("bad_form", " ".join(str(error) for found in form.errors.values() for error in found))
        form.choose(one, asker(request))
        return _("Saved.")

    done_or_said(request, act)
    return redirect("lockers:customer", person)


@require_POST
@for_officers
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    alarm = get_object_or_404(silent_alarms_for(request.user), pk=pk)

    def act() -> str:
        duress.acknowledge(alarm, by=asker(request), note=request.POST.get("note", ""))
        return _("You have acknowledged this silent alarm.")

    done_or_said(request, act)
    return redirect("lockers:board")
