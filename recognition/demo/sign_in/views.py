"""The button behind each offer: it does what typing the printed password does, with the same limits and records."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.views.signing import SignInPage
from recognition.demo.sign_in import offers


class SignInAs(SignInPage):
    """POST only. On any other site there is no such page. A person who is signed in changes to the other account."""

    http_method_names = ("post",)
    redirect_authenticated_user = False

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not offers.password_of(kwargs["id_number"]):
            raise Http404
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        who = self.kwargs["id_number"]
        return super().get_form_kwargs() | {"data": {"username": who, "password": offers.password_of(who)}}
