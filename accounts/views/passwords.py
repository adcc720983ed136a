"""Changing a known password, and choosing a new one through e-mail."""

from __future__ import annotations

from typing import Any

from axes.utils import reset
from django.contrib import messages
from django.contrib.auth import views
from django.http import HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext as _

from accounts.forms import ForgottenForm


class Change(views.PasswordChangeView):
    template_name = "accounts/password_change.html"
    success_url = reverse_lazy("home")

    def form_valid(self, form: Any) -> HttpResponse:
        messages.success(self.request, _("Your password has been changed."))
        return super().form_valid(form)


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
        reset(username=form.user.get_username())  # who could read the mail may try again at once
        messages.success(self.request, _("Your new password is set. Please sign in."))
        return super().form_valid(form)
