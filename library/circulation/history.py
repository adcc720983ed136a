"""A person wants their finished loans forgotten sooner than the library would: at return, or after some days.

A loan that is forgotten stays as a number without a name, so statistics stay true. Debts are settled first.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import OutgoingMail, User
from accounts.webhooks import retention
from config.errors import Refused
from config.ops.jobs.steps import for_each
from library.models import BasketLine, CirculationEvent, Fine, HelpRequest, HistoryChoice, Hold, Loan

AT_ONCE = 200  # loans of one person in one run
MAILS = ("library.receipt", "library.hold_ready", "library.due_soon", "library.overdue", "library.auto_renewed")
GONE = (OutgoingMail.State.WAITING, OutgoingMail.State.SENDING)  # all but these are over


def chosen(person: User) -> int | None:
    """Days; 0: at return; None: as the library does it."""
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
    waiting = Loan.objects.filter(open_slot=None, person__history_choice__isnull=False)
    rows = HistoryChoice.objects.filter(person__in=waiting.values("person")).select_related("person")
    return sum(for_each(lambda row: forget(row.person, row.days, now), list(rows)))


@transaction.atomic
def forget(person: User, days: int, now: datetime) -> int:
    """Of this person, what was returned so many days ago and is paid."""
    rows = list(_ready(person, now - timedelta(days=days)).select_related("copy__title")[:AT_ONCE])
    for loan in rows:
        _forget_what_points_to(person, loan)
    keys = [loan.pk for loan in rows]
    return Loan.objects.filter(pk__in=keys, person=person).update(person=None, visit=None)


def _ready(person: User, before: datetime) -> QuerySet[Loan]:
    owing = Fine.objects.filter(loan__person=person, settled_at=None).values("loan")
    return (
        Loan.objects.filter(person=person, open_slot=None, returned_at__lte=before).exclude(pk__in=owing).order_by("pk")
    )


def _forget_what_points_to(person: User, loan: Loan) -> None:
    """Wherever else it is written that this person had this book; a loan of it that is still open keeps its own."""
    copy, until = loan.copy, loan.returned_at or loan.taken_at
    events = CirculationEvent.objects.filter(person=person, copy=copy, at__lte=until)
    events.update(person=None)
    BasketLine.objects.filter(basket__person=person, copy=copy, open_slot=None).delete()
    HelpRequest.objects.filter(person=person, copy=copy).update(copy=None)
    Hold.objects.filter(person=person, title=copy.title_id, open_slot=None).delete()
    retention.forget_told("library", person, until, barcode=copy.barcode)
    _forget_letters(person, copy.title.title, until)


def _forget_letters(person: User, title: str, until: datetime) -> None:
    """E-mails that were sent and name the book, and the bell's line of it."""
    sent = OutgoingMail.objects.filter(person=person, kind__in=MAILS, created_at__lte=until).exclude(state__in=GONE)
    sent.filter(body__contains=title).delete()
    person.notifications.filter(kind__in=MAILS, at__lte=until, text__contains=title).delete()
