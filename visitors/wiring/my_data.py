"""The guest register's part of what is stored about a person, in their own words."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from accounts.models import User
from visitors.models import GuestVisit, RollCallLine


def facts(person: User) -> Iterator[tuple[str, str]]:
    guests = GuestVisit.objects.filter(host=person).count()
    yield _("Visitors whose host you are"), str(guests) if guests else _("none")
    lists = RollCallLine.objects.filter(person=person).count()
    yield _("Evacuation lists with your name"), str(lists) if lists else _("none")
