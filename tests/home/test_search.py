"""One search from anywhere: what someone may open is found, however it is written, and nothing else."""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import pytest
from django.urls import reverse

from accounts.models import User
from config.ops.registries.search_providers import SearchQuery
from config.web import folding
from home.search.finding import find
from tests.conftest import person
from tests.support.library import book
from tests.support.role_matrix import ROLES
from tests.support.role_world import World

BACKEND = "accounts.backends.RoleBackend"


def hits(who, text):
    return [hit for group in find(who, SearchQuery(text)) for hit in group.hits]


def titles(who, text):
    return [str(hit.title) for hit in hits(who, text)]


# --- how words are compared ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("muller", "Jürgen Müller"),
        ("mueller", "Jürgen Müller"),
        ("MÜLLER jü", "Jürgen Müller"),
        ("obrien", "Flann O’Brien"),
        ("o'brien", "Flann O’Brien"),
        ("brien", "Flann O’Brien"),
        ("jean-luc", "Jean-Luc Godard"),
        ("søren", "Søren Kierkegaard"),
        ("soeren", "Søren Kierkegaard"),
        ("Łukasiewicz", "Jan Łukasiewicz"),
        ("s-1001", "Ada Lovelace S-1001"),
    ],
)
def test_a_name_is_found_however_it_is_written(typed, name):
    assert folding.matches(folding.words_of(typed), name)


@pytest.mark.parametrize(("typed", "name"), [("uller", "Müller"), ("", "Müller"), ("mu lo", "Müller"), ("--", "Ada")])
def test_only_the_beginnings_of_words_count_and_all_of_them(typed, name):
    assert not folding.matches(folding.words_of(typed), name)


# --- whoever searches ---------------------------------------------------------------------------


@pytest.fixture
def zoe(db):
    return person("s-zoe", "Zoë", last_name="Ångström", card_barcode="C-77")


def test_staff_find_people_and_come_to_their_own_desk(administrator, librarian, officer, teacher, ada, zoe):
    assert [hit.url for hit in hits(administrator, "zoe ang")] == [f"/people/{zoe.pk}/"]
    assert [hit.url for hit in hits(librarian, "angstrom")] == [f"/library/desk/people/{zoe.pk}/"]
    assert [hit.url for hit in hits(officer, "ångström")] == [f"/lockers/customers/{zoe.pk}/"]
    assert hits(teacher, "zoe") == hits(ada, "zoe") == []


def test_a_scanned_card_opens_its_person(client, librarian, zoe):
    client.force_login(librarian, backend=BACKEND)
    assert client.get("/search/", {"q": "C-77", "go": "1"}).headers["Location"] == f"/library/desk/people/{zoe.pk}/"


def test_a_scanned_barcode_opens_its_copy(client, ada):
    copy = book("39000001")
    client.force_login(ada, backend=BACKEND)
    answer = client.get("/search/", {"q": "39000001", "go": "1"})
    assert answer.headers["Location"] == f"{reverse('library:title', args=[copy.title_id])}#copy-{copy.pk}"
    assert f'id="copy-{copy.pk}"' in client.get(answer.headers["Location"]).content.decode()


def test_a_lost_copy_is_found_by_librarians_only(librarian, ada):
    book("39000001", status="lost")
    assert titles(librarian, "39000001") == ["Pride and Prejudice"]
    assert titles(ada, "39000001") == []


def test_where_several_fit_they_are_listed(client, administrator, zoe):
    person("s-zora", "Zora", last_name="Ängström")
    client.force_login(administrator, backend=BACKEND)
    page = client.get("/search/", {"q": "angstrom", "go": "1"})
    assert page.status_code == 200
    assert "Zora Ängström" in page.content.decode()


def test_nothing_found_is_said_and_not_taken_for_html(client, ada):
    client.force_login(ada, backend=BACKEND)
    page = client.get("/search/", {"q": "<b>xyzzy", "part": "1"}).content.decode()
    assert "Nothing was found for “&lt;b&gt;xyzzy”." in page
    assert "<html" not in page


def test_pages_are_found_by_their_names(administrator, librarian, ada):
    assert "Overdue books" in titles(librarian, "overdue")
    assert titles(ada, "overdue") == []
    assert "Departments" in titles(administrator, "depart")
    assert "My books" in titles(ada, "my bo")


# --- rights -------------------------------------------------------------------------------------

# What the world of the role matrix is called by, and beginnings of every page's name.
ASKED = (
    *("grace", "ada", "joan", "s-grace", "knuth", "barbara", "desk", "library", "locker", "lockers", "report"),
    *("algorithms", "cs101", "maths", "math", "1", "12", "a1", "main", "book", "pride", "today", "review", "course"),
    *("people", "person", "mail", "consent", "alarm", "station", "session", "api", "job", "data", "log", "grant"),
)


# The worlds of the others take seconds.
WHO = ["member", *(pytest.param(role, marks=pytest.mark.long) for role in ROLES[1:5])]


@pytest.mark.parametrize("role", WHO)
@pytest.mark.same_on_every_database
def test_nothing_is_found_whose_page_this_role_would_be_refused(role, notices):
    world = World()
    found = {str(hit.url): text for text in asked(world) for hit in everything(world.people[role], text)}
    assert len(found) > 5
    client = world.client(role)
    refused = {url: text for url, text in found.items() if client.get(url).status_code != 200}
    assert refused == {}


def asked(world):
    from attendance.models import Course
    from library.models import Copy
    from lockers.models import Locker

    numbers = [*Course.objects.values_list("code", flat=True), *Locker.objects.values_list("number", flat=True)]
    return {*ASKED, *numbers, *Copy.objects.values_list("barcode", flat=True)}


def everything(who, text):
    """Each hit, and the other pages that stand beside it."""
    for hit in hits(who, text):
        yield hit
        yield from (type(hit)(label, url) for label, url in hit.links)


def test_a_visitor_is_sent_to_sign_in(client, db):
    assert urlsplit(client.get("/search/?q=ada").headers["Location"]).path == "/sign-in/"


# --- how much it costs --------------------------------------------------------------------------


@pytest.mark.long
def test_ten_thousand_people_are_searched_in_a_second_and_few_queries(administrator, django_assert_max_num_queries):
    names = ((f"Name{i}", "Ørsted" if i % 50 else "Zuse", f"p-{i}") for i in range(10_000))
    User.objects.bulk_create(
        (User(first_name=first, last_name=last, id_number=number) for first, last, number in names), batch_size=500
    )
    began = time.process_time()
    with django_assert_max_num_queries(16):
        found = titles(administrator, "zuse name99")
    assert time.process_time() - began < 1
    assert sorted(found) == ["Name9900 Zuse", "Name9950 Zuse"]
