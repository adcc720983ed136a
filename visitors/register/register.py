"""The guest register: expect, arrive, leave. Every door (desk, kiosk, API) calls these, and no other writes it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.webhooks import outbox as webhooks
from config.errors import Refused
from visitors.models import GuestVisit
from visitors.register import notices
from visitors.register.rights import hosts

Way = GuestVisit.Way
LONGEST_AHEAD = timedelta(days=366)
MOST_WAITING = 200  # guests that one host expects at a time
TRIES = 50  # for a badge number that someone else takes at the same moment


@dataclass(frozen=True)
class GuestDetails:
    name: str
    company: str = ""
    email: str = ""
    purpose: str = ""
    place: str = ""

    def cleaned(self) -> dict[str, str]:
        """One line each, within what the table holds. Refused `no_name`."""
        lengths = {"name": 120, "company": 120, "email": 254, "purpose": 200, "place": 80}
        found = {field: " ".join(getattr(self, field).replace("\x00", "").split())[:n] for field, n in lengths.items()}
        if not found["name"]:
            raise Refused("no_name", _("Write the name of the guest."))
        return found


@transaction.atomic
def expect(details: GuestDetails, *, host: User, at: datetime, by: User | None) -> GuestVisit:
    """A guest is announced, and written to if there is an address. Refused `no_host`, `bad_time`, `too_many`."""
    _require_host(host)
    now = timezone.now()
    if not now - timedelta(days=1) <= at <= now + LONGEST_AHEAD:
        raise Refused("bad_time", _("Enter a time from today on, within a year."))
    if GuestVisit.objects.expected().filter(host=host, expected_at__gte=now).count() >= MOST_WAITING:
        raise Refused("too_many", _("This host already expects too many guests."), status=429)
    guest = GuestVisit.objects.create(**details.cleaned(), host=host, expected_at=at, made_by=by)
    notices.invite(guest)
    return guest


@transaction.atomic
def walk_in(
    details: GuestDetails, *, host: User, way: str, by: User | None, notice_accepted: bool = False
) -> GuestVisit:
    """Someone who is not expected arrives now. Refused `no_host`, `no_name`."""
    _require_host(host)
    noticed = timezone.now() if notice_accepted else None
    guest = GuestVisit.objects.create(**details.cleaned(), host=host, made_by=by, notice_at=noticed)
    return arrive(guest, way=way)


def _require_host(host: User) -> None:
    if not hosts().filter(pk=host.pk).exists():
        raise Refused("no_host", _("Choose a person who works here as the host."))


@transaction.atomic
def arrive(guest: GuestVisit, *, way: str, notice_accepted: bool = False) -> GuestVisit:
    """They get a badge, and the host is told. Refused `already_inside`, `has_left`, `was_cancelled`."""
    guest = _locked(guest)
    if guest.is_inside:
        raise Refused("already_inside", _("%(name)s is already signed in.") % {"name": guest.name}, status=409)
    if guest.left_at:
        raise Refused("has_left", _("%(name)s has left. Sign in a new visit.") % {"name": guest.name}, status=409)
    if guest.cancelled_at:
        raise Refused("was_cancelled", _("This visit was cancelled. Please ask the host."), status=409)
    guest.arrived_at, guest.arrived_by = timezone.now(), way
    if notice_accepted:
        guest.notice_at = guest.arrived_at
    _give_badge(guest)
    notices.tell_host(guest)
    _emit("visitors.arrived", guest, guest.arrived_at)
    return guest


@transaction.atomic
def leave(guest: GuestVisit, *, way: str) -> GuestVisit:
    """Refused `not_inside`: who has left, or never came, cannot leave."""
    guest = _locked(guest)
    if not guest.is_inside:
        raise Refused("not_inside", _("%(name)s is not signed in.") % {"name": guest.name}, status=409)
    guest.left_at, guest.left_by = timezone.now(), way
    guest.save(update_fields=["left_at", "left_by"])
    _emit("visitors.left", guest, guest.left_at)
    return guest


@transaction.atomic
def cancel(guest: GuestVisit) -> GuestVisit:
    """The guest is told where they were written to. Refused `not_expected`: who has come cannot be cancelled."""
    guest = _locked(guest)
    if not guest.is_expected:
        raise Refused("not_expected", _("Only a visit that has not begun can be cancelled."), status=409)
    guest.cancelled_at = timezone.now()
    guest.save(update_fields=["cancelled_at"])
    notices.uninvite(guest)
    return guest


def scan(guest: GuestVisit, *, way: str) -> GuestVisit:
    """The code of a badge or an invitation: in where they are expected, out where they are inside.

    Refused `not_today`, and as `arrive` and `leave`.
    """
    if guest.is_inside:
        return leave(guest, way=way)
    if guest.is_expected:
        _require_today(guest)
    return arrive(guest, way=way)


def _require_today(guest: GuestVisit) -> None:
    """The reception can still sign them in by hand: a code alone opens on its own day."""
    if guest.expected_at is None or timezone.localdate(guest.expected_at) == timezone.localdate():
        return
    words = _("This invitation is for %(day)s. Please ask at the reception.")
    day = date_format(timezone.localdate(guest.expected_at))
    raise Refused("not_today", words % {"day": day}, status=409)


def _locked(guest: GuestVisit) -> GuestVisit:
    found: GuestVisit = GuestVisit.objects.select_for_update().get(pk=guest.pk)
    return found


def _give_badge(guest: GuestVisit) -> None:
    """The next number of the day. The unique constraint decides between two who arrive at the same moment."""
    guest.badge_day = timezone.localdate(guest.arrived_at)
    guest.badge = 0
    for _try in range(TRIES):
        guest.badge = max(_last_badge(guest.badge_day), guest.badge) + 1  # never one that was refused just now
        try:
            with transaction.atomic():
                guest.save()
            return
        except IntegrityError:
            continue
    raise Refused("busy", _("Many visitors are arriving at this moment. Try again."), status=409)


def _last_badge(day: date) -> int:
    return GuestVisit.objects.filter(badge_day=day).aggregate(last=Max("badge"))["last"] or 0


def _emit(kind: str, guest: GuestVisit, at: datetime) -> None:
    data = {"id": guest.pk, "badge": guest.badge, "name": guest.name, "company": guest.company, "place": guest.place}
    webhooks.emit(kind, data, person=guest.host, at=at)
