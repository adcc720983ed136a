"""Download my data: a ZIP, for who types their password once more."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.generic import FormView

from accounts.identity.signed_in import asker
from accounts.people import own_export
from accounts.views.forms import OwnPasswordForm


@method_decorator(never_cache, "dispatch")
class DownloadMyData(LoginRequiredMixin, FormView):
    request: HttpRequest
    template_name = "accounts/own/export.html"
    form_class = OwnPasswordForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"person": asker(self.request), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        me = asker(self.request)
        name = f"my-data-{timezone.localdate():%Y-%m-%d}.zip"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return HttpResponse(own_export.archive(me), content_type="application/zip", headers=headers)
