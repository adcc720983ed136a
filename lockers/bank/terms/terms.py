"""The terms of a bank: published in versions, accepted or refused by each person, and what follows from that.

Who has neither accepted nor has days of grace left gets no key. Their things stay theirs: an officer takes the answer
down on paper, gives more time, opens with a reason, or ends the assignment.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config.errors import Refused
from lockers.bank.log import access_log
from lockers.bank.officers import require_officer_of
from lockers.bank.places import held_by
from lockers.bank.terms import mail as terms_mail
from lockers.models import Assignment, Bank, BankTerms, JointHolder, Locker, TermsAnswer
from lockers.rules import terms_versions
from lockers.rules.messages import refusal
from lockers.rules.terms_versions import Version

Answer, How = TermsAnswer.Answer, TermsAnswer.How
LONGEST = timedelta(days=90)  # that an officer can give in one go


# --- publishing -----------------------------------------------------------------------------------


@transaction.atomic
def publish(
    bank: Bank, text: str, *, in_force_from: date, grace_days: int, by: User | None, at: datetime | None = None
) -> BankTerms:
    """The next version. Anyone who has a locker in the bank is told. By administrators; commands pass None.

    Refused `not_administrator`, `empty_terms`, `bad_dates` for a day that has gone by or before the version before.
    """
    at = at or timezone.now()
    if by is not None and not by.is_administrator:
        raise Refused("not_administrator", _("Only an administrator can do this."), status=403)
    if not text.strip():
        raise Refused("empty_terms", _("The text of the terms is missing."))
    if against := fault_of(bank, in_force_from, timezone.localdate(at)):
        raise Refused("bad_dates", against)
    newest = BankTerms.objects.filter(bank=bank).aggregate(newest=Max("version"))["newest"] or 0
    try:
        with transaction.atomic():
            made = BankTerms.objects.create(
                bank=bank,
                version=newest + 1,
                text=text.strip(),
                in_force_from=in_force_from,
                grace_days=grace_days,
                published_at=at,
                published_by=by,
            )
    except IntegrityError as error:
        raise Refused("published_already", _("Another version has just been published. Read it first.")) from error
    _log("terms.published", made, at, by, in_force_from=in_force_from.isoformat())
    return made


def fault_of(bank: Bank, in_force_from: date, today: date) -> str:
    """In words, what is wrong with this day for the next version; empty when nothing is."""
    if in_force_from < today:
        return _("Terms cannot come into force in the past. Choose today or a later day.")
    last = BankTerms.objects.filter(bank=bank).aggregate(last=Max("in_force_from"))["last"]
    if last is not None and in_force_from < last:
        return _("An earlier version comes into force on a later day. Choose a day after it.")
    return ""


def digest(text: str) -> str:
    """What someone has accepted, to the letter."""
    return hashlib.sha256(text.encode()).hexdigest()


# --- a person's answer ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TermsStanding:
    """Someone and the terms in force in one bank. `last`: until then they are let in without having accepted."""

    terms: BankTerms
    state: terms_versions.State
    last: date
    kept_out: bool
    answer: TermsAnswer | None


def current_terms(bank: Bank, day: date) -> BankTerms | None:
    rows = {row.pk: row for row in BankTerms.objects.filter(bank=bank).select_related("bank")}
    found = terms_versions.current([Version(row.pk, row.in_force_from, row.grace_days) for row in rows.values()], day)
    return rows[found.pk] if found else None


def all_in_force(day: date) -> list[BankTerms]:
    """Of every bank that has terms."""
    found = (current_terms(bank, day) for bank in Bank.objects.all())
    return [one for one in found if one is not None]


def coming_terms(bank: Bank, day: date) -> BankTerms | None:
    """The next version, which is published and not in force yet."""
    return BankTerms.objects.filter(bank=bank, in_force_from__gt=day).order_by("version").first()


def standing(person: User, bank: Bank, day: date) -> TermsStanding | None:
    """None where the bank has no terms. An answer to a later version, given ahead, does not count for this one."""
    terms = current_terms(bank, day)
    if terms is None:
        return None
    answers = list(TermsAnswer.objects.filter(person=person, terms=terms).order_by("pk"))
    said = next((row for row in reversed(answers) if row.answer != Answer.POSTPONED), None)
    more = max((row.until for row in answers if row.until), default=None)
    state: terms_versions.State = (
        "asked" if said is None else "accepted" if said.answer == Answer.ACCEPTED else "refused"
    )
    version = Version(terms.pk, terms.in_force_from, terms.grace_days)
    last = terms_versions.due(version, _since(person, bank, day), more)
    return TermsStanding(terms, state, last, terms_versions.keeps_out(state, day, last), said)


def _since(person: User, bank: Bank, day: date) -> date:
    """Since when they have a locker here without a break; `day` for someone who has none."""
    mine = Assignment.objects.filter(customer=person, open_slot=1, locker__bank=bank)
    own = mine.values_list("assigned_at", flat=True)
    joint = JointHolder.objects.filter(person=person, open_slot=1, assignment__open_slot=1)
    shared = joint.filter(assignment__locker__bank=bank).values_list("since", flat=True)
    return min((timezone.localdate(at) for at in (*own, *shared)), default=day)


def standings(person: User, day: date) -> list[TermsStanding]:
    """In every bank where they have a locker, alone or with others, and that has terms."""
    own = Assignment.objects.filter(customer=person, open_slot=1).values("locker__bank")
    joint = JointHolder.objects.filter(person=person, open_slot=1, assignment__open_slot=1)
    banks = Bank.objects.filter(pk__in=own) | Bank.objects.filter(pk__in=joint.values("assignment__locker__bank"))
    found = (standing(person, bank, day) for bank in banks.distinct())
    return [one for one in found if one is not None]


def has_locker_in(person: User, bank: Bank) -> bool:
    return Locker.objects.filter(held_by(person.pk), bank=bank).exists()


def require(person: User, locker: Locker, day: date) -> None:
    """Refused `terms_due`, `terms_refused` when their days of grace are over."""
    stands = standing(person, locker.bank, day)
    if stands is not None and stands.kept_out:
        raise refusal("terms_refused" if stands.state == "refused" else "terms_due", 403)


def require_not_refused(person: User, bank: Bank, day: date) -> None:
    """Before a locker is given. Refused `terms_refused_before`."""
    stands = standing(person, bank, day)
    if stands is not None and stands.state == "refused":
        raise refusal("terms_refused_before")


# --- answering ------------------------------------------------------------------------------------


def answer(
    terms: BankTerms, person: User, *, accepted: bool, how: str, by: User | None = None, at: datetime | None = None
) -> TermsAnswer:
    """They accept or refuse this version. The same once more changes nothing.

    Refused `terms_replaced` for a version after which another one is in force; on paper `not_officer`,
    `other_bank`, `not_yourself`.
    """
    if how == How.PAPER:
        _require_other_officer(terms, person, by)
    wanted = Answer.ACCEPTED if accepted else Answer.REFUSED
    return _written(terms, person, wanted, how, by, at or timezone.now())


def postpone(terms: BankTerms, person: User, until: date, *, by: User, at: datetime | None = None) -> TermsAnswer:
    """An officer gives them more time. Refused `bad_dates`, `terms_replaced`, and on paper as `answer`."""
    at = at or timezone.now()
    _require_other_officer(terms, person, by)
    today = timezone.localdate(at)
    if not today <= until <= today + LONGEST:
        raise Refused("bad_dates", _days_from_now(LONGEST.days))
    return _written(terms, person, Answer.POSTPONED, How.PAPER, by, at, until)


def _days_from_now(days: int) -> str:
    words = ngettext("Choose a day within the next %(n)d day.", "Choose a day within the next %(n)d days.", days)
    return words % {"n": days}


def _require_other_officer(terms: BankTerms, person: User, by: User | None) -> None:
    require_officer_of(by, terms.bank)
    if by == person:
        raise refusal("not_yourself", 403)


@transaction.atomic
def _written(
    terms: BankTerms, person: User, said: str, how: str, by: User | None, at: datetime, until: date | None = None
) -> TermsAnswer:
    in_force = current_terms(terms.bank, timezone.localdate(at))
    if in_force is not None and terms.version < in_force.version:
        raise refusal("terms_replaced")
    last = TermsAnswer.objects.filter(terms=terms, person=person).order_by("pk").last()
    if last is not None and last.answer == said and said != Answer.POSTPONED:
        return last
    sha = digest(terms.text)
    row = TermsAnswer.objects.create(
        terms=terms, person=person, answer=said, until=until, how=how, at=at, by=by, text_sha256=sha
    )
    more = {"until": until.isoformat()} if until else {}
    _log(f"terms.{said}", terms, at, by, person=person.pk, how=how, text_sha256=sha, **more)
    return row


def _log(kind: str, terms: BankTerms, at: datetime, by: User | None, **facts: object) -> None:
    access_log.append(
        kind, at=at, terms=terms.pk, bank=terms.bank_id, version=terms.version, by=by.pk if by else None, **facts
    )


# --- by the clock ---------------------------------------------------------------------------------


def tell(now: datetime) -> None:
    """Anyone who has a locker in the bank of a new version reads of it once."""
    for row in BankTerms.objects.filter(told_at=None).select_related("bank"):
        with transaction.atomic():
            if BankTerms.objects.filter(pk=row.pk, told_at=None).update(told_at=now):  # of two processes, one
                terms_mail.published(row, now)


def purge(old: datetime) -> int:
    """Answers of people who are gone are evidence as long as the access log is."""
    return TermsAnswer.objects.filter(person=None, at__lt=old).delete()[0]
