"""Customers: found, registered, and made ready to open; and who waits for a locker."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.asking import asker
from accounts.models import User
from accounts.notices import current_notice
from accounts.roles import Purpose
from accounts.services import give_consent, standing_purposes
from config.errors import Refused
from lockers import credentials, customers, registration
from lockers.models import AccessAttempt, Bank, Locker, Lockout, WaitingEntry
from lockers.places import free_lockers, held_by
from lockers.views.guards import done_or_said, for_officers, words_of

A_PAGE = 50


class FreeLocker(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        vault = f" ({_('vault')})" if obj.kind == Locker.Kind.VAULT else ""
        return f"{obj.bank.name} · {obj.number}{vault}"


def _date(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, required=False, widget=forms.DateInput({"type": "date"}), **options)


class NewPersonForm(forms.Form):
    id_number = forms.CharField(label=gettext_lazy("Id number"), max_length=32)
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("For news of their locker."),
    )
    card_barcode = forms.CharField(
        label=gettext_lazy("Card barcode"), max_length=64, required=False, help_text=gettext_lazy("Scan the card.")
    )


class WishForm(forms.Form):
    locker = FreeLocker(
        queryset=Locker.objects.none(),
        label=gettext_lazy("Locker"),
        required=False,
        empty_label=gettext_lazy("None yet"),
    )
    starts_on = _date(gettext_lazy("From"), help_text=gettext_lazy("Empty: today."))
    ends_on = _date(gettext_lazy("Until"), help_text=gettext_lazy("The last day. Empty: no end."))
    joint = forms.CharField(
        label=gettext_lazy("Joint holders"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Id numbers, with commas between them. Each opens the locker in their own name."),
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("They have read the notice and agree that their face is compared."), required=False
    )
    pin = forms.CharField(
        label=gettext_lazy("PIN"),
        required=False,
        max_length=8,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "new-password"}),
        help_text=gettext_lazy("4 to 8 digits. The customer types it; look away."),
    )
    pin_again = forms.CharField(
        label=gettext_lazy("PIN again"),
        required=False,
        max_length=8,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, known: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["locker"].queryset = free_lockers()  # type: ignore[attr-defined]
        if known is not None and known.pin:
            del self.fields["pin"], self.fields["pin_again"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("pin", "") != cleaned.get("pin_again", ""):
            self.add_error("pin_again", _("The two PINs are not the same."))
        return cleaned

    def wish(self) -> customers.Wish:
        """Refused `nobody_found`, `several_found` for a joint holder."""
        cleaned = self.cleaned_data
        numbers = cleaned["joint"].replace(";", ",").split(",")
        joint = tuple(customers.one(number) for number in numbers if number.strip())
        return customers.Wish(
            locker=cleaned["locker"],
            starts_on=cleaned["starts_on"],
            ends_on=cleaned["ends_on"],
            joint=joint,
            agreed=cleaned["agreed"],
            pin=cleaned.get("pin", ""),
        )


# --- finding and registering ----------------------------------------------------------------------


@require_GET
@for_officers
def search(request: HttpRequest) -> HttpResponse:
    """Who has a locker; or, with words, everybody whom they fit."""
    words = words_of(request)
    found = customers.find(words) if words else customers.holders()
    people = found.select_related("department").order_by("last_name", "first_name", "pk")
    page = Paginator(people, A_PAGE).get_page(request.GET.get("page"))
    theirs = customers.lockers_by_person(page.object_list)
    rows = [(person, theirs[person.pk]) for person in page.object_list]
    context = {"q": words, "page": page, "rows": rows, "query": f"q={words}" if words else "", "tab": "customers"}
    return render(request, "lockers/customers.html", context)


@require_http_methods(["GET", "POST"])
@for_officers
def register(request: HttpRequest) -> HttpResponse:
    """Somebody new, or `?person=` somebody who is known: everything in one go, then on to their face."""
    given = request.GET.get("person", "")
    known = get_object_or_404(User, pk=given) if given.isdecimal() and len(given) < 18 else None
    data = request.POST if request.method == "POST" else None
    first = {"locker": request.GET.get("locker", "")}
    who, wish = (None if known else NewPersonForm(data)), WishForm(data, known=known, initial=first)
    if data is not None and wish.is_valid() and (who is None or who.is_valid()):
        try:
            new = known or customers.NewPerson(**(who.cleaned_data if who else {}))
            person = customers.register(new, wish.wish(), by=asker(request))
        except Refused as refusal:
            wish.add_error(None, refusal.message)
        else:
            messages.success(request, _("%(name)s is registered.") % {"name": person.get_full_name()})
            return redirect("lockers:customer", person.pk)
    agreed = known is not None and Purpose.LOCKERS in standing_purposes(known)
    context = {"known": known, "who": who, "wish": wish, "notice": current_notice(Purpose.LOCKERS), "agreed": agreed}
    return render(
        request, "lockers/register.html", context | {"tab": "customers"}, status=400 if data is not None else 200
    )


# --- one customer ---------------------------------------------------------------------------------


@require_GET
@for_officers
def customer(request: HttpRequest, person: int) -> HttpResponse:
    one = get_object_or_404(User.objects.select_related("department"), pk=person)
    context = {
        "person": one,
        "ready": customers.readiness(one),
        "may_change": credentials.may_change(one, asker(request)),
        "notice": current_notice(Purpose.LOCKERS),
        "lockers": Locker.objects.filter(held_by(one.pk)).select_related("bank"),
        "waits": WaitingEntry.objects.filter(person=one, open_slot=1).select_related("bank"),
        "lockout": Lockout.objects.filter(person=one, failures__gt=0).first(),
        "attempts": AccessAttempt.objects.filter(person=one).select_related("locker__bank")[:10],
        "now": timezone.now(),
        "tab": "customers",
    }
    return render(request, "lockers/customer.html", context)


def _acted(request: HttpRequest, person: int, act: Callable[[User, User], str]) -> HttpResponse:
    one = get_object_or_404(User, pk=person)
    done_or_said(request, lambda: act(one, asker(request)))
    return redirect("lockers:customer", person)


@require_POST
@for_officers
def consent(request: HttpRequest, person: int) -> HttpResponse:
    def act(one: User, officer: User) -> str:
        if "has_read" not in request.POST:
            raise Refused("not_read", _("Tick that the notice was read."))
        give_consent(one, Purpose.LOCKERS, by=officer)
        return _("The consent is recorded.")

    return _acted(request, person, act)


@require_POST
@for_officers
def card(request: HttpRequest, person: int) -> HttpResponse:
    """A first card, or another one in its place."""

    def act(one: User, officer: User) -> str:
        credentials.give_card(one, request.POST.get("card_barcode", ""), by=officer)
        return _("This is %(name)s's card now.") % {"name": one.get_full_name()}

    return _acted(request, person, act)


@require_POST
@for_officers
def withdraw_card(request: HttpRequest, person: int) -> HttpResponse:
    def act(one: User, officer: User) -> str:
        credentials.withdraw_card(one, by=officer)
        return _("The card names nobody any more.")

    return _acted(request, person, act)


@require_POST
@for_officers
def pin(request: HttpRequest, person: int) -> HttpResponse:
    def act(one: User, officer: User) -> str:
        if request.POST.get("pin", "") != request.POST.get("pin_again", ""):
            raise Refused("pins_differ", _("The two PINs are not the same."))
        reason = request.POST.get("reason", "")
        credentials.take_pin(one, request.POST.get("pin", ""), by=officer, reason=reason)
        return _("The PIN is set.")

    return _acted(request, person, act)


# --- waiting --------------------------------------------------------------------------------------


@require_GET
@for_officers
def waiting(request: HttpRequest) -> HttpResponse:
    """The queues, and what could be given to whom."""
    free: dict[tuple[int, str], list[Locker]] = {}
    for locker in free_lockers():
        free.setdefault((locker.bank_id, locker.kind), []).append(locker)
    entries = WaitingEntry.objects.filter(open_slot=1).select_related("bank", "person")
    rows = [(entry, free.get((entry.bank_id, entry.kind), [])) for entry in entries[:500]]
    context = {"rows": rows, "banks": Bank.objects.all(), "kinds": Locker.Kind.choices, "tab": "waiting"}
    turn = {"now": timezone.now(), "days": settings.LOCKER_WAITING_DAYS}
    return render(request, "lockers/waiting.html", context | turn)


@require_POST
@for_officers
def wait(request: HttpRequest) -> HttpResponse:
    def act() -> str:
        bank = Bank.objects.filter(code=request.POST.get("bank", "")).first()
        kind = request.POST.get("kind", "")
        if bank is None or kind not in Locker.Kind.values:
            raise Refused("no_such_bank", _("Choose a bank and a kind."))
        person = customers.one(request.POST.get("person", ""))
        registration.wait(bank, person, by=asker(request), kind=kind)
        return _("%(name)s waits now.") % {"name": person.get_full_name()}

    done_or_said(request, act)
    return redirect("lockers:waiting")


@require_POST
@for_officers
def stop_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(WaitingEntry.objects.select_related("person"), pk=pk)

    def act() -> str:
        registration.stop_waiting(entry, by=asker(request))
        return _("%(name)s waits no more.") % {"name": entry.person.get_full_name()}

    done_or_said(request, act)
    return redirect("lockers:waiting")


@require_POST
@for_officers
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """A free locker goes to somebody who waits; that ends their waiting."""
    entry = get_object_or_404(WaitingEntry.objects.select_related("person"), pk=pk, open_slot=1)

    def act() -> str:
        wanted = request.POST.get("locker", "")
        fitting = free_lockers().filter(bank=entry.bank_id, kind=entry.kind)
        locker = fitting.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
        if locker is None:
            raise Refused("locker_taken", _("This locker is not free any more."), status=409)
        registration.assign(locker, entry.person, by=asker(request))
        words = {"locker": locker.number, "name": entry.person.get_full_name()}
        return _("%(locker)s belongs to %(name)s now.") % words

    done_or_said(request, act)
    return redirect("lockers:waiting")
