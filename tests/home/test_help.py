"""The documents inside the product: each page has one, each is a page, and none of them runs anything."""

from __future__ import annotations

import re

import pytest
from django.urls import Resolver404, resolve

from home.help import pages
from home.help.rendering import rendered

BACKEND = "accounts.backends.RoleBackend"


@pytest.mark.parametrize("start", pages.MAP)
def test_each_line_of_the_map_is_a_document_and_a_page(start):
    assert pages.MAP[start] in pages.documents()
    if start != "/admin/accounts/mail" and start != "/admin/accounts/webhook":  # the beginnings of several
        try:
            resolve(start)
        except Resolver404:
            pytest.fail(f"{start} is no page")


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/attendance/sessions/5/", "attendance"),
        ("/attendance/import/x/", "tables"),
        ("/lockers/doors/3/", "lockers"),
        ("/admin/accounts/webhookendpoint/1/change/", "webhooks"),
        ("/home/", "stations"),
    ],
)
def test_the_question_mark_leads_to_the_document_about_the_page(client, librarian, path, name):
    client.force_login(librarian, backend=BACKEND)
    assert client.get("/help/", {"page": path}).headers["Location"] == f"/help/{name}/"


@pytest.mark.parametrize("name", pages.documents())
def test_each_document_is_rendered_without_scripts_and_its_links_lead_on(name):
    page = rendered(name)
    assert page.title
    assert not re.search(r"<script|javascript:|<img|\son\w+=", page.html)
    ours = re.findall(r'href="(/help/[\w-]+/)', page.html)
    assert all(resolve(address) for address in ours)
    assert not re.findall(r'href="(?!https://|#|/help/)[^"]*"', page.html)


def test_members_and_visitors_do_not_read_them(client, ada):
    assert client.get("/help/library/").headers["Location"].startswith("/sign-in/")
    client.force_login(ada, backend=BACKEND)
    assert client.get("/help/library/").status_code == 403
    assert "/help/" not in client.get("/home/").content.decode()


def test_staff_find_the_question_mark_on_each_page(client, teacher):
    client.force_login(teacher, backend=BACKEND)
    assert 'href="/help/?page=/attendance/' in client.get("/attendance/").content.decode()
    assert "<h1" in client.get("/help/attendance/").content.decode()
    assert client.get("/help/no-such/").status_code == 404


def test_an_example_that_scrolls_sideways_is_reached_by_the_keyboard():
    html = rendered("library").html
    assert '<pre tabindex="0">' in html and "<pre>" not in html
