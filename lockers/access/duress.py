"""Opening under duress: another PIN, or an extra movement, that opens as always and calls for help silently.

1. When someone is let in, `DuressMark` is written, whichever PIN or movement it was: no difference at the door.
2. The clock looks at the marks a few seconds later, raises what is a silent alarm, and deletes them all.

What is seen after the last step of a liveness challenge comes in as a list of words (`gesture_seen`): the lockers know
no faces.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.credentials import pins
from accounts.credentials.pin_rules import too_alike
from accounts.models import User
from config.errors import Refused
from config.live.news import clock, publish
from config.ops.env import derived_key
from config.ops.jobs.steps import for_each
from lockers.access import sealing
from lockers.access.credentials import require_may_change
from lockers.access.sealing import Unreadable
from lockers.bank import notices
from lockers.bank.log import access_log, webhook_events
from lockers.bank.officers import require_officer_of
from lockers.doors import events
from lockers.doors.doors import STAFF
from lockers.models import AccessAttempt, Bank, Duress, DuressMark, LockerStation, SilentAlarm
from lockers.rules.messages import refusal
from lockers.rules.visibility import require_officer

log = logging.getLogger("ostiary.lockers")

PIN, GESTURE = SilentAlarm.How.PIN, SilentAlarm.How.GESTURE
GESTURES: dict[str, str | Promise] = {  # the words of recognition.liveness
    "turn_left": gettext_lazy("Turn the head to the left once more"),
    "turn_right": gettext_lazy("Turn the head to the right once more"),
    "nod": gettext_lazy("Nod once more"),
}
ENTRY = "alarm.silent"  # in the access log
LIKE = "1"  # what sealed marks say: as long as NOT
NOT = "0"
NOT_WRITTEN = "What was seen at a door could not be written down"


# --- choosing -------------------------------------------------------------------------------------


def choose(person: User, *, by: User, pin: str, duress_pin: str = "", gesture: str = "", door: str = "") -> None:
    """`pin` is the person's own, typed now; what is empty is chosen no more. On their own page, or at a desk.

    Anyone who types the duress PIN as their PIN is under duress: it is answered like a change, changes nothing, and
    calls
    for help. Refused as `pins.check_pin`, `no_pin`, `bad_pin`, `weak_pin`, `pins_alike`, `bad_gesture`,
    `not_officer`, `not_a_customer`. Call it outside a transaction.
    """
    _require_own_or_officer(person, by)
    if not person.pin:
        raise Refused("no_pin", _("You have no PIN yet. Choose a PIN first, then a duress PIN."), status=409)
    _require_good(person, pin, duress_pin, gesture)
    if not pins.is_second(person, pin, door=door):
        _write(person, by, duress_pin, gesture)


def choose_first(person: User, *, by: User, pin: str, duress_pin: str, gesture: str) -> None:
    """At registration, in the same go as the PIN that was just chosen. Nothing where nothing is wanted."""
    if duress_pin or gesture:
        _require_own_or_officer(person, by)
        _require_good(person, pin, duress_pin, gesture)
        _write(person, by, duress_pin, gesture)


def _require_own_or_officer(person: User, by: User) -> None:
    if person != by:
        require_may_change(person, by, _("Only an administrator can change the card and PIN of staff."))


def _require_good(person: User, pin: str, duress_pin: str, gesture: str) -> None:
    if gesture and gesture not in GESTURES:
        raise Refused("bad_gesture", _("Choose one of the movements."))
    if not duress_pin:
        return
    pins.require_good(duress_pin, person)
    if too_alike(pin, duress_pin):
        words = _(
            "The duress PIN is too similar to your PIN: a typing mistake could raise the alarm. Choose another one."
        )
        raise Refused("pins_alike", words)


@transaction.atomic
def _write(person: User, by: User, duress_pin: str, gesture: str) -> None:
    chosen = {
        "pin": make_password(duress_pin) if duress_pin else "",
        "gesture": digest_of(person, gesture) if gesture else "",
        "chosen_at": timezone.now(),
    }
    Duress.objects.update_or_create(person=person, defaults=chosen)
    access_log.append("duress.chosen", person=person.pk, by=by.pk)


def digest_of(person: User, gesture: str) -> str:
    """There are few movements: without the site's key no one can tell which one it is, nor who has the same."""
    key = derived_key(settings.SECRET_KEY, "lockers.duress.gesture")
    return hmac.new(key, f"{person.pk}:{gesture}".encode(), hashlib.sha256).hexdigest()


def pin_changed(person: User) -> None:
    """A new PIN might be too much like the duress PIN, of which only a hash is here: so that one ends
    (accounts.credentials.second_pins)."""
    Duress.objects.filter(person=person).update(pin="")


# --- at the door ----------------------------------------------------------------------------------


def second_pin(person: User) -> str:
    """The hash of the other PIN that admits this person; "" for none (accounts.credentials.second_pins)."""
    return Duress.objects.filter(person=person).values_list("pin", flat=True).first() or ""


def pin_accepted(person: User, *, second: bool, door: str, at: datetime) -> None:
    """At whatever door of the site (accounts.credentials.second_pins). Nothing here keeps shut what would open
    otherwise."""
    try:
        _mark(person, PIN, second, door[:80], None, at)
    except Exception:
        log.exception(NOT_WRITTEN)


def gesture_seen(attempt: AccessAttempt, extra: Iterable[str], at: datetime | None = None) -> None:
    """Someone has passed by face. `extra`: what they did after the last step, as the codes of GESTURES."""
    try:
        _gesture_seen(attempt, frozenset(extra), at or timezone.now())
    except Exception:
        log.exception(NOT_WRITTEN)


def _gesture_seen(attempt: AccessAttempt, extra: frozenset[str], at: datetime) -> None:
    person = attempt.person
    if person is None:
        return
    chosen = Duress.objects.filter(person=person).values_list("gesture", flat=True).first() or ""
    likes = [hmac.compare_digest(chosen, digest_of(person, one)) and one in extra for one in GESTURES]
    _mark(person, GESTURE, any(likes), f"lockers:{attempt.station}", attempt.locker_id, at)


def _mark(person: User, how: str, like: bool, door: str, locker: int | None, at: datetime) -> None:
    with transaction.atomic():
        sealed = sealing.seal(LIKE if like else NOT, _about(person.pk, how, at))
        DuressMark.objects.create(person=person, how=how, door=door, locker_id=locker, at=at, sealed=sealed)


def _about(person: int, how: str, at: datetime) -> str:
    return f"mark:{person}:{how}:{clock(at)}"


# --- a few seconds later ----------------------------------------------------------------------------


def look(now: datetime) -> int:
    """By the clock: how many silent alarms were raised. Several processes may do this at once."""
    return sum(for_each(_look_at, DuressMark.objects.order_by("pk")[:200]))


@transaction.atomic
def _look_at(mark: DuressMark) -> int:
    row = DuressMark.objects.select_for_update().filter(pk=mark.pk).first()
    if row is None:
        return 0
    row.delete()
    if not _is_like(mark):
        return 0
    _raise(mark)
    return 1


def _is_like(mark: DuressMark) -> bool:
    """A mark that cannot be read is an alarm: better a call too many."""
    try:
        return bool(sealing.unseal(mark.sealed, _about(mark.person_id, mark.how, mark.at)) != NOT)
    except Unreadable:
        log.error("A mark of %s cannot be read: has SECRET_KEY changed?", clock(mark.at))
        return True


def _raise(mark: DuressMark) -> None:
    alarm = SilentAlarm.objects.create(
        person_id=mark.person_id,
        how=mark.how,
        station=station_of(mark.door),
        locker_id=mark.locker_id,
        raised_at=mark.at,
    )
    bank = bank_of(alarm)
    notices.duress(alarm, bank)
    webhook_events.silent_alarm(alarm, bank)
    facts = {"alarm": alarm.pk, "person": mark.person_id, "how": mark.how, "station": alarm.station}
    access_log.append(ENTRY, at=mark.at, sealed=sealing.seal(facts, ENTRY))
    publish(STAFF, events.silent_now(alarm))


def station_of(door: str) -> str:
    """The short name of the lockers' kiosk that a door of `accounts.credentials.pins` is; "" for any other door."""
    kind, _colon, name = door.partition(":")
    rows = LockerStation.objects.all()
    if kind == "lockers":
        rows = rows.filter(station__slug=name)
    elif kind == "kiosk" and name.isdecimal():
        rows = rows.filter(station__devices=int(name))
    else:
        return ""
    return rows.values_list("station__slug", flat=True).first() or ""


def bank_of(alarm: SilentAlarm) -> Bank | None:
    """Of its locker, or of the kiosk; None for another door of the site, which is every officer's business."""
    if alarm.locker is not None:
        return alarm.locker.bank
    beside = LockerStation.objects.filter(station__slug=alarm.station).select_related("bank").first()
    return beside.bank if beside else None


@transaction.atomic
def acknowledge(alarm: SilentAlarm, *, by: User, note: str = "", at: datetime | None = None) -> SilentAlarm:
    """An officer has seen to it. Refused `not_officer`, `other_bank`, `acknowledged_already`, `not_yourself`."""
    at = at or timezone.now()
    require_officer(by)
    row = SilentAlarm.objects.select_for_update().get(pk=alarm.pk)
    if (bank := bank_of(row)) is not None:
        require_officer_of(by, bank)
    if row.person_id == by.pk:
        raise refusal("not_yourself", 403)
    if row.acknowledged_at is not None:
        raise Refused("acknowledged_already", _("This alarm has already been acknowledged."), status=409)
    row.acknowledged_at, row.acknowledged_by, row.note = at, by, note.strip()[:300]
    row.save(update_fields=["acknowledged_at", "acknowledged_by", "note"])
    sealed = sealing.seal({"alarm": row.pk, "acknowledged": True}, ENTRY)
    access_log.append(ENTRY, at=at, by=by.pk, sealed=sealed)
    publish(STAFF, events.silent_now(row))
    return row
