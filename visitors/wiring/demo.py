"""The demo campus's visitors of today: announced, inside, and gone. Everyone is invented."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from visitors.models import GuestVisit
from visitors.register import day, register
from visitors.register.register import GuestDetails
from visitors.register.rights import hosts

DESK = GuestVisit.Way.DESK
HOSTS = ("teacher", "e-4002", "librarian")  # by id number; others of the demo where one is missing
ANNOUNCED = (
    GuestDetails("Noor Haddad", company="Atlas Print", purpose="Quotation", place="Main entrance"),
    GuestDetails("Viktor Lund", company="Lund Heating", purpose="Service of the boilers", place="Boiler room"),
    GuestDetails("Abeni Cole", company="City Library", purpose="Tour", place="Library"),
)
INSIDE = (
    GuestDetails("Sana Malik", company="Malik & Partners", purpose="Meeting", place="Main entrance"),
    GuestDetails("Teodor Brandt", company="Northlight Lifts", purpose="Inspection", place="Main entrance"),
)
GONE = (GuestDetails("Yuki Tanabe", company="Tanabe Catering", purpose="Delivery", place="Main entrance"),)


def create() -> str:
    """One line about it. Once a day: those of yesterday have left by then."""
    now = timezone.now()
    welcoming = _hosts()
    if welcoming and not GuestVisit.objects.filter(arrived_at__gte=day.begin_of(now)).exists():
        for guest in day.inside().filter(arrived_at__lt=day.begin_of(now)):
            register.leave(guest, way=DESK)
        _fill(welcoming)
    inside, expected = day.inside().count(), day.expected(now).count()
    return f"Visitors: {inside} inside, {expected} expected today."


def _hosts() -> list[User]:
    known = {one.id_number: one for one in hosts().filter(id_number__in=HOSTS)}
    return [known[number] for number in HOSTS if number in known] or list(hosts()[:1])


def _fill(welcoming: list[User]) -> None:
    now = timezone.now()
    for number, details in enumerate(ANNOUNCED):
        host = welcoming[number % len(welcoming)]
        register.expect(details, host=host, at=now + timedelta(hours=1 + number), by=host)
    for number, details in enumerate((*INSIDE, *GONE)):
        host = welcoming[number % len(welcoming)]
        guest = register.walk_in(details, host=host, way=DESK, by=None, notice_accepted=True)
        if details in GONE:
            register.leave(guest, way=DESK)
