"""What is written when a bank has new terms: to everyone with a locker there who has not answered."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from accounts.mail.outbox import Letter
from accounts.models import User
from lockers.models import Assignment, BankTerms, JointHolder, TermsAnswer


def published(terms: BankTerms, now: datetime) -> None:
    """In the transaction that marks it as told."""
    letters = []
    for person in _holders(terms, timezone.localdate(now)):
        facts = {"terms": terms.pk, "person": person.pk}
        context = _words(terms, person)
        letters.append(Letter(f"lockers.terms:{terms.pk}:{person.pk}", context, person, facts=facts))
    outbox.enqueue_all("lockers.terms", letters)


def _holders(terms: BankTerms, day: object) -> list[User]:
    own = Assignment.objects.filter(open_slot=1, locker__bank=terms.bank_id).values("customer")
    joint = JointHolder.objects.filter(open_slot=1, assignment__open_slot=1, assignment__locker__bank=terms.bank_id)
    people = User.objects.filter(Q(pk__in=own) | Q(pk__in=joint.values("person")))
    return list(people.exclude(pk__in=TermsAnswer.objects.filter(terms=terms, person__isnull=False).values("person")))


def words_of_terms(facts: Facts) -> Context | None:
    """As it is when it goes out. None for someone who has answered meanwhile."""
    terms = BankTerms.objects.select_related("bank").filter(pk=facts["terms"]).first()
    person = User.objects.filter(pk=facts["person"]).first()
    if terms is None or person is None or TermsAnswer.objects.filter(terms=terms, person=person).exists():
        return None
    return _words(terms, person)


def _words(terms: BankTerms, person: User) -> Context:
    return {
        "name": person.get_full_name(),
        "bank": terms.bank.name,
        "from": date_format(terms.in_force_from),
        "date": date_format(terms.in_force_from + timedelta(days=terms.grace_days)),
        "link": settings.SITE_URL + reverse("lockers:terms_text", args=[terms.pk]),
    }
