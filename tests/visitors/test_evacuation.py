"""An evacuation list: who is on it, how sure that is, and several marshals at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from config.errors import Refused
from config.ops.registries.people_inside import PEOPLE_INSIDE, PersonInside, people_inside
from home.models import Notification
from library.models import Visit
from recognition.models import Sighting, Station
from tests.conftest import person
from tests.support.webhooks import subscribed, told
from visitors.evacuation import roll_calls
from visitors.models import RollCall
from visitors.register import register, retention
from visitors.register.register import GuestDetails

JSON = {"HTTP_ACCEPT": "application/json"}


@pytest.fixture
def guest(teacher):
    details = GuestDetails("Alan Turing", place="Main entrance")
    return register.walk_in(details, host=teacher, way="desk", by=None)


@pytest.fixture
def begun(guest, teacher):
    return roll_calls.start(by=teacher, drill=True)


def line_of(roll_call, name="Alan Turing"):
    return roll_call.lines.get(name=name)


def test_guests_readers_and_people_seen_are_on_it_once(guest, ada, grace, teacher):
    now = timezone.now()
    door = Station.objects.create(slug="front", name="Main entrance", purpose="reception")
    for minutes in (30, 20):
        Sighting.objects.create(station=door, person=ada, outcome="recognised", at=now - timedelta(minutes=minutes))
    Sighting.objects.create(station=door, person=grace, outcome="recognised", at=now - timedelta(days=1))
    Visit.objects.create(person=ada, entered_at=now - timedelta(minutes=5))
    found = {one.name: one for one in people_inside(now)}
    assert set(found) == {"Alan Turing", ada.get_full_name()}, "yesterday is not now"
    assert found[ada.get_full_name()].place == "Library", "what was known last"
    assert "visitor of" in str(found["Alan Turing"].how)


def test_the_page_says_how_sure_it_is(client, teacher, ada):
    seen = PersonInside("Ada", timezone.now(), "Main entrance", "recognised at Main entrance", person=ada.pk)
    with PEOPLE_INSIDE.replaced({"front": lambda now: [seen]}):
        begun = roll_calls.start(by=teacher, drill=False)
    client.force_login(teacher)
    page = client.get(f"/visitors/evacuation/{begun.pk}/").content.decode()
    assert "recognised at Main entrance" in page and f"{timezone.localtime():%H:}" in page
    assert "No one can be sure" in page


def test_beginning_a_list_is_recorded_and_told(client, administrator, teacher):
    listening = subscribed()
    client.force_login(teacher)
    client.post("/visitors/evacuation/start/", {"drill": "yes"})
    begun = RollCall.objects.get()
    assert begun.started_by == teacher and begun.drill
    assert Notification.objects.filter(kind="visitors.roll_call", person=administrator).exists()
    assert told(listening)[-1]["type"] == "visitors.roll_call"
    again = client.post("/visitors/evacuation/start/", follow=True)
    assert "already running" in again.content.decode() and RollCall.objects.count() == 1


def test_two_marshals_see_each_others_ticks(client, begun, teacher, librarian):
    line = line_of(begun)
    client.force_login(librarian)
    answer = client.post(f"/visitors/evacuation/{begun.pk}/lines/{line.pk}/", {"accounted": "yes"}, **JSON)
    assert answer.json()["accounted"] == 1
    client.force_login(teacher)
    [told_now] = client.get(f"/visitors/evacuation/{begun.pk}/state/").json()["lines"]
    assert told_now["accounted"] and "Barbara" in told_now["note"]
    client.post(f"/visitors/evacuation/{begun.pk}/lines/{line.pk}/", {"accounted": "yes"}, **JSON)
    line.refresh_from_db()
    assert line.accounted_by == librarian, "the first tick counts"
    client.post(f"/visitors/evacuation/{begun.pk}/lines/{line.pk}/", {"accounted": "no"})
    line.refresh_from_db()
    assert line.accounted_at is None


def test_someone_unknown_is_added(client, begun, teacher):
    client.force_login(teacher)
    client.post(f"/visitors/evacuation/{begun.pk}/add/", {"name": "  A   plumber "})
    assert line_of(begun, "A plumber").accounted_at
    assert "Write the name" in client.post(f"/visitors/evacuation/{begun.pk}/add/", follow=True).content.decode()


def test_an_ended_list_is_kept_and_does_not_change(client, begun, teacher, administrator):
    line = line_of(begun)
    client.force_login(teacher)
    client.post(f"/visitors/evacuation/{begun.pk}/end/")
    with pytest.raises(Refused, match="has ended"):
        roll_calls.account(begun, line.pk, by=teacher, accounted=True)
    assert client.get(f"/visitors/evacuation/{begun.pk}/").status_code == 404, "past lists are not for marshals"
    client.force_login(administrator)
    assert "Not accounted for" in client.get(f"/visitors/evacuation/{begun.pk}/").content.decode()
    csv = b"".join(client.get(f"/visitors/evacuation/{begun.pk}/csv/").streaming_content).decode()
    assert csv.startswith("place,name,number,last_known,how,") and "Main entrance,Alan Turing,#1," in csv


def test_members_never_see_who_is_in_the_house(client, begun):
    client.force_login(person("s-kurt", "Kurt"))
    for path in ("", f"{begun.pk}/", f"{begun.pk}/state/", f"{begun.pk}/csv/"):
        assert client.get(f"/visitors/evacuation/{path}").status_code == 403
    assert client.post("/visitors/evacuation/start/").status_code == 403


def test_a_list_outlives_the_visit_and_not_its_own_days(begun, guest, settings):
    register.leave(guest, way="desk")
    retention.purge(timezone.now() + timedelta(days=settings.VISITOR_DAYS + 1))
    assert line_of(begun).guest is None
    assert retention.purge(timezone.now() + timedelta(days=settings.EVACUATION_DAYS + 1))["roll_calls"] == 1


def test_a_list_costs_as_many_queries_for_a_hundred(begun, client, teacher, django_assert_max_num_queries):
    client.force_login(teacher)
    begun.lines.model.objects.bulk_create(
        begun.lines.model(roll_call=begun, name=f"P{number}", place="Hall") for number in range(100)
    )
    with django_assert_max_num_queries(9):
        assert client.get(f"/visitors/evacuation/{begun.pk}/").status_code == 200
