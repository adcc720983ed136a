"""The bell: told once, to the right person, when it is true; read, and gone with its person or its days."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.mail import kinds, outbox
from accounts.mail.kinds import MailKind
from accounts.models import OutgoingMail
from accounts.people.lifecycle import delete_person
from config.ops.jobs import registry
from home.bell import job_steps
from home.models import Notification

BACKEND = "accounts.backends.RoleBackend"
STILL_TRUE = {}


def compose(facts):
    return STILL_TRUE.get(facts["event"])


KIND = MailKind("bell.test", "Test", "{{ name }}: {{ what }}", "…", {}, compose=compose)
SECRET = MailKind("bell.secret", "Test", "key {{ what }}", "…", {}, in_bell=False)
GUARDIAN = MailKind("bell.guardian", "Test", "{{ what }}", "…", {}, to_guardian=True)


@pytest.fixture(autouse=True)
def own_kinds():
    with kinds.KINDS.replaced({one.code: one for one in (KIND, SECRET, GUARDIAN)}):
        yield


def tell(person, key="one", kind="bell.test", *, at=None, what="your book is due"):
    STILL_TRUE[key] = {"name": person.first_name, "what": what}
    context = STILL_TRUE[key] | {"link": "/library/mine/"}
    outbox.enqueue(kind, key=key, person=person, context=context, facts={"event": key}, at=at)


def shown(person):
    return [row.text for row in Notification.objects.shown_to(person)]


def test_what_is_mailed_is_also_told_by_the_bell_once(ada, grace):
    tell(ada)
    tell(ada)
    assert shown(ada) == ["Ada: your book is due"]
    assert shown(grace) == []
    assert OutgoingMail.objects.count() == 1


def test_it_is_told_to_those_who_have_no_address_too(ada):
    ada.email = ""
    ada.save()
    tell(ada)
    assert len(shown(ada)) == 1
    assert not OutgoingMail.objects.exists()


@pytest.mark.parametrize("kind", ["bell.secret", "bell.guardian"])
def test_keys_and_what_goes_to_guardians_are_not_shown(ada, kind):
    tell(ada, kind=kind)
    assert not Notification.objects.exists()


def test_the_keys_of_lockers_and_silent_alarms_are_such_kinds():
    from lockers.wiring import mail_kinds

    assert [kind.code for kind in mail_kinds.KINDS if not kind.in_bell] == ["lockers.key", "lockers.officer_duress"]


def test_what_is_told_later_is_checked_then(ada):
    soon = timezone.now() + timedelta(minutes=30)
    tell(ada, "stays", at=soon)
    tell(ada, "corrected", at=soon)
    registry.run("home.bell", timezone.now())
    assert shown(ada) == []
    STILL_TRUE["stays"]["what"], STILL_TRUE["corrected"] = "it changed", None
    registry.run("home.bell", soon)
    assert shown(ada) == ["Ada: it changed"]
    assert Notification.objects.count() == 1


def test_opening_one_marks_it_read_and_leads_to_its_page(client, ada):
    tell(ada, "one")
    tell(ada, "two")
    client.force_login(ada, backend=BACKEND)
    assert "2 unread" in client.get("/bell/").content.decode()
    answer = client.post(f"/bell/{Notification.objects.get(key='one').pk}/open/")
    assert answer.headers["Location"] == "/library/mine/"
    assert client.get("/api/v1/notifications/unread/").json() == {"unread": 1}
    client.post("/bell/read/")
    assert "You have read everything." in client.get("/bell/").content.decode()


def test_another_person_s_is_not_there(client, ada, grace):
    tell(ada)
    client.force_login(grace, backend=BACKEND)
    row = Notification.objects.get()
    assert client.post(f"/bell/{row.pk}/open/").status_code == 404
    assert client.post(f"/api/v1/notifications/{row.pk}/read/").status_code == 404
    assert client.get("/api/v1/notifications/").json()["results"] == []
    client.post("/bell/read/")
    assert Notification.objects.unread().count() == 1


def test_over_the_api_they_are_listed_and_marked(client, ada):
    tell(ada)
    client.force_login(ada, backend=BACKEND)
    [one] = client.get("/api/v1/notifications/").json()["results"]
    assert (one["text"], one["url"], one["read_at"]) == ("Ada: your book is due", "/library/mine/", None)
    assert client.post(f"/api/v1/notifications/{one['id']}/read/").json()["read_at"]
    tell(ada, "two")
    assert client.post("/api/v1/notifications/read/").json() == {"unread": 0}


def test_a_link_to_another_site_is_not_kept(ada):
    outbox.enqueue("bell.test", key="k", person=ada, context={"link": "https://elsewhere.example/x"})
    assert Notification.objects.get().url == ""


def test_they_end_with_their_days_and_with_their_person(ada, grace, administrator, settings):
    tell(ada)
    tell(grace, "two", what="Ada Lovelace has returned it")
    Notification.objects.filter(key="one").update(at=timezone.now() - timedelta(days=settings.MAIL_DAYS + 1))
    assert job_steps.purge(timezone.now()) == {"notifications": 1}
    tell(ada, "three")
    delete_person(ada, by=administrator)
    [left] = Notification.objects.all()
    assert "Lovelace" not in left.text
