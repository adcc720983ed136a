"""The terms of the banks: read, printed and answered by anyone who has a locker there; taken down on paper by
officers."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.identity.signed_in import asker
from accounts.models import User
from config.errors import Refused
from lockers.bank.terms import terms as rules
from lockers.models import BankTerms, TermsAnswer
from lockers.rules.guards import date_of, done_or_said, for_holders, for_officers
from lockers.rules.visibility import keeps_lockers, kept_terms, terms_for

Answer, How = TermsAnswer.Answer, TermsAnswer.How


@require_GET
@for_officers
def terms(request: HttpRequest) -> HttpResponse:
    """Every version of every bank, and how many people have said what to it."""
    rows = (
        kept_terms(request.user)
        .select_related("bank", "published_by")
        .annotate(
            accepted=Count("answers__person", Q(answers__answer=Answer.ACCEPTED), distinct=True),
            refused=Count("answers__person", Q(answers__answer=Answer.REFUSED), distinct=True),
        )
    )
    in_force = {row.pk for row in rules.all_in_force(timezone.localdate())}
    context = {"rows": rows.order_by("bank__code", "-version"), "in_force": in_force, "today": timezone.localdate()}
    return render(request, "lockers/terms.html", context | {"tab": "terms"})


@require_GET
@for_holders
def terms_text(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, to be read and printed; with `?person=` officers print it for someone, to be signed."""
    row, me = _terms(request, pk), asker(request)
    given = request.GET.get("person", "")
    named = given.isdecimal() and len(given) < 18 and keeps_lockers(me) and kept_terms(me).filter(pk=pk).exists()
    today = timezone.localdate()
    in_force = rules.current_terms(row.bank, today)
    mine = [one for one in rules.standings(me, today) if one.terms.bank_id == row.bank_id]
    context = {
        "terms": row,
        "signer": User.objects.filter(pk=given).first() if named else None,
        "replaced": in_force is not None and row.version < in_force.version,
        "coming": row.in_force_from > today,
        "stands": next((one for one in mine if one.terms == row), None),
        "has_locker": bool(mine) or rules.has_locker_in(me, row.bank),
        "said": TermsAnswer.objects.filter(person=me, terms=row).exclude(answer=Answer.POSTPONED).first(),
        "sha": rules.digest(row.text),
    }
    return render(request, "lockers/terms_text.html", context)


def _terms(request: HttpRequest, pk: int) -> BankTerms:
    return get_object_or_404(terms_for(request.user).select_related("bank"), pk=pk)


@require_POST
@for_holders
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """For oneself. Refused `no_locker_here` for someone who has none in this bank."""
    row, me = _terms(request, pk), asker(request)

    def act() -> str:
        if not rules.has_locker_in(me, row.bank):
            raise Refused("no_locker_here", _("You have no locker in this bank."), status=409)
        accepted = _said(request) == Answer.ACCEPTED
        rules.answer(row, me, accepted=accepted, how=How.PAGE)
        if accepted:
            return _("You have accepted the terms.")
        return _("You have refused the terms. A locker officer can help you, and you can still change your mind.")

    done_or_said(request, act)
    return redirect("lockers:terms_text", pk)


def _said(request: HttpRequest, *more: str) -> str:
    """Refused `no_answer`: only a plain yes is one."""
    said = request.POST.get("answer", "")
    if said not in (Answer.ACCEPTED, Answer.REFUSED, *more):
        raise Refused("no_answer", _("Choose whether to accept or refuse the terms."))
    return said


@require_POST
@for_officers
def for_customer(request: HttpRequest, person: int) -> HttpResponse:
    """What they signed on paper, or more time."""
    one, officer = get_object_or_404(User, pk=person), asker(request)

    def act() -> str:
        number = request.POST.get("terms", "")
        row: Any = kept_terms(officer).filter(pk=number).first() if number.isdecimal() and len(number) < 18 else None
        if row is None:
            raise Refused("no_such_terms", _("These terms do not exist."), status=404)
        said = _said(request, Answer.POSTPONED)
        if said == Answer.POSTPONED:
            return _postponed(request, row, one, officer)
        rules.answer(row, one, accepted=said == Answer.ACCEPTED, how=How.PAPER, by=officer)
        return _("The answer is recorded.")

    done_or_said(request, act)
    return redirect("lockers:customer", person)


def _postponed(request: HttpRequest, row: BankTerms, person: User, officer: User) -> str:
    until = date_of(request, "until")
    if until is None:
        raise Refused("no_day", _("Choose the last day on which keys are issued."))
    rules.postpone(row, person, until, by=officer)
    return _("%(name)s can get keys until %(day)s.") % {"name": person.get_full_name(), "day": date_format(until)}
