"""Where I am signed in, and signing out elsewhere."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.identity import sign_ins
from accounts.identity.signed_in import asker


@require_safe
@login_required
@never_cache
def page(request: HttpRequest) -> HttpResponse:
    rows = sign_ins.current(asker(request))
    here = request.session.session_key
    shown = {"rows": [(row, row.session_key == here) for row in rows], "tokens": sign_ins.tokens(asker(request))}
    return render(request, "accounts/own/sign_ins.html", shown)


@require_POST
@login_required
def end(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(asker(request).sign_ins, pk=pk)
    sign_ins.end([row])
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:sign_ins")


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    count = sign_ins.end_others(asker(request), but=request.session.session_key)
    words = ngettext("Signed out in %(count)d other place.", "Signed out in %(count)d other places.", count)
    messages.success(request, words % {"count": count} if count else _("You are signed in nowhere else."))
    return redirect("accounts:sign_ins")
