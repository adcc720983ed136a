"""Renewing many loans at once: by their reader, at the desk, and by itself where the policy says so.

Each loan has a result of its own: until when, or why not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import outbox
from accounts.models import User
from config.errors import Refused
from config.ops.jobs.steps import for_each
from library.circulation import loans, notices, policy
from library.circulation.ledger import ledger
from library.models import Loan
from library.rules.due_times import days_until
from library.rules.due_words import due_words
from library.rules.lending import CopyStatus


@dataclass(frozen=True)
class Renewal:
    loan: Loan
    code: str = ""  # of the refusal; empty: renewed
    why: str = ""

    @property
    def sentence(self) -> str:
        return self.why or _("Renewed until %(day)s.") % {"day": due_words(self.loan)}

    @property
    def as_row(self) -> dict[str, object]:
        """Plain values, for a session or a program."""
        return {"title": self.loan.copy.title.title, "renewed": not self.code, "sentence": self.sentence}


def renew_all(person: User, *, at: datetime | None = None, station: str = "") -> list[Renewal]:
    """One result for each open loan, in the order in which they are due."""
    return _each(loans.open_loans(person), at or timezone.now(), station)


def _each(rows: Iterable[Loan], at: datetime, station: str) -> list[Renewal]:
    return [_one(loan, at, station) for loan in rows]


def _one(loan: Loan, at: datetime, station: str) -> Renewal:
    try:
        return Renewal(ledger().renew(loan, at=at, station=station))
    except Refused as refusal:
        return Renewal(loan, refusal.code, refusal.message)


# --- by itself ------------------------------------------------------------------------------------


def renew_due(now: datetime) -> int:
    """Loans that are due soon and whose policy renews them: each due date is tried once. How many readers were told."""
    groups: dict[int, list[Loan]] = defaultdict(list)
    for loan in _due(now):
        groups[loan.person_id or 0].append(loan)
    return len(for_each(lambda rows: _renew_for(rows, now), groups.values()))


def _due(now: datetime) -> list[Loan]:
    conditions = policy.Conditions()
    last = now + timedelta(days=settings.LIBRARY_DUE_SOON_DAYS + 3)
    rows = Loan.objects.filter(open_slot=1, by_hour=False, due_at__gte=now, due_at__lt=last, person__isnull=False)
    rows = rows.filter(Q(tried_for=None) | ~Q(tried_for=F("due_at"))).exclude(copy__status=CopyStatus.LOST)
    rows = rows.select_related("person", "copy__title").order_by("due_at", "pk")
    return [loan for loan in rows if _its_turn(loan, conditions, now)]


def _its_turn(loan: Loan, conditions: policy.Conditions, now: datetime) -> bool:
    assert loan.person is not None  # noqa: S101  filtered above
    terms = conditions.terms(loan.person, loan.copy.item_type)
    soon = settings.LIBRARY_DUE_SOON_DAYS + 1  # a day before the reminder: no one is told of a book that renews itself
    days = soon if terms.renew_within is None else min(soon, terms.renew_within)
    return terms.auto_renew and days_until(loan.due_at, now, policy.site_zone()) <= days


def _renew_for(rows: list[Loan], now: datetime) -> None:
    """All of one reader, with one e-mail about all of them."""
    for loan in rows:
        Loan.objects.filter(pk=loan.pk).update(tried_for=loan.due_at)
    _tell(rows[0].person, _each(rows, now, "automatic"), now)


def _tell(person: User | None, done: list[Renewal], now: datetime) -> None:
    words = {
        "name": person.get_full_name() if person else "",
        "books": [f"{one.loan.copy.title.title}: {one.sentence}" for one in done],
        "link": notices.link(),
    }
    key = f"library.auto_renewed:{done[0].loan.pk}:{now.date().isoformat()}"
    facts = {"loans": [one.loan.pk for one in done]}
    outbox.enqueue("library.auto_renewed", key=key, person=person, context=words, facts=facts)
