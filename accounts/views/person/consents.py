"""All consents of one person on one form, and the receipt."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.consent import receipt as receipts
from accounts.consent.one_form import Recorded, record_choices
from accounts.identity.signed_in import asker
from accounts.models import Consent, User
from accounts.people.my_data import agreements
from accounts.roles import ENROLS_FOR
from accounts.views.person.page import page_context, seen
from config.errors import Refused
from config.ops.registries.person_sections import SECTIONS

TEMPLATE = "accounts/person/_consents.html"
ANSWERS = (("yes", gettext_lazy("Agrees")), ("no", gettext_lazy("Does not agree")))
HOW = [choice for choice in Consent.How.choices if choice[0] != Consent.How.SELF]


class ConsentsForm(forms.Form):
    """One answer for each purpose, and one signature for all."""

    how = forms.ChoiceField(label=gettext_lazy("How the person decided"), choices=HOW)
    on = forms.DateField(
        label=gettext_lazy("Day of the decision"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    has_read = forms.BooleanField(
        label=gettext_lazy("The person has read the notices and decided. I am the witness."),
        error_messages={"required": gettext_lazy("Please confirm that the person has read the notices and decided.")},
    )
    may_erase = forms.BooleanField(
        label=gettext_lazy("Erase the photos and face data of what is withdrawn. This cannot be undone."),
        required=False,
    )

    def __init__(self, data: Any = None, *, said: list[Any]) -> None:
        super().__init__(data, auto_id="consents_%s")
        self.fields["on"].initial = timezone.localdate
        self.said = said
        for agreement in said:
            stands = "yes" if agreement.consent else "no"
            self.fields[f"purpose-{agreement.purpose}"] = forms.ChoiceField(
                label=agreement.purpose.label, choices=ANSWERS, widget=forms.RadioSelect, initial=stands
            )

    @property
    def lines(self) -> list[Any]:
        return [(agreement, self[f"purpose-{agreement.purpose}"]) for agreement in self.said]

    @property
    def choices(self) -> dict[str, bool]:
        return {a.purpose.value: self.cleaned_data[f"purpose-{a.purpose}"] == "yes" for a in self.said}


def may_see(viewer: Any, person: Any) -> bool:
    return bool(viewer.is_staff and viewer.has_perm("accounts.add_consent") and ENROLS_FOR.get(viewer.role))


def context(request: HttpRequest, person: User, *, form: ConsentsForm | None = None, **more: Any) -> dict[str, Any]:
    said = _said(request, person)
    past = person.consents.filter(standing=None, purpose__in=_mine(request)).order_by("-withdrawn_at")
    form = form or ConsentsForm(said=said)
    return {"form": form, "stands": any(a.consent for a in said), "past": past, "witness": asker(request), **more}


@require_POST
@login_required
@never_cache
def save(request: HttpRequest, pk: int) -> HttpResponse:
    person = _person(request, pk)
    form = ConsentsForm(request.POST, said=_said(request, person))
    recorded = _recorded(request, person, form) if form.is_valid() else None
    if request.headers.get("HX-Request"):
        more = {"recorded": recorded, "words": _words(recorded)} if recorded else {"form": form}
        answer = render(request, TEMPLATE, {"person": person, **context(request, person, **more)})
        if recorded and recorded.changed:
            answer["HX-Trigger"] = "person-changed"  # photos and history are read again
        return answer
    if recorded:
        messages.success(request, _words(recorded))
        return redirect("accounts:consents_receipt" if recorded.changed else "accounts:person", pk)
    return _with_errors(request, person, form)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def receipt(request: HttpRequest, pk: int) -> HttpResponse:
    """To print; POST sends it by e-mail."""
    person = _person(request, pk)
    if request.method == "POST":
        letter = receipts.mail(person, _mine(request))
        messages.success(request, _("The receipt goes to %(address)s.") % {"address": letter.to})
        return redirect("accounts:consents_receipt", pk)
    shown = {"person": person, "lines": receipts.lines(person, _mine(request)), "today": timezone.now()}
    return render(request, "accounts/person/receipt.html", shown)


def _recorded(request: HttpRequest, person: User, form: ConsentsForm) -> Recorded | None:
    said = form.cleaned_data
    try:
        return record_choices(
            person, form.choices, by=asker(request), how=said["how"], on=said["on"], may_erase=said["may_erase"]
        )
    except Refused as refusal:
        form.add_error("may_erase" if refusal.code == "confirm_withdrawal" else None, refusal.message)
    return None


def _words(recorded: Recorded) -> str:
    if not recorded.changed:
        return _("Nothing was changed.")
    given, gone = len(recorded.given), len(recorded.withdrawn)
    words = []
    if given:
        words.append(ngettext("%(n)d consent was recorded.", "%(n)d consents were recorded.", given) % {"n": given})
    if gone:
        said = ngettext(
            "%(n)d was withdrawn, and its face data erased.", "%(n)d were withdrawn, and their face data erased.", gone
        )
        words.append(said % {"n": gone})
    return " ".join(words)


def _with_errors(request: HttpRequest, person: User, form: ConsentsForm) -> HttpResponse:
    """Where there are no scripts: the section alone, as a page of its own."""
    shown = page_context(request, person, [("consents", SECTIONS.get("consents"))], at_once=set())  # type: ignore[list-item]
    body = {"person": person, **context(request, person, form=form)}
    return render(request, "accounts/person/consents_page.html", {**shown, **body, "alone": True}, status=400)


def _person(request: HttpRequest, pk: int) -> User:
    person, sections = seen(request, pk)
    if "consents" not in dict(sections):
        raise PermissionDenied
    return person


def _mine(request: HttpRequest) -> frozenset[str]:
    return ENROLS_FOR.get(asker(request).role, frozenset())


def _said(request: HttpRequest, person: User) -> list[Any]:
    return [agreement for agreement in agreements(person) if agreement.purpose.value in _mine(request)]
