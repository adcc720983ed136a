"""The page where an administrator finds out whether e-mails arrive."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.identity.signed_in import asker
from accounts.mail.smtp import trial
from config.web.guards import done_or_said, only


def _is_administrator(person: Any) -> bool:
    return bool(person.is_administrator)


@require_http_methods(["GET", "HEAD", "POST"])
@only(_is_administrator)
def mail_test(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        done_or_said(request, lambda: _sent(request))
        return redirect("accounts:mail_test")
    backend = settings.EMAIL_BACKEND.split(".")[-2]  # console, filebased or smtp
    return render(request, "accounts/mail_test.html", {"mail": trial.last_of(asker(request)), "backend": backend})


def _sent(request: HttpRequest) -> str:
    trial.send(asker(request))
    return _("The test is in the outbox. It goes out within a few seconds.")
