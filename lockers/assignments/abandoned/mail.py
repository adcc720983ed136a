"""What is written to the customer of a locker that is not emptied: three notices, and where the contents are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from accounts.models import OutgoingMail
from lockers.assignments.abandoned.steps import gaps, still_abandoned
from lockers.bank.notices import link
from lockers.models import Abandonment
from lockers.rules import abandonment


def key_of(case: Abandonment, notice: str) -> str:
    return f"lockers.abandoned_{notice}:{case.pk}"


def notice(case: Abandonment, which: str, at: datetime) -> bool:
    """Into the outbox, in the transaction of the step. False when there is no address."""
    customer = case.assignment.customer
    if customer is None:
        return False
    opens = timezone.localdate(at) + timedelta(days=sum(gaps()[1 + abandonment.NOTICES.index(which) :]))
    facts: dict[str, Any] = {"case": case.pk, "opens": opens.isoformat()}
    context = _words(case, opens.isoformat())
    kind, key = f"lockers.abandoned_{which}", key_of(case, which)
    return outbox.enqueue(kind, key=key, person=customer, context=context, facts=facts) is not None


def words_of_notice(facts: Facts) -> Context | None:
    """As it is when it goes out. None when the locker has been returned, or has more time."""
    case = _case(facts)
    if case is None or case.open_slot is None or not still_abandoned(case, case.assignment):
        return None
    return _words(case, str(facts["opens"])) if case.assignment.customer else None


def _words(case: Abandonment, opens: str) -> Context:
    customer = case.assignment.customer
    return {
        "name": customer.get_full_name() if customer else "",
        "locker": str(case.assignment.locker),
        "reason": str(Abandonment.Reason(case.reason).label),
        "date": date_format(datetime.fromisoformat(opens).date()),
        "link": link("mine"),
    }


def stored(case: Abandonment) -> None:
    """In the transaction of the step."""
    customer, facts = case.assignment.customer, {"case": case.pk}
    if customer is not None and (context := words_of_stored(facts)):
        key = f"lockers.abandoned_stored:{case.pk}"
        outbox.enqueue("lockers.abandoned_stored", key=key, person=customer, context=context, facts=facts)


def words_of_stored(facts: Facts) -> Context | None:
    case = _case(facts)
    if case is None or case.state != Abandonment.State.STORED or not case.assignment.customer or not case.keep_until:
        return None
    return {
        "name": case.assignment.customer.get_full_name(),
        "locker": str(case.assignment.locker),
        "place": case.place,
        "date": date_format(case.keep_until),
        "link": link("mine"),
    }


def _case(facts: Facts) -> Abandonment | None:
    rows = Abandonment.objects.select_related("assignment__customer", "assignment__locker__bank")
    return rows.filter(pk=facts["case"]).first()


def state_of(case: Abandonment, notice: str) -> str:
    """How the letter of a notice stands; "" when there is none, or none any more."""
    row = OutgoingMail.objects.filter(key=key_of(case, notice)).first()
    return str(row.get_state_display()) if row else ""
