"""Who is told what of the library by e-mail. Each event has a key, so no one is told twice.

`hold_ready` and `receipt` are called inside the transaction of what happened; `remind` by the clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from accounts.mail.outbox import Letter
from accounts.models import User
from library.circulation import policy
from library.models import Hold, Loan
from library.rules.due_times import days_late
from library.rules.due_words import due_words
from library.rules.lending import CopyStatus

STALE = 14  # days after the last reminder in which it is still written: then it would only surprise
DAY = timedelta(days=1)
FRESH = timedelta(days=1)  # a book that was borrowed yesterday needs no reminder today

Group = tuple[int, str]  # person, and the day on which their books are due; for loans by hours the moment


def hold_ready(hold: Hold) -> None:
    facts = {"hold": hold.pk}
    words = words_of_hold(facts)
    if words is not None:
        key = f"library.hold_ready:{hold.pk}"
        outbox.enqueue("library.hold_ready", key=key, person=hold.person, context=words, facts=facts)


def receipt(loans: list[Loan], *, again: str = "") -> None:
    """One e-mail for everything that was taken along. `again`: what makes it another one than that of the exit."""
    person = loans[0].person
    if person is None:
        return
    words = {"name": person.get_full_name(), "books": _lines(loans), "link": link()}
    key = f"library.receipt:{loans[0].pk}{again}"
    facts = {"loans": [loan.pk for loan in loans]}
    outbox.enqueue("library.receipt", key=key, person=person, context=words, facts=facts)


# --- by the clock ---------------------------------------------------------------------------------


def remind(now: datetime) -> None:
    """Books that are due soon, and books that are late: one e-mail for each person and day on which they are due."""
    until = now + timedelta(days=settings.LIBRARY_DUE_SOON_DAYS + 1)
    groups = _grouped(Loan.objects.filter(due_at__lt=until))
    _due_soon(groups, now)
    _overdue(groups, now)


def remind_by_hour(now: datetime) -> None:
    """Loans by hours: some minutes before, and as soon as they are late; what follows is as for all others."""
    soon = now + timedelta(minutes=settings.LIBRARY_DUE_SOON_MINUTES)
    groups = _grouped(Loan.objects.filter(by_hour=True, due_at__gt=now - DAY, due_at__lte=soon))
    before = {group: [x for x in loans if x.due_at > now and _was_longer(x)] for group, loans in groups.items()}
    outbox.enqueue_all("library.due_soon", list(_letters("library.due_soon", before)))
    late = {group: [loan for loan in loans if loan.due_at <= now] for group, loans in groups.items()}
    outbox.enqueue_all("library.overdue", list(_letters("library.overdue", late, ":0")))


def _was_longer(loan: Loan) -> bool:
    """Lent so shortly before closing that a reminder would come with the receipt: none is written."""
    return loan.due_at - loan.taken_at > timedelta(minutes=settings.LIBRARY_DUE_SOON_MINUTES)


def _grouped(rows: QuerySet[Loan]) -> dict[Group, list[Loan]]:
    groups: dict[Group, list[Loan]] = defaultdict(list)
    out = rows.filter(open_slot=1, person__isnull=False).exclude(copy__status=CopyStatus.LOST)  # it will not come back
    for loan in out.select_related("person").order_by("pk"):
        groups[loan.person_id or 0, _when(loan)].append(loan)
    return groups


def _due_soon(groups: dict[Group, list[Loan]], now: datetime) -> None:
    last = timezone.localdate(now) + timedelta(days=settings.LIBRARY_DUE_SOON_DAYS)
    soon = {
        group: [loan for loan in loans if loan.due_at > now and loan.taken_at < now - FRESH and not loan.by_hour]
        for group, loans in groups.items()
        if _day(loans[0].due_at) <= last
    }
    outbox.enqueue_all("library.due_soon", list(_letters("library.due_soon", soon)))


def _overdue(groups: dict[Group, list[Loan]], now: datetime) -> None:
    """The latest step that was reached: after a week without a clock no one gets two."""
    for step in settings.LIBRARY_OVERDUE_DAYS:
        late = {group: loans for group, loans in groups.items() if reached(_day(loans[0].due_at), now) == step}
        outbox.enqueue_all("library.overdue", list(_letters("library.overdue", late, f":{step}")))


def reached(due: date, now: datetime) -> int | None:
    """The number of days after which a reminder is due today; None when there is none."""
    late = (timezone.localdate(now) - due).days
    steps = [step for step in settings.LIBRARY_OVERDUE_DAYS if step <= late]
    if not steps or late > max(settings.LIBRARY_OVERDUE_DAYS) + STALE:
        return None
    return max(steps)


def _letters(kind: str, groups: dict[Group, list[Loan]], suffix: str = "") -> Iterable[Letter]:
    for (person, when), loans in groups.items():
        facts = {"loans": [loan.pk for loan in loans], "due": when}
        reader = loans[0].person if loans else None
        if reader is not None:
            yield Letter(f"{kind}:{person}:{when}{suffix}", {"name": reader.get_full_name()}, reader, facts=facts)


# --- as it is when it is sent ---------------------------------------------------------------------


def words_of_hold(facts: Facts) -> Context | None:
    """None when nothing lies on the shelf any more."""
    ready = Hold.objects.filter(pk=facts["hold"], state=Hold.State.READY, open_slot=1)
    hold = ready.select_related("title", "person").first()
    if hold is None or hold.pick_up_by is None:
        return None
    return {
        "name": hold.person.get_full_name(),
        "title": hold.title.title,
        "until": _date(hold.pick_up_by),
        "link": link(),
    }


def words_of_loans(facts: Facts) -> Context | None:
    """Those that are still out and still due on that day; None when there are none."""
    rows = Loan.objects.filter(pk__in=facts["loans"], open_slot=1).select_related("copy__title", "person")
    loans = [loan for loan in rows.order_by("pk") if _when(loan) == facts["due"]]
    person: User | None = loans[0].person if loans else None
    if person is None:
        return None
    late = days_late(loans[0].due_at, timezone.now(), policy.site_zone())
    return {
        "name": person.get_full_name(),
        "books": _lines(loans),
        "date": due_words(loans[0]),
        "days": str(late),
        "link": link(),
    }


def _lines(loans: Iterable[Loan]) -> list[str]:
    return [_("%(title)s (due %(date)s)") % {"title": x.copy.title.title, "date": due_words(x)} for x in loans]


def _when(loan: Loan) -> str:
    """By what the loans of one e-mail belong together, plain enough for a key: a day, or a moment."""
    moment = timezone.localtime(loan.due_at)
    return moment.isoformat(timespec="minutes") if loan.by_hour else moment.date().isoformat()


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _date(moment: datetime) -> str:
    return date_format(timezone.localtime(moment))


def link() -> str:
    """Their own loans and holds: to renew, or to see where a hold is."""
    return settings.SITE_URL + reverse("library:mine")
