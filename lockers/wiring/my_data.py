"""The lockers' part of what is stored about a person, in their own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.people.own_export import ExportArea
from lockers.bank.places import held_by
from lockers.models import (
    Abandonment,
    AccessAttempt,
    Assignment,
    Locker,
    Lockout,
    Opening,
    Passkey,
    TermsAnswer,
    WaitingEntry,
)


def facts(person: User) -> Iterator[tuple[str, str]]:
    mine = Locker.objects.filter(held_by(person.pk)).select_related("bank")
    yield _("Lockers you have"), ", ".join(map(str, mine)) or _("none")
    if had := Assignment.objects.filter(customer=person, open_slot=None).count():
        yield _("Lockers you had"), str(had)
    yield _("Attempts to open a locker"), _kept(AccessAttempt.objects.filter(person=person).count())
    if keys := list(Passkey.objects.filter(person=person).values_list("name", flat=True)):
        yield _("Passkeys"), ", ".join(keys)
    lockout = Lockout.objects.filter(person=person).first()
    if lockout and lockout.failures:
        yield _("Failed attempts in a row at the lockers"), str(lockout.failures)
    stored = Abandonment.objects.filter(assignment__customer=person, state=Abandonment.State.STORED)
    for case in stored.select_related("assignment__locker__bank"):
        said = _("%(locker)s: %(contents)s, at %(place)s until %(day)s")
        day = date_format(case.keep_until) if case.keep_until else "–"
        words = {"locker": case.assignment.locker, "contents": case.inventory, "place": case.place, "day": day}
        yield _("Your belongings in storage"), said % words
    for row in TermsAnswer.objects.filter(person=person).select_related("terms__bank"):
        yield _("Locker terms"), _answered(row)
    if waits := WaitingEntry.objects.filter(person=person, open_slot=1).count():
        yield _("Waiting for a locker"), str(waits)


def _kept(count: int) -> str:
    if not count:
        return _("none")
    words = ngettext("%(count)d, kept for %(days)d days", "%(count)d, each kept for %(days)d days", count)
    return words % {"count": count, "days": settings.LOCKER_LOG_DAYS}


def _answered(row: TermsAnswer) -> str:
    words = _("%(bank)s, version %(n)s: %(answer)s on %(day)s, %(how)s")
    day = date_format(timezone.localtime(row.at), "SHORT_DATETIME_FORMAT")
    bank, answer = row.terms.bank, row.get_answer_display()
    return words % {"bank": bank, "n": row.terms.version, "answer": answer, "day": day, "how": row.get_how_display()}


# For their export (accounts.people.own_export). Nothing of attempts and duress: who asks may not be alone.
AREAS = (
    ExportArea(
        "lockers-assignments",
        {
            "locker": "locker__number",
            "bank": "locker__bank__name",
            "starts_on": "starts_on",
            "ends_on": "ends_on",
            "released_at": "released_at",
        },
        lambda person: Assignment.objects.filter(customer=person),
    ),
    ExportArea(
        "lockers-openings",
        {"locker": "locker__number", "asked_at": "requested_at", "opened_at": "opened_at", "closed_at": "closed_at"},
        lambda person: Opening.objects.filter(person=person),
    ),
    ExportArea(
        "lockers-passkeys", {"name": "name", "made_at": "made_at"}, lambda person: Passkey.objects.filter(person=person)
    ),
    ExportArea(
        "lockers-terms", {"answer": "answer", "at": "at"}, lambda person: TermsAnswer.objects.filter(person=person)
    ),
)
