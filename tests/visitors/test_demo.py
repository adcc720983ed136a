"""The demo's guest register is alive: announced, inside, gone; once a day."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone

from config.ops.registries.people_inside import people_inside
from recognition.demo import people
from visitors.models import GuestVisit
from visitors.wiring import demo


def states():
    return sorted(guest.state for guest in GuestVisit.objects.all())


def test_today_some_are_expected_inside_and_gone_and_yesterdays_have_left(db, monkeypatch):
    noon = timezone.make_aware(datetime(2026, 3, 2, 12, 0))
    monkeypatch.setattr(timezone, "now", lambda: noon)
    people.populate()
    assert demo.create() == "Visitors: 2 inside, 3 expected today."
    assert demo.create() == "Visitors: 2 inside, 3 expected today."
    assert states() == ["expected"] * 3 + ["inside"] * 2 + ["left"]
    assert {one.name for one in people_inside(noon) if one.guest} == {"Sana Malik", "Teodor Brandt"}
    monkeypatch.setattr(timezone, "now", lambda: noon + timedelta(days=1))
    assert demo.create() == "Visitors: 2 inside, 3 expected today."
    assert GuestVisit.objects.inside().count() == 2


def test_without_anyone_to_visit_no_one_comes(db):
    assert demo.create() == "Visitors: 0 inside, 0 expected today."
