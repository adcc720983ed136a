"""Many people from a ZIP: upload, look at the verdicts of a dry run, confirm."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Consent
from accounts.roles import Purpose
from config.errors import Refused
from recognition.enrol import drafts
from recognition.enrol.bulk.bulk import BulkEntry, BulkOutcome, Plan, run
from recognition.enrol.bulk.zip import MAX_CSV_BYTES, people_in_zip
from recognition.enrol.pages.access import for_enrolling_staff, staff
from recognition.enrol.pages.forms import BulkForm
from recognition.faces.permissions import purposes_for
from recognition.models import FaceSample

MAX_BYTES = 200_000_000
MAX_PHOTOS = 600  # about a minute; larger runs belong to the command


@require_http_methods(["GET", "POST"])
@for_enrolling_staff
def bulk(request: HttpRequest) -> HttpResponse:
    form = _form(request)
    if form.is_valid():
        try:
            return _review(request, form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.message)
    return render(request, "recognition/enrol/bulk.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@for_enrolling_staff
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Do what the dry run showed. The upload is deleted before its last word is said."""
    meta, (archive, people) = drafts.load(staff(request).pk, token, "zip", "csv")
    plan = _plan(request, meta, dry_run=False)
    outcomes = list(run(_entries(archive, people if meta["csv"] else None), plan))
    drafts.drop(token)
    return render(request, "recognition/enrol/bulk_done.html", _summary(outcomes))


def _form(request: HttpRequest) -> BulkForm:
    mine = [purpose for purpose in Purpose if purpose.value in purposes_for(staff(request))]
    data, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    return BulkForm(data, files, purposes=mine, may_create=request.user.has_perm("accounts.add_user"))


def _review(request: HttpRequest, cleaned: dict[str, Any]) -> HttpResponse:
    archive = _bytes(cleaned["archive"], MAX_BYTES)
    people = _bytes(cleaned["people"], MAX_CSV_BYTES) if cleaned["people"] else None
    meta = {
        "consent": cleaned["consent"],
        "how": cleaned["how"] or Consent.How.PAPER,
        "create": cleaned.get("create", False),
        "csv": people is not None,
    }
    outcomes = list(run(_entries(archive, people), _plan(request, meta, dry_run=True)))
    context = _summary(outcomes)
    if context["accepted"]:
        context["token"] = drafts.store(staff(request).pk, meta, {"zip": archive, "csv": people or b""})
    context["consent"] = [Purpose(value).label for value in cleaned["consent"]]
    return render(request, "recognition/enrol/bulk_review.html", context)


def _plan(request: HttpRequest, meta: dict[str, Any], *, dry_run: bool) -> Plan:
    consent = frozenset(meta["consent"])
    return Plan(FaceSample.Source.ZIP, staff(request), consent, create=meta["create"], dry_run=dry_run, how=meta["how"])


def _entries(archive: bytes, people: bytes | None) -> list[BulkEntry]:
    entries = people_in_zip(archive, people)
    if sum(len(entry.photos) for entry in entries) > MAX_PHOTOS:
        words = ngettext(
            "This page takes at most %(count)d photo. For more, use the command enrol_zip.",
            "This page takes at most %(count)d photos. For more, use the command enrol_zip.",
            MAX_PHOTOS,
        )
        raise Refused("too_many_for_a_page", words % {"count": MAX_PHOTOS})
    return entries


def _bytes(upload: UploadedFile, most: int) -> bytes:
    if (upload.size or 0) > most:
        message = _("%(name)s is larger than %(most)d MB.")
        raise Refused("too_large", message % {"name": upload.name, "most": most // 1_000_000}, status=413)
    return bytes(upload.read())


def _summary(outcomes: list[BulkOutcome]) -> dict[str, Any]:
    photos = sum(len(outcome.verdicts) for outcome in outcomes)
    accepted = sum(outcome.accepted for outcome in outcomes)
    return {
        "outcomes": outcomes,
        "people": sum(outcome.accepted > 0 for outcome in outcomes),
        "accepted": accepted,
        "rejected": photos - accepted,
    }
