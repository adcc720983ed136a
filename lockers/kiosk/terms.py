"""The bank's terms at its kiosk, or on the phone with a passkey there: read and answered by someone who has just shown
that it is them, before their key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format

from lockers.access.keys import READING
from lockers.bank.terms import terms
from lockers.bank.terms.terms import TermsStanding
from lockers.kiosk import at_kiosk
from lockers.kiosk.at_kiosk import Visitor
from lockers.models import AccessAttempt, TermsAnswer
from lockers.rules.messages import refusal


def require_answer(slug: str, found: Visitor, row: AccessAttempt, *, later: bool, now: datetime) -> None:
    """Refused `terms_asked` with the text, as long as this person has not answered, or is kept out without.

    `later` is heard only while there are days of grace. No one is asked before they have shown that it is them.
    """
    if told := asked(row, later=later, now=now):
        at_kiosk.change(slug, found, reads=True)
        raise refusal("terms_asked", terms=told)


def asked(row: AccessAttempt, *, later: bool, now: datetime) -> dict[str, Any] | None:
    """The text that this person has to answer before their key; None when there is none, or it may wait."""
    stands = _standing(row, now) if row.state == AccessAttempt.State.SUCCEEDED else None
    if stands is None or stands.state == "accepted" or (stands.state == "refused" and not stands.kept_out):
        return None
    return None if later and not stands.kept_out else _told(stands)


def answer(row: AccessAttempt, *, accepted: bool, now: datetime) -> dict[str, Any]:
    """Whether they get a key now, or may at least ask for one. Refused `no_success` when it took too long."""
    stands = _standing(row, now)
    ended = row.ended_at
    if row.state != AccessAttempt.State.SUCCEEDED or ended is None or now - ended > READING or stands is None:
        raise refusal("no_success")
    if row.person is not None:
        how = TermsAnswer.How.KIOSK
        terms.answer(stands.terms, row.person, accepted=accepted, how=how, at=now)
    if not accepted and stands.kept_out:
        raise refusal("terms_refused", 403)
    return {"accepted": accepted}


def _standing(row: AccessAttempt, now: datetime) -> TermsStanding | None:
    if row.person is None or row.locker is None:
        return None
    return terms.standing(row.person, row.locker.bank, timezone.localdate(now))


def _told(stands: TermsStanding) -> dict[str, Any]:
    return {
        "bank": stands.terms.bank.name,
        "version": stands.terms.version,
        "text": stands.terms.text,
        "may_wait": not stands.kept_out,
        "last": date_format(stands.last),
    }
