"""Customers: found, registered, and made ready to open; and who waits for a locker."""

from __future__ import annotations

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

from accounts.consent.consent import give_consent, standing_purposes
from accounts.consent.notices import current_notice
from accounts.identity.signed_in import asker
from accounts.models import Consent, User
from accounts.roles import Purpose
from config.errors import Refused
from lockers.access import credentials
from lockers.access.passkeys import relying_party
from lockers.access.views import duress
from lockers.assignments import customers, registration
from lockers.bank.officers import serves_person
from lockers.bank.places import free_lockers, held_by
from lockers.bank.terms import terms
from lockers.models import (
    BankTerms,
    JointHolder,
    Locker,
    LockerSize,
    Lockout,
    Passkey,
    TermsAnswer,
    WaitingEntry,
)
from lockers.rules.guards import button, done_or_said, for_officers, words_of
from lockers.rules.visibility import banks_for, banks_served, kept_attempts, kept_lockers, waiting_for

A_PAGE = 50


class FreeLocker(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        vault = f" ({_('vault')})" if obj.kind == Locker.Kind.VAULT else ""
        size = f" · {obj.size}" if obj.size else ""
        return f"{obj.bank.name} · {obj.number}{vault}{size}"


def _date(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"), **options
    )


class NewPersonForm(forms.Form):
    id_number = forms.CharField(label=gettext_lazy("Id number"), max_length=32)
    first_name = forms.CharField(label=gettext_lazy("First name"), max_length=80)
    last_name = forms.CharField(label=gettext_lazy("Last name"), max_length=80, required=False)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        required=False,
        help_text=gettext_lazy("For messages about their locker."),
    )
    card_barcode = forms.CharField(
        label=gettext_lazy("Card barcode"), max_length=64, required=False, help_text=gettext_lazy("Scan the card.")
    )


class RegistrationForm(forms.Form):
    locker = FreeLocker(
        queryset=Locker.objects.none(),
        label=gettext_lazy("Locker"),
        required=False,
        empty_label=gettext_lazy("None yet"),
    )
    starts_on = _date(gettext_lazy("From"), help_text=gettext_lazy("Leave empty for today."))
    ends_on = _date(gettext_lazy("Until"), help_text=gettext_lazy("The last day. Leave empty for no end."))
    joint = forms.CharField(
        label=gettext_lazy("Joint holders"),
        required=False,
        max_length=400,
        help_text=gettext_lazy("Id numbers, separated by commas. Each person opens the locker in their own name."),
    )
    terms = forms.ChoiceField(
        label=gettext_lazy("Terms of the bank"),
        required=False,
        choices=[
            ("", gettext_lazy("Ask them at the kiosk and on their page")),
            (TermsAnswer.Answer.ACCEPTED, gettext_lazy("Read and signed on paper")),
            (TermsAnswer.Answer.REFUSED, gettext_lazy("Refused: no locker")),
        ],
    )
    agreed = forms.BooleanField(
        label=gettext_lazy("The customer has read the notice and agrees to face recognition."), required=False
    )
    pin = forms.CharField(
        label=gettext_lazy("PIN"),
        required=False,
        max_length=8,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "new-password"}),
        help_text=gettext_lazy("4 to 8 digits. Let the customer type it, and look away."),
    )
    pin_again = forms.CharField(
        label=gettext_lazy("PIN again"),
        required=False,
        max_length=8,
        widget=forms.PasswordInput({"inputmode": "numeric", "autocomplete": "new-password"}),
    )

    duress_pin = duress.digits(
        gettext_lazy("Duress PIN"),
        required=False,
        help_text=gettext_lazy("Not similar to the PIN. Leave empty for none."),
    )
    duress_again = duress.digits(gettext_lazy("Duress PIN again"), required=False)
    gesture = duress.gestures()

    def __init__(
        self, officer: User, *args: Any, known: User | None = None, size: int | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.officer = officer
        free = free_lockers().filter(bank__in=banks_served(officer))
        self.fields["locker"].queryset = free.filter(size=size) if size else free  # type: ignore[attr-defined]
        if not _terms(officer):
            del self.fields["terms"]
        if known is not None and known.pin:
            for name in ("pin", "pin_again", "duress_pin", "duress_again", "gesture"):
                del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("pin", "") != cleaned.get("pin_again", ""):
            self.add_error("pin_again", _("The two PINs are not the same. Type them again."))
        if cleaned.get("duress_pin", "") != cleaned.get("duress_again", ""):
            self.add_error("duress_again", _("The two PINs are not the same. Type them again."))
        if (cleaned.get("duress_pin") or cleaned.get("gesture")) and not cleaned.get("pin"):
            self.add_error("pin", _("A duress PIN or gesture needs a PIN."))
        return cleaned

    def wish(self) -> customers.RegistrationWish:
        """Refused `nobody_found`, `several_found` for a joint holder."""
        cleaned = self.cleaned_data
        numbers = cleaned["joint"].replace(";", ",").split(",")
        joint = tuple(customers.one(number, self.officer) for number in numbers if number.strip())
        return customers.RegistrationWish(
            locker=cleaned["locker"],
            starts_on=cleaned["starts_on"],
            ends_on=cleaned["ends_on"],
            joint=joint,
            agreed=cleaned["agreed"],
            terms=cleaned.get("terms", ""),
            pin=cleaned.get("pin", ""),
            duress_pin=cleaned.get("duress_pin", ""),
            gesture=cleaned.get("gesture", ""),
        )


# --- finding and registering ----------------------------------------------------------------------


@require_GET
@for_officers
def search(request: HttpRequest) -> HttpResponse:
    """Who has a locker; or, with words, everyone whom they fit."""
    words = words_of(request)
    me = asker(request)
    found = customers.find(words, me) if words else customers.holders(me)
    people = found.select_related("department").order_by("last_name", "first_name", "pk")
    page = Paginator(people, A_PAGE).get_page(request.GET.get("page"))
    theirs = customers.lockers_by_person(page.object_list, me)
    rows = [(person, theirs[person.pk]) for person in page.object_list]
    context = {"q": words, "page": page, "rows": rows, "query": f"q={words}" if words else "", "tab": "customers"}
    return render(request, "lockers/customers.html", context)


@require_http_methods(["GET", "POST"])
@for_officers
def register(request: HttpRequest) -> HttpResponse:
    """Someone new, or `?person=` someone who is known: everything in one go, then on to their face."""
    given = request.GET.get("person", "")
    known = get_object_or_404(User, pk=given) if given.isdecimal() and len(given) < 18 else None
    data = request.POST if request.method == "POST" else None
    first, size = {"locker": request.GET.get("locker", "")}, _size(request.GET.get("size", ""))
    who, wish = (
        (None if known else NewPersonForm(data)),
        RegistrationForm(asker(request), data, known=known, size=size.pk if size else None, initial=first),
    )
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
    more = {"tab": "customers", "in_force": _terms(asker(request)), "size": size, "sizes": _free_sizes(asker(request))}
    return render(request, "lockers/register.html", context | more, status=400 if data is not None else 200)


def _size(said: str) -> LockerSize | None:
    """None for an empty or unknown one: any."""
    return (
        LockerSize.objects.filter(pk=int(said)).first()
        if said.isascii() and said.isdigit() and len(said) < 10
        else None
    )


def _free_sizes(officer: User) -> list[tuple[LockerSize, int]]:
    """Each size of the site, and how many lockers of it this officer could give."""
    free = free_lockers().filter(bank__in=banks_served(officer))
    return [(size, sum(one.size_id == size.pk for one in free)) for size in LockerSize.objects.all()]


# --- one customer ---------------------------------------------------------------------------------


def _terms(officer: User) -> list[BankTerms]:
    """In force in the banks where this officer may give a locker."""
    banks = set(banks_served(officer).values_list("pk", flat=True))
    return [row for row in terms.all_in_force(timezone.localdate()) if row.bank_id in banks]


def _lockers(person: User, viewer: User) -> list[tuple[Locker, JointHolder | None]]:
    """Each locker that they have, and their share in it where it is another customer's."""
    rows = JointHolder.objects.filter(person=person, open_slot=1, assignment__open_slot=1)
    shares = {row.assignment.locker_id: row for row in rows.select_related("assignment")}
    found = kept_lockers(viewer).filter(held_by(person.pk)).select_related("bank")
    return [(locker, shares.get(locker.pk)) for locker in found]


@require_GET
@for_officers
def customer(request: HttpRequest, person: int) -> HttpResponse:
    one, me = get_object_or_404(User.objects.select_related("department"), pk=person), asker(request)
    banks = set(banks_for(me).values_list("pk", flat=True))
    context = {
        "person": one,
        "ready": customers.readiness(one),
        "may_change": credentials.may_change(one, me),
        "notice": current_notice(Purpose.LOCKERS),
        "lockers": _lockers(one, me),
        "elsewhere": not serves_person(me, one),
        "terms": [row for row in terms.standings(one, timezone.localdate()) if row.terms.bank_id in banks],
        "today": timezone.localdate(),
        "duress": duress.DuressForm(),
        "waits": waiting_for(me).filter(person=one, open_slot=1).select_related("bank"),
        "lockout": Lockout.objects.filter(person=one, failures__gt=0).first(),
        "passkeys": (passkeys := list(Passkey.objects.filter(person=one))),
        "passkey_works": any(row.stopped_at is None for row in passkeys),
        "passkeys_possible": relying_party.site() is not None,
        "attempts": kept_attempts(me).filter(person=one).select_related("locker__bank")[:10],
        "now": timezone.now(),
        "tab": "customers",
    }
    return render(request, "lockers/customer.html", context)


def _customer(request: HttpRequest, person: int) -> User:
    return get_object_or_404(User, pk=person)


on_customer = button(_customer, "lockers:customer", key="person")


@on_customer
def consent(request: HttpRequest, one: User, officer: User) -> str:
    if "has_read" not in request.POST:
        raise Refused("not_read", _("The consent was not recorded. Tick that the customer has read the notice."))
    give_consent(one, Purpose.LOCKERS, by=officer, how=Consent.How.IN_PERSON)
    return _("The consent is recorded.")


@on_customer
def card(request: HttpRequest, one: User, officer: User) -> str:
    """A first card, or another one in its place."""
    credentials.give_card(one, request.POST.get("card_barcode", ""), by=officer)
    return _("The card now belongs to %(name)s.") % {"name": one.get_full_name()}


@on_customer
def withdraw_card(request: HttpRequest, one: User, officer: User) -> str:
    credentials.withdraw_card(one, by=officer)
    return _("The card is withdrawn.")


@on_customer
def pin(request: HttpRequest, one: User, officer: User) -> str:
    if request.POST.get("pin", "") != request.POST.get("pin_again", ""):
        raise Refused("pins_differ", _("The two PINs are not the same. Type them again."))
    reason = request.POST.get("reason", "")
    credentials.take_pin(one, request.POST.get("pin", ""), by=officer, reason=reason)
    return _("The PIN is set.")


# --- waiting --------------------------------------------------------------------------------------


@require_GET
@for_officers
def waiting(request: HttpRequest) -> HttpResponse:
    """The queues, and what could be given to whom."""
    free: dict[tuple[int, str], list[Locker]] = {}
    me = asker(request)
    banks = banks_served(me)
    for locker in free_lockers().filter(bank__in=banks):
        free.setdefault((locker.bank_id, locker.kind), []).append(locker)
    entries = waiting_for(me).filter(open_slot=1).select_related("bank", "person", "size")
    rows = [(entry, _fitting(entry, free.get((entry.bank_id, entry.kind), []))) for entry in entries[:500]]
    context = {"rows": rows, "banks": banks, "kinds": Locker.Kind.choices, "tab": "waiting"}
    context["sizes"] = LockerSize.objects.all()
    turn = {"now": timezone.now(), "days": settings.LOCKER_WAITING_DAYS}
    return render(request, "lockers/waiting.html", context | turn)


def _fitting(entry: WaitingEntry, free: list[Locker]) -> list[Locker]:
    return [one for one in free if entry.size_id in (None, one.size_id)]


@require_POST
@for_officers
def wait(request: HttpRequest) -> HttpResponse:
    def act() -> str:
        bank = banks_served(asker(request)).filter(code=request.POST.get("bank", "")).first()
        kind = request.POST.get("kind", "")
        if bank is None or kind not in Locker.Kind.values:
            raise Refused("no_such_bank", _("Choose a bank and a kind."))
        person = customers.one(request.POST.get("person", ""), asker(request))
        size = _size(request.POST.get("size", ""))
        registration.wait(bank, person, by=asker(request), kind=kind, size=size)
        return _("%(name)s is now on the waiting list.") % {"name": person.get_full_name()}

    done_or_said(request, act)
    return redirect("lockers:waiting")


@require_POST
@for_officers
def stop_waiting(request: HttpRequest, pk: int) -> HttpResponse:
    entry = get_object_or_404(waiting_for(request.user).select_related("person", "bank"), pk=pk)

    def act() -> str:
        registration.stop_waiting(entry, by=asker(request))
        return _("%(name)s is no longer on the waiting list.") % {"name": entry.person.get_full_name()}

    done_or_said(request, act)
    return redirect("lockers:waiting")


@require_POST
@for_officers
def offer(request: HttpRequest, pk: int) -> HttpResponse:
    """A free locker goes to someone who waits; that ends their waiting."""
    entry = get_object_or_404(waiting_for(request.user).select_related("person", "bank"), pk=pk, open_slot=1)

    def act() -> str:
        wanted = request.POST.get("locker", "")
        fitting = free_lockers().filter(bank=entry.bank_id, kind=entry.kind)
        fitting = fitting.filter(size=entry.size_id) if entry.size_id else fitting
        locker = fitting.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 18 else None
        if locker is None:
            raise Refused("locker_taken", _("This locker is no longer free."), status=409)
        registration.assign(locker, entry.person, by=asker(request))
        words = {"locker": locker.number, "name": entry.person.get_full_name()}
        return _("%(locker)s is now assigned to %(name)s.") % words

    done_or_said(request, act)
    return redirect("lockers:waiting")
