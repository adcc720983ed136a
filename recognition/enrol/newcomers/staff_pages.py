"""Who waits for acceptance, and the invitations. For administrators."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.identity.signed_in import asker
from accounts.roles import Purpose
from config.errors import Refused
from config.web.guards import only
from recognition.enrol.newcomers import deciding, invitations, sealed_photos
from recognition.enrol.newcomers.forms import InvitationForm
from recognition.faces import access_log
from recognition.models import Invitation, Newcomer, NewcomerPhoto

MOST = 100  # rows of a list
administrators = only(lambda person: person.is_administrator)


@require_safe
@administrators
@never_cache
def queue(request: HttpRequest) -> HttpResponse:
    waiting = Newcomer.objects.filter(state=Newcomer.State.WAITING).select_related("invitation__department")
    rows = [
        {
            "newcomer": row,
            "taken": deciding.id_number_is_taken(row),
            "purposes": [Purpose(purpose).label for purpose in row.agreed],
            "photos": row.photos.defer("sealed"),
        }
        for row in waiting[:MOST]
    ]
    made = Invitation.objects.select_related("department", "made_by")[:MOST]
    return render(request, "recognition/newcomers/queue.html", {"rows": rows, "invitations": made})


@require_http_methods(["GET", "HEAD", "POST"])
@administrators
@never_cache
def invite(request: HttpRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if not form.is_valid():
        return render(request, "recognition/newcomers/invite.html", {"form": form})
    code = invitations.make(form.instance, by=asker(request))
    try:
        sent = invitations.mail(form.instance, code, form.cleaned_data["addresses"].splitlines())
    except Refused as refusal:
        form.instance.delete()
        form.add_error("addresses", refusal.message)
        return render(request, "recognition/newcomers/invite.html", {"form": form})
    if sent:
        words = ngettext("Mailed to %(count)d address.", "Mailed to %(count)d addresses.", sent)
        messages.success(request, words % {"count": sent})
    shown = {"invitation": form.instance, "code": code, "link": invitations.link(code)}
    return render(request, "recognition/newcomers/invited.html", shown)


@require_POST
@administrators
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    invitations.revoke(get_object_or_404(Invitation, pk=pk), by=asker(request))
    messages.success(request, _("The invitation is not valid any more."))
    return redirect("recognition:newcomers")


@require_POST
@administrators
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    accepted = deciding.accept(get_object_or_404(Newcomer, pk=pk), by=asker(request))
    messages.success(request, _("%(name)s was added.") % {"name": accepted.person.get_full_name()})
    for warning in accepted.warnings:
        messages.warning(request, warning)
    return redirect("recognition:newcomers")


@require_POST
@administrators
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    deciding.decline(get_object_or_404(Newcomer, pk=pk), request.POST.get("reason", ""), by=asker(request))
    messages.success(request, _("Declined. The photos have been deleted."))
    return redirect("recognition:newcomers")


@require_safe
@administrators
@never_cache
def photo(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Opened for this one look, which is logged before it is shown."""
    row = get_object_or_404(NewcomerPhoto, newcomer_id=pk, number=number, newcomer__state=Newcomer.State.WAITING)
    jpeg = sealed_photos.open_one(row)
    access_log.record("newcomer_viewed", actor=asker(request), newcomer=pk, photos=1)
    return HttpResponse(jpeg, content_type="image/jpeg")
