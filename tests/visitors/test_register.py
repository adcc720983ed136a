"""The guest register at its doors: announced, arrived, told, signed out, and forgotten."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from auditlog.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.utils import timezone
from django.utils.formats import date_format

from accounts.models import OutgoingMail, User
from config.errors import Refused
from config.ops.registries.search_providers import SearchQuery
from home.models import Notification
from tests.conftest import person
from tests.support.webhooks import subscribed, told
from visitors.models import GuestVisit
from visitors.register import badge_codes, closing, register, retention
from visitors.register.host_search import hosts_like, only_host
from visitors.register.register import GuestDetails
from visitors.wiring.search import guests

ALAN = GuestDetails("Alan Turing", company="Bletchley", email="alan@example.org", purpose="Talk")


@pytest.fixture
def host(db):
    return person("e-hopper", "Grace", last_name="Hopper", affiliation="employee", email="hopper@example.org")


@pytest.fixture
def reception(db):
    """Someone without a role, who has the right by a group."""
    one = person("e-reception", "Rosalind", last_name="Franklin", affiliation="employee")
    group = Group.objects.create(name="Reception")
    group.permissions.add(Permission.objects.get(codename="receive"))
    one.groups.add(group)
    return one


@pytest.fixture
def expected(host):
    return register.expect(ALAN, host=host, at=timezone.now() + timedelta(minutes=5), by=host)


def arrived(host, name="Alan Turing", **fields):
    return register.walk_in(GuestDetails(name, **fields), host=host, way="desk", by=None)


def refused(code, act):
    with pytest.raises(Refused) as no:
        act()
    assert no.value.code == code


def in_an_hour():
    return f"{timezone.localtime() + timedelta(hours=1):%Y-%m-%dT%H:%M}"


def test_a_host_announces_a_guest_who_gets_a_code(client, host):
    client.force_login(host)
    sent = {"name": "Alan Turing", "email": "alan@example.org", "expected_at": in_an_hour()}
    assert client.post("/visitors/", sent).status_code == 302
    assert "Alan Turing" in client.get("/visitors/").content.decode()
    mail = OutgoingMail.objects.get(kind="visitors.invitation")
    assert mail.to == "alan@example.org" and mail.person is None
    client.logout()
    page = client.get("/visitors/pass/" + badge_codes.code_of(GuestVisit.objects.get()) + "/")
    assert page.status_code == 200 and b"<path d=" in page.content
    assert page["X-Robots-Tag"] == "noindex" and "no-store" in page["Cache-Control"]


def test_a_guest_arrives_and_the_host_is_told(client, expected, host, reception):
    listening = subscribed(names=False)
    client.force_login(reception)
    answer = client.post(f"/visitors/{expected.pk}/arrive/")
    assert answer["Location"] == f"/visitors/{expected.pk}/badge/"
    assert "Alan Turing" in client.get(answer["Location"]).content.decode()
    assert OutgoingMail.objects.get(kind="visitors.arrived").to == "hopper@example.org"
    assert "Alan Turing" in Notification.objects.get(person=host).text
    [event] = told(listening)
    assert event["type"] == "visitors.arrived" and "Turing" not in str(event)


def test_badges_are_numbered_by_day(host):
    assert [arrived(host, name).badge for name in ("Ada", "Joan", "Kurt")] == [1, 2, 3]


def test_a_code_opens_on_its_own_day_only_and_the_reception_still_may(client, host, reception):
    guest = register.expect(ALAN, host=host, at=timezone.now() + timedelta(days=2), by=host)
    client.force_login(reception)
    text = client.post("/visitors/desk/scan/", {"code": badge_codes.code_of(guest)}, follow=True).content.decode()
    assert "This invitation is for" in text and date_format(timezone.localdate(guest.expected_at)) in text
    refused("not_today", lambda: register.scan(guest, way="kiosk"))
    client.post(f"/visitors/{guest.pk}/arrive/")
    assert GuestVisit.objects.get().is_inside


def test_many_who_arrive_at_the_same_moment_all_get_a_badge(host, monkeypatch):
    for number in range(8):
        arrived(host, f"Guest {number}")
    monkeypatch.setattr(register, "_last_badge", lambda day: 0)  # what was read before the others were there
    assert arrived(host, "Late").badge == 9


def test_the_desk_records_that_a_walk_in_has_read_the_notice(client, host, reception):
    client.force_login(reception)
    page = client.get("/visitors/desk/new/").content.decode()
    assert "evacuation" in page and 'name="notice"' in page
    client.post("/visitors/desk/new/", {"name": "Alan Turing", "host": "e-hopper", "notice": "on"})
    client.post("/visitors/desk/new/", {"name": "Joan Clarke", "host": "e-hopper"})
    read = {guest.name: guest.notice_at is not None for guest in GuestVisit.objects.all()}
    assert read == {"Alan Turing": True, "Joan Clarke": False}


def test_a_scan_signs_in_and_then_out(client, expected, reception):
    client.force_login(reception)
    code = badge_codes.code_of(expected)
    client.post("/visitors/desk/scan/", {"code": code.lower()})
    expected.refresh_from_db()
    assert expected.is_inside
    client.post("/visitors/desk/scan/", {"code": f"https://ostiary.example.org/visitors/pass/{code}/"})
    expected.refresh_from_db()
    assert expected.left_at
    again = client.post("/visitors/desk/scan/", {"code": code}, follow=True)
    assert "has left" in again.content.decode()


@pytest.mark.parametrize("typed", ["", "V1", "V1-00000000000000000000", "V0-1", "\x00", "x" * 5000])
def test_a_code_that_is_not_ours_is_refused(expected, typed):
    refused("unknown_badge", lambda: badge_codes.guest_of(typed))


def test_twice_is_refused_in_words(expected):
    register.arrive(expected, way="desk")
    refused("already_inside", lambda: register.arrive(expected, way="desk"))
    refused("not_expected", lambda: register.cancel(expected))
    register.leave(expected, way="desk")
    refused("not_inside", lambda: register.leave(expected, way="desk"))


def test_a_cancelled_guest_is_told_and_does_not_come_in(expected, client):
    register.cancel(expected)
    assert OutgoingMail.objects.filter(kind="visitors.cancelled", to="alan@example.org").exists()
    refused("was_cancelled", lambda: register.arrive(expected, way="desk"))
    assert client.get(f"/visitors/pass/{badge_codes.code_of(expected)}/").status_code == 404


def test_a_walk_in_needs_one_host(client, host, reception):
    client.force_login(reception)
    assert client.post("/visitors/desk/new/", {"name": "Kurt", "host": "Gr"}).status_code == 400
    assert client.post("/visitors/desk/new/", {"name": "Kurt", "host": "Hopper"}).status_code == 302
    assert GuestVisit.objects.get().host == host


def test_hosts_are_found_by_three_letters_and_never_listed(host):
    person("s-hoppe", "Hoppe", last_name="Student")
    assert hosts_like("ho") == [] and hosts_like("  h- ") == []
    assert hosts_like("hop") == [host], "not the student"
    assert hosts_like("e-hopp") == [] and hosts_like("e-hopper") == [], "no number leads to a name"
    for number in range(6):
        person(f"e-{number}", "Hopkins", affiliation="employee")
    assert hosts_like("hop") == [], "more letters are needed"
    assert only_host("e-hopper") == host


def test_a_student_has_no_guests(client, ada):
    client.force_login(ada)
    assert client.get("/visitors/").status_code == 403
    refused("no_host", lambda: register.expect(ALAN, host=ada, at=timezone.now(), by=ada))


def test_a_host_touches_own_guests_only(client, expected, teacher):
    register.arrive(expected, way="desk")
    client.force_login(teacher)
    assert "Turing" not in client.get("/visitors/").content.decode()
    assert client.post(f"/visitors/{expected.pk}/leave/").status_code == 404
    assert client.post(f"/visitors/{expected.pk}/cancel/").status_code == 404
    assert client.get("/visitors/desk/").status_code == 403
    assert client.get(f"/visitors/{expected.pk}/badge/").status_code == 403
    assert list(guests(teacher, SearchQuery("turing"))) == []


def test_search_finds_with_rights(client, expected, host, reception):
    assert [hit.title for hit in guests(host, SearchQuery("turi"))] == ["Alan Turing"]
    client.force_login(reception)
    assert "Alan Turing" in client.get("/visitors/desk/?q=bletch").content.decode()
    assert "No visits found" in client.get("/visitors/desk/?q=nobody").content.decode()


def test_the_host_hears_once_that_a_guest_stayed(host, settings):
    guest = arrived(host)
    evening = timezone.make_aware(
        datetime.combine(timezone.localdate() + timedelta(days=1), settings.VISITOR_CLOSING_AT)
    )
    assert closing.remind(evening - timedelta(minutes=1)) == 0
    assert closing.remind(evening + timedelta(minutes=1)) == 1
    assert closing.remind(evening + timedelta(minutes=2)) == 0
    register.leave(guest, way="desk")
    assert closing.remind(evening + timedelta(days=1, minutes=1)) == 0
    assert OutgoingMail.objects.filter(kind="visitors.still_inside").count() == 1


def test_visits_are_forgotten(host, settings, expected):
    guest = arrived(host, "Kurt")
    register.leave(guest, way="desk")
    assert retention.purge(timezone.now())["guest_visits"] == 0
    OutgoingMail.objects.filter(kind__startswith="visitors.").update(sent_at=timezone.now())
    assert LogEntry.objects.get_for_model(GuestVisit).exists() and OutgoingMail.objects.exists()
    assert retention.purge(timezone.now() + timedelta(days=settings.VISITOR_DAYS, hours=1))["guest_visits"] == 2
    assert not LogEntry.objects.get_for_model(GuestVisit).exists(), "it would name them"
    assert not OutgoingMail.objects.filter(kind__startswith="visitors.").exists()


def test_a_host_who_goes_leaves_the_guest(host):
    guest = arrived(host)
    User.objects.filter(pk=host.pk).delete()
    guest.refresh_from_db()
    assert guest.host is None and register.leave(guest, way="desk").left_at


# --- other systems ---------------------------------------------------------------------------------


def test_another_system_announces_and_signs_in_and_out(client, host, reception, teacher):
    client.force_login(reception)
    sent = {"name": "Alan Turing", "host": "e-hopper", "expected_at": timezone.now().isoformat()}
    made = client.post("/api/v1/visitors/", sent, content_type="application/json")
    assert made.status_code == 201 and made.json()["state"] == "expected"
    address = f"/api/v1/visitors/{made.json()['id']}/"
    assert client.post(address + "arrive/").json()["badge"] == 1
    assert [one["name"] for one in client.get("/api/v1/visitors/?inside=true").json()["results"]] == ["Alan Turing"]
    assert client.post(address + "leave/").json()["state"] == "left"
    assert client.post(address + "leave/").json()["code"] == "not_inside"
    assert client.get("/api/v1/visitors/?inside=true").json()["results"] == []
    client.force_login(teacher)
    assert client.get(address).status_code == 403


def test_a_student_is_no_host_for_other_systems_either(client, ada, reception):
    client.force_login(reception)
    sent = {"name": "Alan", "host": "s-ada", "expected_at": timezone.now().isoformat()}
    assert client.post("/api/v1/visitors/", sent, content_type="application/json").status_code in (400, 409)
