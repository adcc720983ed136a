"""The officer's key of a vault, on their own page: turned at once, or shown as a one-time key for the keypad."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from accounts.identity.signed_in import asker
from lockers.access import reauthentication, vaults
from lockers.desk import board
from lockers.models import OfficerKey
from lockers.rules.guards import done_or_said, for_officers, kept_locker
from lockers.rules.opening import readable


@sensitive_post_parameters("secret")
@require_POST
@for_officers
def officer_key(request: HttpRequest, pk: int) -> HttpResponse:
    """`show`: the key is on the page that answers, and nowhere else. Otherwise it is turned now."""
    locker = kept_locker(request, pk)
    shown: list[vaults.IssuedOfficerKey] = []

    def act() -> str:
        officer = asker(request)
        reauthentication.require(officer, request.POST.get("secret", ""), request)
        if "show" in request.POST:
            shown.append(vaults.show(locker, by=officer))
            return _("This key is shown once.")
        turned = vaults.turn(locker, by=officer, method=OfficerKey.Method.PASSWORD)
        if turned.opening is not None:
            return _("%(where)s: the lock has been told to open.") % {"where": board.where(locker)}
        return _("Your key has been turned. The customer's key can open the vault within %(time)s.") % {
            "time": minutes()
        }

    if done_or_said(request, act) and shown:
        context = {"locker": locker, "code": readable(shown[0].code), "until": shown[0].key.until, "tab": "board"}
        return render(request, "lockers/officer_key.html", context | {"minutes": minutes()})
    return redirect("lockers:locker", pk)


def minutes() -> str:
    """How long an officer's key is good for, in words."""
    n = max(1, settings.LOCKER_OFFICER_KEY_TTL // 60)
    return ngettext("%(n)d minute", "%(n)d minutes", n) % {"n": n}
