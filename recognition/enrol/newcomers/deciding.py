"""Staff accept a newcomer, who then has an account, consents and photos; or decline, and the photos are gone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.consent import receipt
from accounts.consent.consent import give_consent
from accounts.consent.notices import current_notices
from accounts.mail.outbox import enqueue
from accounts.models import Consent, User
from config.errors import Refused
from recognition.enrol.enrolment import Enrolment, enrol_looks, require_enrollable
from recognition.enrol.lookalikes import Lookalikes
from recognition.enrol.newcomers import sealed_photos
from recognition.enrol.newcomers.invitations import require_may_decide
from recognition.enrol.newcomers.mail_kinds import ACCEPTED, DECLINED
from recognition.faces.photo_checks import PhotoCheck, look_at
from recognition.models import FaceSample, Invitation, Newcomer

State = Newcomer.State


@dataclass(frozen=True, slots=True)
class NewcomerAccepted:
    """The new person, and what staff should know of the photos: who looks like them, and that there are few."""

    person: User
    warnings: list[str]


def accept(newcomer: Newcomer, *, by: User) -> NewcomerAccepted:
    """An account without a password, the consents as they were given, and the photos through the door of enrolment.

    All or nothing. Refused `not_allowed`, `decided_already`, `id_number_taken`, `notice_changed`, `kept_none`,
    and as enrolment.
    """
    require_may_decide(by)
    looks, lookalikes = look_at(sealed_photos.open_all(newcomer)), Lookalikes()
    lookalikes.load(newcomer.agreed)
    with transaction.atomic():
        row = _waiting(newcomer)
        person = _account(row)
        _consent(row, person)
        enrolment = _enrol(row, person, looks, lookalikes, by=by)
        _close(row, State.ACCEPTED, by=by, person=person)
        about = {"name": person.first_name, "link": settings.SITE_URL + reverse("accounts:password_reset")}
        enqueue(ACCEPTED.code, key=f"{ACCEPTED.code}:{row.pk}", context=about, person=person)
        if row.agreed:
            receipt.mail(person, row.agreed)
    return NewcomerAccepted(person, [warning.message for warning in enrolment.warnings] if enrolment else [])


@transaction.atomic
def decline(newcomer: Newcomer, reason: str, *, by: User) -> None:
    """Refused `not_allowed`, `no_reason` and `decided_already`."""
    require_may_decide(by)
    if not reason.strip():
        raise Refused("no_reason", _("Write the reason: it is mailed to the person."))
    row = _waiting(newcomer)
    row.reason = reason.strip()[:300]
    _close(row, State.DECLINED, by=by)
    about = {"name": row.first_name, "reason": row.reason}
    enqueue(DECLINED.code, key=f"{DECLINED.code}:{row.pk}", context=about, to=row.email)


def purge(now: datetime) -> dict[str, int]:
    """What was written and sent is kept for NEWCOMER_DAYS, decided or not; so is an invitation after its end."""
    since = now - timedelta(days=settings.NEWCOMER_DAYS)
    gone = Newcomer.objects.filter(made_at__lt=since)
    count = gone.count()
    gone.delete()
    return {"newcomers": count, "invitations": Invitation.objects.filter(expires_at__lt=since).delete()[0]}


def id_number_is_taken(newcomer: Newcomer) -> bool:
    """Also as the number of a card: it would then mean two people."""
    number = newcomer.id_number
    return User.objects.filter(Q(id_number__iexact=number) | Q(card_barcode__iexact=number)).exists()


def _waiting(newcomer: Newcomer) -> Newcomer:
    row = Newcomer.objects.select_for_update().filter(pk=newcomer.pk, state=State.WAITING).first()
    if row is None:
        raise Refused("decided_already", _("Someone has decided about this person already."), status=409)
    return row


def _account(row: Newcomer) -> User:
    if id_number_is_taken(row):
        raise _taken(row)
    try:
        with transaction.atomic():
            return _created(row, row.invitation or Invitation())
    except IntegrityError:  # someone accepted another newcomer with this number at the same moment
        raise _taken(row) from None


def _taken(row: Newcomer) -> Refused:
    words = _("Another person has the id number %(number)s. Decline, and say that it must be corrected.")
    return Refused("id_number_taken", words % {"number": row.id_number}, status=409)


def _created(row: Newcomer, preset: Invitation) -> User:
    return User.objects.create_user(
        row.id_number,
        email=row.email,
        first_name=row.first_name,
        last_name=row.last_name,
        language=row.language if row.language in dict(settings.LANGUAGES) else "",
        role=preset.role,
        affiliation=preset.affiliation,
        department=preset.department,
    )


def _consent(row: Newcomer, person: User) -> None:
    """As of the day on which they agreed, and only to the text that they read."""
    notices = current_notices()
    for purpose, notice in row.agreed.items():
        if purpose not in notices or notices[purpose].pk != notice:
            words = _("A privacy notice has changed since. Decline, and ask the person to sign up again.")
            raise Refused("notice_changed", words, status=409)
        give_consent(person, purpose, by=person, at=row.made_at, how=Consent.How.SELF)


def _enrol(
    row: Newcomer, person: User, looks: list[PhotoCheck], lookalikes: Lookalikes, *, by: User
) -> Enrolment | None:
    purposes = sorted(row.agreed)
    if not (purposes and looks):
        return None
    require_enrollable(person, purposes, by=by)
    source = str(FaceSample.Source.UPLOAD)
    enrolment = enrol_looks(person, looks, purposes=purposes, by=by, source=source, lookalikes=lookalikes)
    if enrolment.undecided or not enrolment.accepted:  # they would be deleted with nothing kept of them
        raise Refused("kept_none", _("No photo was accepted."), status=409)
    return enrolment


def _close(row: Newcomer, state: str, *, by: User, person: User | None = None) -> None:
    row.state, row.decided_at, row.decided_by, row.person = state, timezone.now(), by, person
    row.save()
    row.photos.all().delete()
