"""What is written to someone who was given a locker as one of a group."""

from __future__ import annotations

from django.utils.formats import date_format

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from lockers.bank.notices import link
from lockers.models import Assignment


def granted(made: Assignment) -> None:
    """In the transaction of the assignment."""
    facts = {"assignment": made.pk}
    if made.customer is not None and (context := words_of_granted(facts)):
        outbox.enqueue(
            "lockers.granted", key=f"lockers.granted:{made.pk}", person=made.customer, context=context, facts=facts
        )


def words_of_granted(facts: Facts) -> Context | None:
    """As it is when the e-mail goes out. None when it was undone meanwhile."""
    rows = Assignment.objects.filter(pk=facts["assignment"], open_slot=1)
    mine = rows.select_related("customer", "locker__bank").first()
    if mine is None or mine.customer is None:
        return None
    return {
        "name": mine.customer.get_full_name(),
        "locker": str(mine.locker),
        "bank": mine.locker.bank.name,
        "from": date_format(mine.starts_on),
        "date": date_format(mine.ends_on) if mine.ends_on else "–",
        "link": link("mine"),
    }
