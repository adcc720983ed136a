"""Emergency release of a bank: begun by one officer, confirmed by another, watched and ended by any of the bank."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from lockers.access import reauthentication
from lockers.bank import officers
from lockers.desk.emergency_release import bank_releases, progress
from lockers.models import BankRelease
from lockers.rules.guards import done_or_said, for_officers
from lockers.rules.visibility import banks_for, releases_for

SHOWN = 20


@require_GET
@for_officers
def releases(request: HttpRequest) -> HttpResponse:
    me, open_now = asker(request), set(BankRelease.objects.filter(open_slot=1).values_list("bank", flat=True))
    banks = [
        (bank, bank.pk in open_now, officers.serves(me, bank) and not bank_releases.holds_here(me, bank))
        for bank in banks_for(me)
    ]
    context = {"banks": banks, "rows": _rows(request)[:SHOWN], "minutes": _minutes(), "tab": "releases"}
    return render(request, "lockers/releases.html", context)


def _rows(request: HttpRequest) -> QuerySet[BankRelease]:
    return releases_for(request.user).select_related("bank", "begun_by", "confirmed_by", "ended_by")


def _minutes() -> int:
    return max(1, settings.LOCKER_RELEASE_WITHIN // 60)


@require_GET
@for_officers
def release(request: HttpRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=pk)
    context = {"release": row, "progress": progress.of(row), "minutes": _minutes(), "tab": "releases"}
    return render(request, "lockers/release.html", context)


@sensitive_post_parameters("secret")
@require_POST
@for_officers
def begin(request: HttpRequest, bank: int) -> HttpResponse:
    one, made = get_object_or_404(banks_for(request.user), pk=bank), []

    def act() -> str:
        _prove(request)
        made.append(bank_releases.begin(one, by=asker(request), reason=request.POST.get("reason", "")))
        words = ngettext(
            "The release is waiting. Another officer must confirm it within %(n)d minute.",
            "The release is waiting. Another officer must confirm it within %(n)d minutes.",
            _minutes(),
        )
        return words % {"n": _minutes()}

    done_or_said(request, act)
    return redirect("lockers:release", made[0].pk) if made else redirect("lockers:releases")


@sensitive_post_parameters("secret")
@require_POST
@for_officers
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: BankRelease, officer: User) -> str:
        _prove(request)
        bank_releases.confirm(row, by=officer, reason=request.POST.get("reason", ""))
        return _("The doors of %(bank)s are being opened.") % {"bank": row.bank.name}

    return _acted(request, pk, act)


@require_POST
@for_officers
def end(request: HttpRequest, pk: int) -> HttpResponse:
    def act(row: BankRelease, officer: User) -> str:
        bank_releases.end(row, by=officer)
        return _(
            "The release has ended, and no more doors will be opened. Doors that are open stay open until they "
            "are shut."
        )

    return _acted(request, pk, act)


def _prove(request: HttpRequest) -> None:
    """A password, and not a PIN: it opens a whole bank."""
    reauthentication.require(asker(request), request.POST.get("secret", ""), request, pin=False)


def _acted(request: HttpRequest, pk: int, act: Callable[[BankRelease, User], str]) -> HttpResponse:
    row = get_object_or_404(_rows(request), pk=pk)
    done_or_said(request, lambda: act(row, asker(request)))
    return redirect("lockers:release", pk)
