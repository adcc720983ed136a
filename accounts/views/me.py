"""My data: what is stored about me, what I agreed to, my PIN."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from accounts.consent.consent import give_consent, withdraw_consent
from accounts.credentials.pins import set_pin
from accounts.identity.signed_in import asker
from accounts.mail.preferences import wishes_of
from accounts.people.my_data import FACTS, OWN_PAGES, agreements, other_way
from accounts.roles import Purpose
from accounts.views.forms import PinForm
from config.errors import Refused


@login_required
@never_cache
def my_data(request: HttpRequest) -> HttpResponse:
    stored = [fact for facts in FACTS for fact in facts(asker(request))]
    mine = {"stored": stored, "agreements": agreements(asker(request)), "wishes": wishes_of(asker(request))}
    mine["pages"] = list(OWN_PAGES)
    return render(request, "accounts/me.html", mine)


@login_required
@require_POST
def give(request: HttpRequest, purpose: str) -> HttpResponse:
    give_consent(asker(request), _known(purpose), by=asker(request))
    messages.success(request, _("Thank you. You agreed to: %(purpose)s.") % {"purpose": Purpose(purpose).label})
    return redirect("accounts:me")


@login_required
def withdraw(request: HttpRequest, purpose: str) -> HttpResponse:
    """Asks first (GET), withdraws on POST."""
    if request.method != "POST":
        context = {"purpose": Purpose(_known(purpose)), "other_way": other_way(asker(request))}
        return render(request, "accounts/withdraw.html", context)
    withdraw_consent(asker(request), _known(purpose), by=asker(request))
    messages.success(
        request,
        _("Withdrawn: %(purpose)s. The face data kept for it has been erased.") % {"purpose": Purpose(purpose).label},
    )
    return redirect("accounts:me")


class ChoosePin(LoginRequiredMixin, FormView):
    template_name = "accounts/pin.html"
    form_class = PinForm
    success_url = reverse_lazy("accounts:me")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": asker(self.request), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            set_pin(asker(self.request), form.cleaned_data["pin"], by=asker(self.request))
        except Refused as refusal:
            form.add_error("pin", refusal.message)
            return self.form_invalid(form)
        messages.success(self.request, _("Your PIN has been set."))
        return super().form_valid(form)


def _known(purpose: str) -> str:
    if purpose not in Purpose.values:
        raise Http404
    return purpose
