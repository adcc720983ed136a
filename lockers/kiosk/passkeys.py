"""Proving oneself to a kiosk with a passkey: on one's phone, by the picture on its screen, or with a stick there.

From the phone the key is shown on the phone and typed at the kiosk. So anyone who names someone else at the kiosk, and
sends them the picture, has nothing: the key appears where the passkey is.
"""

from __future__ import annotations

import base64
import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.live.news import clock, publish, station_group
from config.web.files.pictures.qr_code import picture_of
from lockers.access import attempts, keys
from lockers.access.passkeys import ceremony, challenges, registration
from lockers.access.passkeys.relying_party import require_site
from lockers.doors.events import elsewhere_now, over_now
from lockers.kiosk import actions, at_kiosk, terms
from lockers.kiosk.actions import At
from lockers.models import AccessAttempt, Locker, Passkey, PasskeyLink
from lockers.rules.messages import refusal, sentence
from lockers.rules.opening import readable

log = logging.getLogger("ostiary.lockers")

Lane = AccessAttempt.Lane
Purpose = PasskeyLink.Purpose
State = AccessAttempt.State


# --- at the kiosk -------------------------------------------------------------------------------


def begin(at: At, locker: int, *, now: datetime | None = None) -> dict[str, Any]:
    """They have said who they are and chosen this way: a picture for the phone.

    Refused `no_passkeys_here`, `nobody_here`, `no_passkey`, and as `attempts.start`.
    """
    now = now or timezone.now()
    require_site()
    found = actions.visitor(at, now)
    person, wanted = actions.claimed(found, locker)
    if not registration.of(person, locker=wanted):
        raise refusal("no_passkey")
    row = attempts.start(person, wanted, station=at.station, lane=Lane.PASSKEY, at=now)
    at_kiosk.change(at.station, found, attempt=row.pk, locker=wanted.pk)
    address = settings.SITE_URL.rstrip("/") + reverse(
        "lockers:with_passkey", args=[challenges.link(Purpose.PROVE, person, now=now, attempt=row)]
    )
    return {"attempt": row.pk, "address": address, "picture": picture_of(address)}


def kiosk_options(at: At, *, now: datetime | None = None) -> Any:
    """For a stick that is put into the kiosk. Refused `nobody_here`, `attempt_over`."""
    now = now or timezone.now()
    row, person = _running(actions.visitor(at, now).attempt)
    challenge = challenges.issue(Purpose.PROVE, person, browser=_device(at), now=now, attempt=row)
    return ceremony.request_options(require_site(), challenge)


def kiosk_prove(at: At, answer: dict[str, Any], *, now: datetime | None = None) -> dict[str, Any]:
    """Right: the kiosk asks for the key itself. Refused `not_proven`, `challenge_over`, and as `kiosk_options`."""
    now = now or timezone.now()
    found = actions.visitor(at, now)
    row, person = _running(found.attempt)
    _prove(row, person, answer, browser=_device(at), now=now)
    at_kiosk.change(at.station, found, proven=True)
    _end_links(row, now)
    return {"attempt": row.pk}


def _device(at: At) -> str:
    return f"kiosk:{at.device}"


# --- on the phone -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PhonePage:
    """What the phone's page says before anything is proven: where, so that no one does it for someone else."""

    number: str
    bank: str
    place: str


def shown(token: str, now: datetime | None = None) -> PhonePage:
    """Refused `link_over`."""
    row = _linked(token, now or timezone.now())[1]
    locker = _locker_of(row)
    return PhonePage(locker.number, locker.bank.name, locker.bank.place)


def phone_options(token: str, *, browser: str, now: datetime | None = None) -> Any:
    """Refused `link_over`, `link_taken`."""
    now = now or timezone.now()
    found, row, person = _linked(token, now)
    challenges.claim(found, browser)
    challenge = challenges.issue(Purpose.PROVE, person, browser=browser, now=now, attempt=row)
    return ceremony.request_options(require_site(), challenge)


def phone_prove(token: str, answer: dict[str, Any], *, browser: str, now: datetime | None = None) -> dict[str, Any]:
    """Right: the key, for this phone alone; the kiosk shows its keypad.

    Refused as `phone_options`, `not_proven`, `terms_asked` with the text (see `phone_terms`), and as `keys.issue`.
    """
    now = now or timezone.now()
    found, row, person = _linked(token, now)
    challenges.require_claimed(found, browser)
    _prove(row, person, answer, browser=browser, now=now)
    at_kiosk.leave(row.station)
    publish(station_group(row.station), elsewhere_now(row.pk, _locker_of(row).number))
    return _phone_key(found, row, later=False, now=now)


def phone_terms(token: str, said: str, *, browser: str, now: datetime | None = None) -> dict[str, Any]:
    """Anyone who has just proven themself there accepts or refuses the terms, or (`later`) puts it off; then the key.

    Refused `no_answer`, `link_over`, `link_taken`, and as `kiosk_terms.answer` and `keys.issue`.
    """
    now = now or timezone.now()
    if said not in ("accepted", "refused", "later"):
        raise Refused("no_answer", _("Choose whether to accept or refuse the terms."))
    found = challenges.linked_while_reading(token, now)
    row = found.attempt
    if row is None or row.state != State.SUCCEEDED or row.ended_at is None or now - row.ended_at > keys.READING:
        raise refusal("link_over", 404)
    challenges.require_claimed(found, browser)
    if said != "later":
        terms.answer(row, accepted=said == "accepted", now=now)
    return _phone_key(found, row, later=said == "later", now=now)


def _phone_key(found: PasskeyLink, row: AccessAttempt, *, later: bool, now: datetime) -> dict[str, Any]:
    row = AccessAttempt.objects.select_related("person", "locker__bank").get(pk=row.pk)
    if told := terms.asked(row, later=later, now=now):
        raise refusal("terms_asked", terms=told)
    challenges.end(found, now)
    issued = keys.issue(row, at=now, fresh=keys.READING)
    return {
        "code": readable(issued.code),
        "number": issued.key.locker.number,
        "expires": clock(issued.key.expires_at),
        "seconds": int((issued.key.expires_at - now).total_seconds()),
    }


def _linked(token: str, now: datetime) -> tuple[PasskeyLink, AccessAttempt, User]:
    found = challenges.linked(Purpose.PROVE, token, now)
    if found.attempt is None or found.attempt.state != State.STARTED:
        raise refusal("link_over", 404)
    return found, found.attempt, found.person


# --- the proof ----------------------------------------------------------------------------------


def _running(attempt: int | None) -> tuple[AccessAttempt, User]:
    row = AccessAttempt.objects.select_related("person", "locker__bank").filter(pk=attempt or 0).first()
    if row is None or row.lane != Lane.PASSKEY or row.state != State.STARTED or row.person is None:
        raise refusal("attempt_over")
    return row, row.person


def _prove(row: AccessAttempt, person: User, answer: dict[str, Any], *, browser: str, now: datetime) -> None:
    """The attempt succeeds, or has failed and counts. Refused `challenge_over` (nothing has failed), `not_proven`."""
    asked = challenges.use(Purpose.PROVE, person, browser=browser, now=now, attempt=row)
    try:
        _checked(row, person, answer, bytes.fromhex(asked.challenge), now)
    except ceremony.NotProven as no:
        log.warning("A passkey was not accepted at %s: %s", row.station, no)
        attempts.fail(row, "not_proven", at=now)
        _end_links(row, now)
        at_kiosk.leave(row.station)
        publish(station_group(row.station), over_now(row.pk, sentence("not_proven")))
        raise refusal("not_proven", 403) from no


def _checked(row: AccessAttempt, person: User, answer: dict[str, Any], challenge: bytes, now: datetime) -> None:
    """Raises NotProven. Signed by a key of this very person, which opens this very locker, and was not copied."""
    text = base64.urlsafe_b64encode(ceremony.id_of(answer)).decode().rstrip("=")
    with transaction.atomic():
        kept = Passkey.objects.select_for_update().filter(digest=challenges.digest(text), person=person).first()
        if kept is None or kept.pk not in {one.pk for one in registration.of(person, locker=_locker_of(row))}:
            raise ceremony.NotProven("no passkey of theirs for this locker")
        if ceremony.handle_of(answer) not in ("", kept.handle):
            raise ceremony.NotProven("the device knows its person by another name")
        proof = ceremony.proven(require_site(), challenge, answer, bytes(kept.public_key))
        copied = (proof.sign_count or kept.sign_count) and proof.sign_count <= kept.sign_count
        if not copied:
            kept.sign_count, kept.synced, kept.used_at = proof.sign_count, proof.synced, now
            kept.save(update_fields=["sign_count", "synced", "used_at"])
            row = attempts.note(row, "passkey", at=now)
            attempts.succeed(row, at=now)
    if copied:
        registration.stop(kept, now)
        raise ceremony.NotProven("its counter has gone back")


def _locker_of(row: AccessAttempt) -> Locker:
    if row.locker is None:
        raise refusal("attempt_over")
    return row.locker


def _end_links(row: AccessAttempt, now: datetime) -> None:
    PasskeyLink.objects.filter(attempt=row, used_at=None).update(used_at=now)
