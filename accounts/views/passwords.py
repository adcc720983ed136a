"""Changing a known password, and choosing a new one through e-mail."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import views
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.identity import known_devices, sign_ins
from accounts.identity.signed_in import asker
from accounts.views.forms import ChangePasswordForm, ForgottenForm


class Change(views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    form_class = ChangePasswordForm
    success_url = reverse_lazy("home")

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password has been changed."))
        before = self.request.session.session_key
        response = super().form_valid(form)
        sign_ins.follow(before, self.request.session.session_key)
        known_devices.remember(self.request, response, asker(self.request))
        return response


class Forgotten(views.PasswordResetView):
    template_name = "accounts/password_forgotten.html"
    email_template_name = "accounts/password_email.txt"
    subject_template_name = "accounts/password_email_subject.txt"
    form_class = ForgottenForm
    success_url = reverse_lazy("accounts:password_reset_done")


class Sent(views.PasswordResetDoneView):
    template_name = "accounts/password_sent.html"


class ChooseNew(views.PasswordResetConfirmView):
    template_name = "accounts/password_new.html"
    success_url = reverse_lazy("accounts:login")

    def form_valid(self, form: Any) -> HttpResponse:
        """Who could read the mail may sign in here, whatever others try elsewhere."""
        messages.success(self.request, _("Your new password has been set. Please sign in."))
        response = super().form_valid(form)
        known_devices.remember(self.request, response, form.user)
        return response
