"""A person wants their finished loans forgotten sooner than the library would: the night after, or after some days.

A loan that is forgotten stays as a number without a name, so statistics stay true. Debts are settled first, and the
day is let end: receipts are printed on it, and the library system fetches its file.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.mail import kinds
from accounts.models import OutgoingMail, User
from accounts.webhooks import retention
from config.errors import Refused
from config.ops.jobs.steps import for_each
from library.circulation import fines
from library.circulation.policy import site_zone
from library.models import BasketLine, CirculationEvent, Fine, HelpRequest, HistoryChoice, Hold, Loan

AT_ONCE = 200  # loans of one person in one run
MAILS = ("library.receipt", "library.hold_ready", "library.due_soon", "library.overdue", "library.auto_renewed")
NOTHING = {"loans": [], "due": "", "hold": 0}  # written again from this, a letter is about nothing and does not go out
NOT_YET = (OutgoingMail.State.WAITING, OutgoingMail.State.SENDING)


def chosen(person: User) -> int | None:
    """Days; 0: the night after the return; None: as the library does it."""
    return HistoryChoice.objects.filter(person=person).values_list("days", flat=True).first()


@transaction.atomic
def choose(person: User, days: int | None) -> None:
    """From now on, and for what was finished before. What was forgotten does not come back. Refused `bad_days`."""
    if days is None:
        HistoryChoice.objects.filter(person=person).delete()
        return
    if not 0 <= days < settings.LIBRARY_HISTORY_DAYS:
        words = _("Choose a number of days from 0 to %(most)d. After that the library forgets by itself.")
        raise Refused("bad_days", words % {"most": settings.LIBRARY_HISTORY_DAYS - 1})
    HistoryChoice.objects.update_or_create(person=person, defaults={"days": days, "chosen_at": timezone.now()})
    forget(person, days, timezone.now())


def forget_all(now: datetime) -> int:
    """Job of the clock. How many loans were forgotten."""
    chosen_days = HistoryChoice.objects.values_list("days", flat=True).distinct()
    rows = [row for days in chosen_days for row in _waiting(days, now)]
    return sum(for_each(lambda row: forget(row.person, row.days, now), rows))


def _waiting(days: int, now: datetime) -> QuerySet[HistoryChoice]:
    """Who has chosen so many days, and has a loan that is as old."""
    old = Loan.objects.filter(open_slot=None, person__history_choice__days=days, returned_at__lt=_night(days, now))
    return HistoryChoice.objects.filter(days=days, person__in=old.values("person")).select_related("person")


def _night(days: int, now: datetime) -> datetime:
    """The midnight before `now`, and so many days before that, by the clock on the wall."""
    day = timezone.localdate(now) - timedelta(days=days)
    return datetime.combine(day, time(), tzinfo=site_zone())


@transaction.atomic
def forget(person: User, days: int, now: datetime) -> int:
    """Of this person, what was returned so many days ago and is paid."""
    rows = list(_ready(person, days, now).select_related("copy__title")[:AT_ONCE])
    for loan in rows:
        _forget_what_points_to(person, loan)
    keys = [loan.pk for loan in rows]
    return Loan.objects.filter(pk__in=keys, person=person).update(person=None, visit=None)


def _ready(person: User, days: int, now: datetime) -> QuerySet[Loan]:
    own = Fine.objects.filter(loan__person=person)
    owing, today = own.filter(settled_at=None), own.filter(entries__at__gte=_night(0, now))
    waiting = (owing, today, fines.refundable(now).filter(loan__person=person))
    rows = Loan.objects.filter(person=person, open_slot=None, returned_at__lt=_night(days, now))
    for kept in waiting:
        rows = rows.exclude(pk__in=kept.values("loan"))
    return rows.order_by("pk")


def _forget_what_points_to(person: User, loan: Loan) -> None:
    """Wherever else it is written that this person had this book; a loan of it that is still open keeps its own."""
    copy, until = loan.copy, loan.returned_at or loan.taken_at
    events = CirculationEvent.objects.filter(person=person, copy=copy, at__lte=until)
    events.update(person=None)
    BasketLine.objects.filter(basket__person=person, copy=copy, open_slot=None).delete()
    HelpRequest.objects.filter(person=person, copy=copy).update(copy=None)
    Hold.objects.filter(person=person, title=copy.title_id, open_slot=None).delete()
    retention.forget_told("library", person, until, barcode=copy.barcode)
    _empty_letters(person, loan, until)


def _empty_letters(person: User, loan: Loan, until: datetime) -> None:
    """E-mails that name the book, and the bell's line of it. Their keys stay: without them both would be told again."""
    mails = OutgoingMail.objects.filter(person=person, kind__in=MAILS, created_at__lte=until).exclude(state__in=NOT_YET)
    for mail in mails:
        if _names(mail.facts, mail.body, loan):
            label = str(kinds.all_kinds()[mail.kind].label)
            OutgoingMail.objects.filter(pk=mail.pk).update(subject=label, body="", facts=NOTHING)
    for line in person.notifications.filter(kind__in=MAILS, at__lte=until):
        if _names(line.facts, line.text, loan):
            label = str(kinds.all_kinds()[line.kind].label)
            person.notifications.filter(pk=line.pk).update(text=label, facts=NOTHING)


def _names(facts: dict[str, Any], text: str, loan: Loan) -> bool:
    """By the loans it was written for; where it keeps none, by the title in its text."""
    return loan.pk in facts["loans"] if "loans" in facts else loan.copy.title.title in text
