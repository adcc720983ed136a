"""The desk's return screen: a scan after the other, and what came back (library.check_in)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from library.desk import branches, desk
from library.desk import returns as check_in
from library.desk.returns import ScanRow
from library.models import Branch, Transit
from library.rules.guards import done_or_said, for_librarians
from library.rules.lending import CopyStatus

MOST_SHOWN = 500  # books of one list


@require_http_methods(["GET", "HEAD", "POST"])
@for_librarians
def returns(request: HttpRequest) -> HttpResponse:
    """The page; or one scan: JSON for the page's script, the page again without one.

    A scan with `person` comes from that person's page, and leads back there.
    """
    if request.method != "POST":
        context = {"rows": check_in.rows(request.session), "words": _words(), "tab": "returns"} | _branches(request)
        return render(request, "library/returns.html", context)
    typed, person = request.POST.get("barcode", ""), request.POST.get("person", "")
    if person.isdecimal():
        done_or_said(request, lambda: desk.take_back(typed, branches.here(request.session)))
        return redirect("library:person", int(person))
    row = check_in.scan(request.session, typed, nonce=request.POST.get("nonce", "")[:64]) if typed.strip() else None
    if row is None or not request.accepts("application/json") or request.accepts("text/html"):
        return redirect("library:take_back")
    return JsonResponse(_told(row))


def _told(row: ScanRow) -> dict[str, str]:
    html = render_to_string("library/_return_row.html", {"row": row})
    return {"html": html, "said": row.said, "tone": row.tone}


def _words() -> dict[str, Any]:
    return {
        "waiting": _("Scans waiting to be sent: %(number)s"),
        "offline": _(
            "The server does not answer. Your scans are saved and will be sent again. You can go on scanning."
        ),
        "signed_out": _("You are signed out, so nothing more was returned. Sign in again. Your scans are saved."),
    }


@require_POST
@for_librarians
def clear(request: HttpRequest) -> HttpResponse:
    """A new list; the returns stand."""
    check_in.clear(request.session)
    return redirect("library:take_back")


@require_POST
@for_librarians
def choose_branch(request: HttpRequest) -> HttpResponse:
    """Where this librarian works: what belongs elsewhere is sent there from now on."""

    def act() -> str:
        branches.choose(request.session, request.POST.get("branch", ""))
        here = branches.here(request.session)
        return _("You are at %(branch)s.") % {"branch": here} if here else _("No branch is chosen.")

    done_or_said(request, act)
    return redirect("library:transit" if request.POST.get("back") == "transit" else "library:take_back")


@require_GET
@for_librarians
def transit(request: HttpRequest) -> HttpResponse:
    """What is on its way: all of it, or what the librarian's branch sends and receives."""
    here = branches.here(request.session)
    rows = Transit.objects.filter(copy__status=CopyStatus.IN_TRANSIT)
    rows = rows.select_related("copy__title", "copy__branch", "origin")
    context: dict[str, Any] = {"tab": "transit", "back": "transit", "all": None if here else rows[:MOST_SHOWN]}
    if here:
        coming = rows.filter(copy__branch=here)
        context |= {"sent": rows.filter(origin=here)[:MOST_SHOWN], "coming": coming[:MOST_SHOWN]}
    return render(request, "library/transit.html", context | _branches(request))


def _branches(request: HttpRequest) -> dict[str, Any]:
    return {"branches": Branch.objects.all(), "here": branches.here(request.session)}
