"""The demo's sign-in page offers its accounts with one click; no other site does, and no page holds a password."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from config.ops import env
from recognition.demo import passwords, people

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

ADMIN = "/sign-in/demo/admin/"


@pytest.fixture
def demo(settings, tmp_path):
    """A demo as `make run` starts it, with its five accounts."""
    settings.DEMO, settings.DEBUG, settings.VAR_DIR = True, True, tmp_path
    people.accounts(passwords.kept())
    return passwords.read(passwords.kept())


def who(client):
    return client.get("/home/").wsgi_request.user


def page_of(client, address="/sign-in/"):
    return client.get(address).content.decode()


def test_each_account_of_the_demo_has_a_button_that_signs_in(demo):
    offered = re.findall(r'action="(/sign-in/demo/[\w-]+/)"', page_of(Client()))
    assert [address.split("/")[3] for address in offered] == ["admin", "teacher", "librarian", "officer", "member"]
    for address in offered:
        client = Client()
        assert client.post(address).headers["Location"] == "/home/"
        assert who(client).id_number == address.split("/")[3]


def test_a_button_leads_to_the_page_that_asked_but_never_to_another_site(demo):
    assert 'name="next" value="/jobs/"' in page_of(Client(), "/sign-in/?next=/jobs/")
    assert Client().post(ADMIN, {"next": "/jobs/"}).headers["Location"] == "/jobs/"
    assert Client().post(ADMIN, {"next": "https://elsewhere.example/"}).headers["Location"] == "/home/"


def test_whoever_is_signed_in_changes_to_the_other_account(demo):
    client = Client()
    client.post(ADMIN)
    client.post("/sign-in/demo/member/")
    assert who(client).id_number == "member"


def test_another_site_cannot_press_the_button(demo):
    assert Client(enforce_csrf_checks=True).post(ADMIN).status_code == 403


def test_no_password_is_on_any_page(demo):
    client = Client()
    pages = [page_of(client)]
    client.post(ADMIN)
    pages += [page_of(client, address) for address in ("/home/", "/", "/admin/")]
    assert not [secret for secret in demo.values() for page in pages if secret in page]


@pytest.mark.parametrize(("demo_is_on", "debug"), [(True, False), (False, True), (False, False)])
def test_no_other_site_offers_an_account_or_has_the_address(demo, settings, demo_is_on, debug):
    """Although the file of passwords still lies there: a database that has once been a demo."""
    settings.DEMO, settings.DEBUG = demo_is_on, debug
    client = Client()
    page = page_of(client)
    assert "/sign-in/demo/" not in page and "Look around as" not in page
    assert client.post(ADMIN).status_code == 404
    assert "_auth_user_id" not in client.session
    assert not [secret for secret in demo.values() if secret in page]


def test_with_debug_no_site_starts_that_has_a_public_name():
    problems = env.production_problems(debug=True, secret_key="", face_keys={}, hosts=["ostiary.example.org"])
    assert "set DEBUG=false" in problems[0]


def test_an_account_that_the_demo_did_not_make_has_no_button(demo, ada):
    assert "s-ada" not in page_of(Client())
    assert Client().post("/sign-in/demo/s-ada/").status_code == 404


def test_an_account_whose_password_was_changed_is_signed_in_by_hand_only(demo, django_user_model):
    admin = django_user_model.objects.get(id_number="admin")
    admin.set_password("my own choice of words")
    admin.save()
    client = Client()
    page = client.post(ADMIN).content.decode()
    assert "password is wrong" in page
    assert "_auth_user_id" not in client.session
    assert demo["admin"] not in page


def test_an_account_that_may_not_sign_in_has_no_button(demo, django_user_model):
    django_user_model.objects.filter(id_number="teacher").update(is_active=False)
    assert "/sign-in/demo/teacher/" not in page_of(Client())


def test_both_pages_of_a_newcomer_lead_to_a_try_with_their_own_face(demo):
    client = Client()
    assert 'href="/try-it/"' in page_of(client)
    client.post("/sign-in/demo/member/")
    assert 'href="/try-it/"' in page_of(client, "/home/")


def test_no_field_takes_the_focus_away_from_the_buttons(demo, settings):
    assert "autofocus" not in page_of(Client())
    settings.DEMO = False
    assert "autofocus" in page_of(Client())
