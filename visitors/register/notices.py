"""Who is written to about a guest: the guest, when they are invited; the host, when they come and when they stay."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from accounts.mail import outbox
from accounts.mail.kinds import Facts
from accounts.models import User
from accounts.roles import Role
from config.web.branding import brand
from visitors.models import GuestVisit, RollCall
from visitors.register import badge_codes

Words = dict[str, str | list[str]]


def kept_for() -> dict[str, int]:
    """What the privacy notice for visitors says (visitors/_notice.html)."""
    return {"VISITOR_DAYS": settings.VISITOR_DAYS, "EVACUATION_DAYS": settings.EVACUATION_DAYS}


def invite(guest: GuestVisit) -> None:
    _write_guest("visitors.invitation", guest)


def uninvite(guest: GuestVisit) -> None:
    _write_guest("visitors.cancelled", guest)


def tell_host(guest: GuestVisit) -> None:
    _write_host("visitors.arrived", guest, f"visitors.arrived:{guest.pk}")


def still_inside(guest: GuestVisit, now: datetime) -> None:
    _write_host("visitors.still_inside", guest, f"visitors.still_inside:{guest.pk}:{timezone.localdate(now)}")


def roll_call_begun(roll_call: RollCall, by: User) -> None:
    """Administrators hear that someone saw where everyone is: it is for emergencies and drills."""
    administrators = User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).exclude(pk=by.pk)
    key = f"visitors.roll_call:{roll_call.pk}"
    letters = [outbox.Letter(f"{key}:{one.pk}", roll_call_words(roll_call, one), person=one) for one in administrators]
    outbox.enqueue_all("visitors.roll_call", letters)


def roll_call_words(roll_call: RollCall, to: User) -> Words:
    return {
        "name": to.get_full_name(),
        "by": roll_call.started_by.get_full_name() if roll_call.started_by else "",
        "time": _moment(roll_call.started_at),
        "link": settings.SITE_URL + reverse("visitors:roll_call", args=[roll_call.pk]),
    }


def _write_guest(kind: str, guest: GuestVisit) -> None:
    if guest.email:
        words = words_for_guest(guest)
        outbox.enqueue(kind, key=f"{kind}:{guest.pk}", context=words, to=guest.email, facts={"guest": guest.pk})


def _write_host(kind: str, guest: GuestVisit, key: str) -> None:
    if guest.host:
        words = words_for_host(guest, guest.host)
        outbox.enqueue(kind, key=key, context=words, person=guest.host, facts={"guest": guest.pk})


def words_for_guest(guest: GuestVisit) -> Words:
    return {
        "name": guest.name,
        "host": guest.host.get_full_name() if guest.host else "",
        "time": _moment(guest.expected_at) if guest.expected_at else "",
        "place": guest.place or brand.current().name,
        "link": settings.SITE_URL + reverse("visitors:pass", args=[badge_codes.code_of(guest)]),
    }


def words_for_host(guest: GuestVisit, host: User) -> Words:
    return {
        "name": host.get_full_name(),
        "guest": f"{guest.name} ({guest.company})" if guest.company else guest.name,
        "time": _moment(guest.arrived_at) if guest.arrived_at else "",
        "badge": str(guest.badge or ""),
        "link": settings.SITE_URL + reverse("visitors:mine"),
    }


def _moment(at: datetime) -> str:
    return date_format(timezone.localtime(at), "SHORT_DATETIME_FORMAT")


# --- written again when it is sent -----------------------------------------------------------------


def compose_invitation(facts: Facts) -> Words | None:
    guest = _guest(facts)
    return words_for_guest(guest) if guest and guest.is_expected else None


def compose_cancelled(facts: Facts) -> Words | None:
    guest = _guest(facts)
    return words_for_guest(guest) if guest and guest.cancelled_at else None


def compose_arrived(facts: Facts) -> Words | None:
    guest = _guest(facts)
    return words_for_host(guest, guest.host) if guest and guest.host and guest.arrived_at else None


def compose_still_inside(facts: Facts) -> Words | None:
    guest = _guest(facts)
    return words_for_host(guest, guest.host) if guest and guest.host and guest.is_inside else None


def _guest(facts: Facts) -> GuestVisit | None:
    found: GuestVisit | None = GuestVisit.objects.select_related("host").filter(pk=facts["guest"]).first()
    return found
