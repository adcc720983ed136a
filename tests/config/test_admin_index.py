"""The first page of the administration: areas with numbers, internals out of sight."""

import re

import pytest
from django.apps import apps
from django.contrib import admin

from accounts.models import Department
from config.ops.registries.admin_areas import AREAS
from config.ops.registries.home_parts import HOME, Need
from config.ops.registries.person_sections import SECTIONS

TABLES = [label for area in AREAS for label in area.tables]


def index(client, person, query=""):
    client.force_login(person)
    return client.get(f"/admin/{query}")


def areas(answer):
    return {area.name: area for area in answer.context["areas"]}


@pytest.mark.parametrize("label", TABLES)
def test_every_table_of_an_area_has_a_page(label):
    assert apps.get_model(label) in admin.site._registry


def test_no_table_is_in_two_areas():
    assert len(set(TABLES)) == len(TABLES)


def test_an_administrator_sees_every_area_in_order_with_numbers(client, administrator):
    Department.objects.create(code="maths", name="Mathematics")
    found = areas(index(client, administrator))
    assert list(found) == ["people", "recognition", "attendance", "library", "lockers", "visitors", "system"]
    counts = {table.url: table.count for table in found["people"].tables}
    assert counts["/admin/accounts/department/"] == 1


def test_other_staff_see_their_areas_alone(client, librarian, officer):
    assert set(areas(index(client, librarian))) == {"people", "recognition", "library"}
    assert set(areas(index(client, officer))) == {"people", "recognition", "lockers"}


def test_internals_are_out_of_sight_and_reachable(client, administrator):
    assert "/admin/knox/authtoken/" not in index(client, administrator).content.decode()
    assert "/admin/knox/authtoken/" in index(client, administrator, "?tables=all").content.decode()


def test_the_areas_stand_beside_every_other_page(client, administrator, librarian):
    page = index(client, administrator, "library/copy/")
    assert [area.is_current for area in page.context["nav_areas"]] == [False, False, False, True, False, False, False]
    assert 'href="/admin/library/copy/" aria-current="page"' in page.content.decode()
    assert 'class="area-nav"' not in index(client, administrator).content.decode(), "the first page has its cards"
    beside = index(client, librarian, "library/copy/").context["nav_areas"]
    assert len(beside) == 3
    assert not any(link.url.startswith("/admin/lockers/") for area in beside for link in area.links)


def test_the_search_and_the_colours_are_those_of_the_site(client, administrator):
    client.cookies["theme"] = "dark"
    page = index(client, administrator, "library/copy/").content.decode()
    assert 'id="search-dialog"' in page
    assert re.search(r'<body class="[^"]*\bdark\b', page)
    assert 'value="dark" aria-pressed="true"' in page
    assert "admin/js/theme.js" not in page


def test_what_is_pending_stands_in_its_area(client, administrator):
    with HOME.replaced({"library": lambda person, now: [Need(3, "books to shelve", "/library/")]}):
        answer = index(client, administrator)
    assert areas(answer)["library"].needs[0].count == 3
    assert "books to shelve" in answer.content.decode()


def test_the_order_of_a_persons_sections():
    first, last = ["details", "consents", "photos", "access"], ["sightings", "looks", "history"]
    found = [name for name, _section in SECTIONS.items()]
    assert found == [*first, "courses", "loans", "fines", "locker", *last]


OURS = ("accounts", "attendance", "library", "lockers", "recognition", "visitors", "config")


def test_every_list_of_ours_can_be_searched():
    """But for what has one row."""
    ours = [(model, one) for model, one in admin.site._registry.items() if type(one).__module__.startswith(OURS)]
    assert [model._meta.label for model, one in ours if not one.search_fields] == ["branding.SiteBranding"]


@pytest.mark.parametrize("model", list(admin.site._registry), ids=lambda model: model._meta.label)
def test_a_search_finds_its_way_through_every_list(client, administrator, model):
    """A field that is misspelt breaks only when someone searches."""
    client.force_login(administrator)
    address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/?q=word"
    assert client.get(address).status_code == 200
