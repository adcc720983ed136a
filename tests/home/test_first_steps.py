"""A new site shows its administrators what to do first; the list ticks itself and goes away when all is done."""

from __future__ import annotations

import re

import pytest
from django.core import mail

from accounts.mail import sending
from accounts.mail.smtp import trial
from accounts.models import Department, NoticeText, OutgoingMail
from attendance.models import Course
from config.ops.registries.first_steps import FIRST_STEPS
from home.first_steps import checklist
from home.models import FirstStepState
from library.models import Title
from lockers.models import Bank, Locker
from recognition.faces.profiles import profiles
from recognition.models import Station, StationDevice

pytestmark = pytest.mark.django_db
NAMES = ["models", "mail", "departments", "people", "notice", "station", "paired", "class", "book", "locker"]


@pytest.fixture(autouse=True)
def without_models(monkeypatch):
    monkeypatch.setattr(profiles, "is_ready", lambda profile: False)


def home(client, who):
    client.force_login(who, backend="accounts.backends.RoleBackend")
    return client.get("/home/")


def ticked():
    return [one.name for one in checklist.checklist().steps if one.done]


def press(client, name, act):
    return client.post(f"/home/first-steps/{name}/{act}/", follow=True).content.decode()


def test_an_empty_site_shows_every_step_with_a_sentence_and_a_page_that_opens(client, administrator):
    page = home(client, administrator).content.decode()
    assert [name for name, _step in FIRST_STEPS.items()] == NAMES
    assert "0 of 10 done" in page
    for step in FIRST_STEPS:
        assert str(step.title) in page and f'href="{step.url}"' in page
        assert client.get(str(step.url)).status_code == 200, step.url
        assert re.search(r"\.$", str(step.sentence))


def test_no_other_role_and_no_demo_has_the_list(client, administrator, teacher, librarian, officer, ada, settings):
    for who in (teacher, librarian, officer, ada):
        assert "first-steps" not in re.sub(r"<link[^>]*>", "", home(client, who).content.decode())
    settings.DEMO = True
    assert home(client, administrator).context["first_steps"] is None


DO = {
    "models": lambda patch: patch.setattr(profiles, "is_ready", lambda profile: True),
    "mail": lambda patch: OutgoingMail.objects.create(kind="accounts.test", key="k", to="a@example.org", state="sent"),
    "departments": lambda patch: Department.objects.create(code="maths", name="Mathematics"),
    "station": lambda patch: Station.objects.create(slug="front", name="Front", purpose="reception"),
    "class": lambda patch: Course.objects.create(code="cs101", title="Algorithms"),
    "book": lambda patch: Title.objects.create(title="Emma"),
    "locker": lambda patch: Locker.objects.create(bank=Bank.objects.create(code="m", name="Main"), number="1"),
}


@pytest.mark.parametrize("name", DO)
def test_a_step_ticks_itself_when_it_is_done_and_stays_so(administrator, monkeypatch, name):
    assert ticked() == []
    made = DO[name](monkeypatch)
    assert ticked() == [name]
    if name not in ("models",):
        type(made).objects.all().delete()
    assert ticked() == [name]


def test_people_and_a_paired_screen_tick_themselves(administrator, ada, front_door):
    StationDevice.objects.create(station=front_door, name="Screen")
    assert ticked() == ["people", "station", "paired"]


def test_e_mails_that_are_printed_reach_no_one(administrator, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    DO["mail"](None)
    assert ticked() == []


def test_a_notice_that_a_person_has_added_counts_and_the_shipped_one_does_not(client, administrator, notices):
    assert ticked() == []
    home(client, administrator)
    client.post("/admin/accounts/noticetext/add/", {"purpose": "library", "text": "Our officer is Ada."})
    assert NoticeText.objects.filter(version=2).exists()
    assert ticked() == ["notice"]


def test_who_keeps_the_shipped_notice_says_so(client, administrator):
    home(client, administrator)
    assert "The step is ticked." in press(client, "notice", "done")
    assert ticked() == ["notice"]
    assert "ticked as soon as it is done" in press(client, "station", "done")
    assert ticked() == ["notice"]


def test_an_area_that_is_not_used_is_hidden_and_can_be_shown_again(client, administrator):
    home(client, administrator)
    page = press(client, "locker", "hide")
    assert "0 of 9 done" in page and "Show again: Add the first locker" in page
    assert "0 of 10 done" in press(client, "locker", "show")
    assert "cannot be hidden" in press(client, "people", "hide")
    assert "0 of 10 done" in home(client, administrator).content.decode()


def test_the_list_is_dismissed_and_comes_back(client, administrator):
    home(client, administrator)
    page = press(client, "all", "hide")
    assert "of 10 done" not in page and "Show the first steps of this site" in page
    assert "0 of 10 done" in press(client, "all", "show")


def test_the_list_goes_away_when_all_is_done_or_hidden(client, administrator):
    for name in NAMES[:-1]:
        checklist.tick(name)
    assert "9 of 10 done" in home(client, administrator).content.decode()
    page = press(client, "locker", "hide")
    assert "of 9 done" not in page and "Show the first steps" not in page


def test_an_unknown_step_or_act_changes_nothing(client, administrator):
    home(client, administrator)
    assert "There is no such step" in press(client, "tea", "done")
    assert client.post("/home/first-steps/notice/burn/").status_code == 404
    assert not FirstStepState.objects.exists()


def test_once_all_is_done_it_costs_one_query(administrator, django_assert_num_queries):
    for name in NAMES:
        checklist.tick(name)
    with django_assert_num_queries(1):
        assert checklist.for_home(administrator) is None


def test_over_the_api_too(client, administrator):
    client.force_login(administrator, backend="accounts.backends.RoleBackend")
    found = client.get("/api/v1/first-steps/").json()
    assert [step["name"] for step in found["steps"]] == NAMES
    assert (found["dismissed"], found["finished"]) == (False, False)
    found = client.post("/api/v1/first-steps/locker/hide/").json()
    assert [step["name"] for step in found["steps"] if step["hidden"]] == ["locker"]
    assert client.post("/api/v1/first-steps/all/hide/").json()["dismissed"]
    assert client.post("/api/v1/first-steps/tea/hide/").status_code == 404
    assert client.post("/api/v1/first-steps/people/hide/").json()["code"] == "needed"


# --- do e-mails arrive? ---------------------------------------------------------------------------


def test_a_test_e_mail_goes_to_the_administrator_and_ticks_the_step(client, administrator):
    administrator.email = "admin@example.org"
    administrator.save()
    home(client, administrator)
    page = client.post("/me/mail/test/", follow=True).content.decode()
    assert "The test is in the outbox" in page and "Waiting" in page
    sending.deliver_due()
    assert [one.to for one in mail.outbox] == [["admin@example.org"]]
    assert "Sent" in client.get("/me/mail/test/").content.decode()
    assert "mail" in ticked()


def test_what_the_mail_server_says_is_on_the_page(client, administrator):
    OutgoingMail.objects.create(
        kind=trial.TEST.code, key="k", person=administrator, to="a@b.example", state="failed", last_error="550 no"
    )
    home(client, administrator)
    assert "550 no" in client.get("/me/mail/test/").content.decode()


def test_without_an_address_it_says_what_to_do(client, administrator):
    administrator.email = ""
    administrator.save()
    home(client, administrator)
    assert "You have no e-mail address" in client.post("/me/mail/test/", follow=True).content.decode()
    assert not OutgoingMail.objects.exists()
