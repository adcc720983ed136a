"""Every page of the accounts, for every role."""

import datetime
from types import ModuleType

import pytest
from django.template import loader
from django.test import Client
from django.urls import re_path, reverse
from django.utils.formats import date_format

from accounts.consent.notices import ensure_notices
from accounts.credentials.pins import set_pin
from accounts.models import NoticeText
from config import urls
from config.web.error_pages import not_there
from tests.support.faces import enrolled

ROLES = ("administrator", "teacher", "librarian", "officer", "ada")
OWN_PAGES = ("/home/", "/me/", "/me/pin/", "/password/", "/me/consents/library/withdraw/", "/privacy/")
OPEN_PAGES = ("/sign-in/", "/password/forgotten/", "/password/forgotten/sent/", "/privacy/")


@pytest.fixture(params=ROLES)
def somebody(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("address", OWN_PAGES)
def test_every_role_can_open_its_own_pages(client, somebody, address):
    ensure_notices()
    client.force_login(somebody)
    assert client.get(address).status_code == 200


@pytest.mark.parametrize("address", OWN_PAGES[:-1])
def test_strangers_are_asked_to_sign_in(client, db, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("accounts:login"))


@pytest.mark.parametrize("address", OPEN_PAGES)
def test_strangers_can_open_the_public_pages(client, db, address):
    assert client.get(address).status_code == 200


ROLL = {"Attendance", "Reports", "Analytics", "Calendar"}
ALL = {"Library", "My books", "My locker", "My data"}
HOST = {"My visitors", "Evacuation list"}
DESK = {"Stations", "Evidence", "Enrolment", "New photos", "People", "Administration"}
TILES = {
    "administrator": {
        *ALL,
        *ROLL,
        *HOST,
        "Reception desk",
        "Library desk",
        "Lockers",
        "Stations",
        "Enrolment",
        "People",
        "Administration",
        "API",
        "Timed jobs",
        "Evidence",
        "Recognition models",
        "Statuses",
        "Holidays",
        "Institution",
        "Newcomers",
        "New photos",
    },
    "librarian": {*ALL, *HOST, *DESK, "Library desk"},
    "officer": {*ALL, *HOST, *DESK, "Lockers"},
    "teacher": {*ALL, *ROLL, *HOST, "Stations", "Evidence"},
    "ada": ALL,
}


@pytest.mark.parametrize("who", ROLES)
def test_the_home_page_offers_what_the_role_may_open_and_every_offer_opens(client, request, who):
    client.force_login(request.getfixturevalue(who))
    entries = client.get("/home/").context["menu"]()
    assert {str(entry.title) for entry in entries} == TILES[who]
    for entry in entries:
        assert client.get(entry.url).status_code == 200, entry.title


def test_an_enrolled_person_reads_on_their_page_what_is_stored_of_the_face(client, ada, notices):
    enrolled(ada, "ada", "library")
    client.force_login(ada)
    stored = dict(client.get("/me/").context["stored"])
    assert stored["Id number"] == "s-ada"
    assert stored["Face photos"] == "Library: 3 photos"
    assert stored["Sightings"] == "none"


@pytest.mark.parametrize(
    ("card", "pin", "words"),
    [
        ("C-1", "4821", "Your card and PIN still work."),
        ("C-1", "", "Your card still works."),
        (None, "4821", "Your id number and PIN still work."),
        (None, "", "You do not have a card or a PIN yet"),
    ],
)
def test_whoever_withdraws_reads_what_still_opens_doors_for_them(client, ada, notices, card, pin, words):
    ada.card_barcode = card
    ada.save()
    if pin:
        set_pin(ada, pin, by=ada)
    client.force_login(ada)
    page = client.get("/me/consents/library/withdraw/").content.decode()
    assert words in page and page.count("still work") + page.count("goes on working") == bool(card or pin)


def test_dates_and_times_are_written_in_one_way_everywhere():
    moment = datetime.datetime(2026, 11, 22, 16, 5)
    assert date_format(moment, "DATETIME_FORMAT") == "22 Nov 2026, 16:05"
    assert date_format(moment, "TIME_FORMAT") == "16:05"


def test_my_page_never_shows_another_persons_data(client, ada, grace):
    client.force_login(ada)
    assert "Grace" not in client.get("/me/").content.decode()


# --- When something is wrong ---


def test_a_missing_page_is_said_in_our_own_words(client, db):
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


def test_a_stale_form_is_explained(ada):
    client = Client(enforce_csrf_checks=True)
    answer = client.post("/sign-in/", {"username": "s-ada", "password": "x"})
    assert answer.status_code == 403
    assert "This page has expired" in answer.content.decode()


@pytest.mark.parametrize("code", ["400", "500"])
def test_the_pages_for_breakdowns_need_neither_request_nor_database(code):
    page = loader.get_template(f"{code}.html").render()
    assert "<h1>" in page
    assert "Ostiary" in page


def test_a_refusal_becomes_a_page_with_its_sentence_and_status(client, ada, notices, caplog):
    caplog.set_level("INFO")
    NoticeText.objects.all().delete()
    client.force_login(ada)
    answer = client.post("/me/consents/library/give/")
    assert answer.status_code == 400
    assert "There is no privacy notice for this purpose yet." in answer.content.decode()
    assert "no_notice" in answer.content.decode()
    assert "Refused: no_notice" in caplog.text


def test_every_form_says_what_is_wrong_where_it_is_wrong(client, ada):
    client.force_login(ada)
    page = client.post("/me/pin/", {"password": "nope", "pin": "1234", "again": "1234"}).content.decode()
    assert 'aria-invalid="true"' in page
    assert 'aria-describedby="id_password_error"' in page
    assert 'id="id_password_error"' in page


def test_a_page_asks_the_database_only_what_it_shows(client, ada, notices, django_assert_max_num_queries):
    client.force_login(ada)
    with django_assert_max_num_queries(15):  # one for each part of each app
        client.get("/home/")
    with django_assert_max_num_queries(38):  # one for each fact of each app
        client.get("/me/")


def test_in_the_demo_a_page_that_is_not_there_looks_as_on_a_real_site(client, ada, settings):
    settings.DEBUG = settings.DEMO = True
    site = ModuleType("demo_urls")
    site.urlpatterns = [*urls.urlpatterns, re_path(r".*/$", not_there)]  # as config.urls with DEMO from the start
    settings.ROOT_URLCONF = site
    client.force_login(ada)
    for address in ("/nothing/here/", "/library/titles/999999/"):
        answer = client.get(address)
        assert answer.status_code == 404
        assert "Page not found" in answer.content.decode()
    assert client.get("/home").headers["Location"] == "/home/"
    assert client.get("/home/").status_code == 200
