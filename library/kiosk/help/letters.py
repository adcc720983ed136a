"""Who is told of a call for help by bell and e-mail: the librarians, or administrators where there are none."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse

from accounts.mail import outbox
from accounts.mail.kinds import Context, Facts
from accounts.mail.outbox import Letter
from accounts.models import User
from accounts.roles import Role
from library.kiosk.help import staffing
from library.kiosk.help.news import station_names, what_failed
from library.models import HelpRequest


def to_staff(row: HelpRequest) -> None:
    """In the transaction in which it was asked for."""
    words, facts = words_of(row), {"help": row.pk}
    letters = [Letter(f"library.help_wanted:{row.pk}:{one.pk}", words, one, facts=facts) for one in staff()]
    away = staffing.unstaffed_now(row.at)
    if away and away.email:
        letters.append(Letter(f"library.help_wanted:{row.pk}:contact", words, to=away.email, facts=facts))
    outbox.enqueue_all("library.help_wanted", letters)


def staff() -> list[User]:
    active = User.objects.filter(is_active=True)
    return list(active.filter(role=Role.LIBRARIAN) or active.filter(role=Role.ADMINISTRATOR))


def words_of(row: HelpRequest) -> Context:
    """No name: an e-mail lies about longer than the call for help."""
    return {
        "station": station_names().get(row.station, row.station),
        "what": what_failed(row),
        "link": settings.SITE_URL + reverse("library:help"),
    }


def words_at_sending(facts: Facts) -> Context | None:
    """None when help is no longer wanted, or is on its way."""
    row = HelpRequest.objects.filter(pk=facts["help"], open_slot=1, answered_at=None).first()
    return words_of(row) if row else None
