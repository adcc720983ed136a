"""What an administrator presses on the list of first steps; it is part of the home page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from config.web.guards import done_or_said, only
from home.first_steps import checklist

# By the last part of the address: what is done, and what is said then.
ACTS: dict[str, tuple[Callable[[str], None], Callable[[], str]]] = {
    "done": (checklist.say_done, lambda: _("The step is ticked.")),
    "hide": (checklist.hide, lambda: _("Hidden. You can show it again on this page.")),
    "show": (checklist.show, lambda: _("Shown again.")),
}


def _is_administrator(person: Any) -> bool:
    return bool(person.is_administrator)


@require_POST
@only(_is_administrator)
def change(request: HttpRequest, name: str, act: str) -> HttpResponseBase:
    if act not in ACTS:
        raise Http404
    do, words = ACTS[act]

    def changed() -> str:
        do(name)
        return words()

    done_or_said(request, changed)
    return redirect("home")
