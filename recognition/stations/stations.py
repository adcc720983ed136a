"""Who may speak for a station: pairing codes, device tokens and their end."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, time, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from config.errors import Refused
from config.live.close_codes import bye
from config.live.news import publish
from config.web import throttle
from recognition.faces import crypto
from recognition.models import PairingCode, Sighting, Station, StationDevice

log = logging.getLogger("ostiary.live")

LETTERS = "ACDEFGHJKMNPQRTWXY34679"  # nothing that looks like something else when read aloud or from a note
CODE_LENGTH = 8
CODE_LIVES = timedelta(minutes=10)
ATTEMPTS, ATTEMPT_WINDOW = 8, 600  # wrong codes from one address, and the seconds they are remembered
RENEWED_EVERY = timedelta(hours=12)  # a kiosk's token, when its page is loaded
IN_FLIGHT = timedelta(seconds=60)  # how long requests that were sent with the token before may still arrive
SEEN_EVERY = timedelta(seconds=60)  # how fresh "last seen" is kept


def device_group(device_id: int) -> str:
    return f"device.{device_id}"


# --- pairing ------------------------------------------------------------------------------------


def new_pairing_code(station: Station, *, by: User | None) -> str:
    """A code for one browser, good once and for ten minutes. Older unused codes of the station end."""
    code = "".join(secrets.choice(LETTERS) for _letter in range(CODE_LENGTH))
    with transaction.atomic():
        end_pairing_codes(station)
        PairingCode.objects.create(
            station=station, code_hash=_code_hash(code), created_by=by, expires_at=timezone.now() + CODE_LIVES
        )
    return code


def pair(code: str, *, device_name: str, address: str = "") -> tuple[StationDevice, str]:
    """Turn a code into a paired browser and its token, which is shown to no one and stored nowhere here.

    `address` is where the attempt comes from. Raises Refused `wrong_code` (also when used or
    expired) and `too_many_attempts`.
    """
    _limit_attempts(address)
    with transaction.atomic():
        found = _use_code(code)
        if found is None:
            throttle.count(f"pairing:{address}", window=ATTEMPT_WINDOW)
            raise Refused(
                "wrong_code",
                _("This code is wrong, already used, or more than ten minutes old. Ask for a new one."),
                status=403,
            )
        return _new_device(found.station, StationDevice.Kind.BROWSER, device_name, found.created_by)


def end_pairing_codes(station: Station) -> int:
    """Codes and links of the station that no browser has used yet pair nothing from now on; how many there were."""
    return PairingCode.objects.filter(station=station, used_at=None).delete()[0]


def _use_code(code: str) -> PairingCode | None:
    now = timezone.now()
    good = PairingCode.objects.filter(
        code_hash=_code_hash(code), used_at=None, expires_at__gt=now, station__active=True
    )
    found = good.select_related("station", "created_by").first()
    if found is None:
        return None
    # Of two browsers that type the same code, only the one whose update counts is paired.
    taken = PairingCode.objects.filter(pk=found.pk, used_at=None).update(used_at=now)
    return found if taken else None


def _code_hash(code: str) -> str:
    letters = "".join(letter for letter in code.upper() if letter.isalnum())
    return crypto.keyed_hash(letters, purpose="pairing-code")


def _limit_attempts(address: str) -> None:
    if throttle.so_far(f"pairing:{address}") >= ATTEMPTS:
        raise Refused("too_many_attempts", _("Too many wrong codes. Wait ten minutes and try again."), status=429)


# --- purpose ------------------------------------------------------------------------------------


def require_same_purpose(station_id: int, purpose: str) -> None:
    """What was seen for one purpose is not handed to those who look after another. Refused `purpose_in_use`."""
    if Sighting.objects.filter(station_id=station_id).exclude(station__purpose=purpose).exists():
        words = _(
            "The purpose cannot be changed, because this station has recorded sightings for it. Create another station."
        )
        raise Refused("purpose_in_use", words, status=409)


# --- hours --------------------------------------------------------------------------------------


def require_whole_hours(opens_at: time | None, closes_at: time | None) -> None:
    """Both or none, and not the same. Past midnight is well: from 18:00 to 02:00. Refused `wrong_hours`."""
    if (opens_at is None) != (closes_at is None) or (opens_at is not None and opens_at == closes_at):
        raise Refused("wrong_hours", _("Give both times, opening and closing, or none. They cannot be the same."))


# --- devices ------------------------------------------------------------------------------------


def new_camera_token(station: Station, *, by: User | None, name: str) -> str:
    """A token for one camera. It is returned once: only its hash is kept."""
    return _new_device(station, StationDevice.Kind.CAMERA, name, by)[1]


def _new_device(station: Station, kind: str, name: str, by: User | None) -> tuple[StationDevice, str]:
    token = secrets.token_urlsafe(32)
    device = StationDevice.objects.create(
        station=station,
        kind=kind,
        name=name.strip()[:100] or str(_("Unnamed")),
        token_hash=_token_hash(token),
        paired_by=by,
    )
    return device, token


def _token_hash(token: str) -> str:
    return crypto.keyed_hash(token, purpose="station-token")


def device_of(token: str) -> StationDevice:
    """The paired device that holds this token. Raises Refused `not_paired` (also for a token that was replaced) or
    `revoked`.
    """
    if not token:
        return _paired(None)
    known = _token_hash(token)
    device = _paired(StationDevice.objects.filter(Q(token_hash=known) | Q(previous_hash=known)))
    if device.token_hash != known:
        _require_unshown(device)
    elif not device.token_shown:
        StationDevice.objects.filter(pk=device.pk, token_hash=known).update(token_shown=True)
    return device


def _require_unshown(device: StationDevice) -> None:
    """A token that was replaced ends when the new one has arrived: anyone who copied it stands before a closed door."""
    if device.token_shown and timezone.now() - device.token_at > IN_FLIGHT:
        log.warning("A replaced token of device %s at station %s was shown", device.pk, device.station.slug)
        raise _not_paired()


def renewed(device: StationDevice, token: str) -> str:
    """The token that a kiosk's browser keeps from now on: a new one when this one is old, or never arrived."""
    known, now = _token_hash(token), timezone.now()
    if device.token_hash == known and now - device.token_at < RENEWED_EVERY:
        return token
    new = secrets.token_urlsafe(32)
    mine = StationDevice.objects.filter(pk=device.pk, token_hash=device.token_hash, revoked_at=None)
    fields = {"token_hash": _token_hash(new), "token_at": now, "token_shown": False, "previous_hash": known}
    return new if mine.update(**fields) else token  # another request of the same browser was faster


def authenticate(token: str) -> StationDevice:
    """The device that may speak for its station now. Raises Refused `not_paired`, `revoked` or `station_off`."""
    return _switched_on(device_of(token))


def check_in(device_id: int, now: datetime | None = None) -> StationDevice:
    """Ask again, while a socket is open, whether its device may go on; note now and then that it was here.

    Raises the same refusals as `authenticate`.
    """
    device = _switched_on(_paired(StationDevice.objects.filter(pk=device_id)))
    now = now or timezone.now()
    if device.last_seen_at is None or now - device.last_seen_at >= SEEN_EVERY:
        StationDevice.objects.filter(pk=device_id).update(last_seen_at=now)
    return device


def _paired(devices: QuerySet[StationDevice] | None) -> StationDevice:
    device = devices.select_related("station").first() if devices is not None else None
    if device is None:
        raise _not_paired()
    if device.revoked_at is not None:
        raise Refused("revoked", _("The pairing of this screen or camera was ended."), status=401)
    if device.kind == StationDevice.Kind.BROWSER and _was_away_too_long(device):
        raise Refused("revoked", _("This screen was offline for too long. Pair it again."), status=401)
    return device


def _not_paired() -> Refused:
    return Refused("not_paired", _("This screen or camera is not paired with a station."), status=401)


def _was_away_too_long(device: StationDevice) -> bool:
    return timezone.now() - (device.last_seen_at or device.paired_at) > timedelta(days=settings.KIOSK_DAYS)


def _switched_on(device: StationDevice) -> StationDevice:
    if not device.station.active:
        raise Refused("station_off", _("This station is switched off."), status=403)
    return device


def revoke(device: StationDevice, *, by: User | None) -> None:
    """End a pairing. Open sockets of the device close at once; twice is harmless."""
    with transaction.atomic():
        if StationDevice.objects.filter(pk=device.pk, revoked_at=None).update(revoked_at=timezone.now()):
            publish(device_group(device.pk), bye("revoked", _("The pairing of this screen or camera was ended.")))
    device.refresh_from_db(fields=["revoked_at"])
