"""Signing in with an id number and a password, and signing out."""

from __future__ import annotations

from typing import Any, cast

from django.contrib.auth.views import LoginView, LogoutView
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.identity import known_devices
from accounts.models import User
from accounts.views.forms import SignInForm
from config.errors import Refused
from config.ops.registries.sign_in_offers import SIGN_IN_OFFERS


class SignInPage(LoginView):
    template_name = "accounts/login.html"
    form_class = SignInForm
    redirect_authenticated_user = True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Where accounts are offered, no field takes the focus: on a phone the page would scroll past them."""
        context = super().get_context_data(**kwargs)
        offers = [offer for part in SIGN_IN_OFFERS for offer in part()]
        if offers:
            context["form"].fields["username"].widget.attrs.pop("autofocus", None)
        return context | {"offers": offers}

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(request, *args, **kwargs)
        except Refused as refusal:
            return locked_out(request, refusal)

    def form_valid(self, form: Any) -> HttpResponse:
        response = super().form_valid(form)
        known_devices.remember(self.request, response, cast(User, form.get_user()))
        return response


class SignOut(LogoutView):
    """POST only: a link or an image elsewhere must not be able to sign people out."""


def locked_out(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """After too many wrong passwords: how long to wait, and what goes on working meanwhile."""
    page = render(request, "accounts/locked_out.html", {"refusal": refusal}, status=refusal.status)
    page["Retry-After"] = str(refusal.details["seconds"])
    return page
