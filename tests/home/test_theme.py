"""Light, dark or as the device has it: in the page itself, kept by the browser, never a way to another site."""

from __future__ import annotations

import re

import pytest
from django.conf import settings


def theme_of(client):
    [found] = re.findall(r"<html[^>]*>", client.get("/privacy/").content.decode())
    return found.partition('data-theme="')[2].partition('"')[0]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_was_chosen_is_in_the_next_page(client, notices, theme):
    answer = client.post("/theme/", {"theme": theme, "next": "/privacy/"})
    assert answer.headers["Location"] == "/privacy/"
    assert theme_of(client) == theme


def test_the_device_decides_until_then_and_again_afterwards(client, notices):
    assert theme_of(client) == ""
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": "system"})
    assert theme_of(client) == ""


def test_neither_a_cookie_nor_an_address_from_elsewhere_is_believed(client, notices):
    client.cookies["theme"] = '"><script>'
    assert theme_of(client) == ""
    assert client.post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"}).headers["Location"] == "/"


def test_the_choice_is_in_the_menu_and_says_what_is_chosen(client, ada):
    client.force_login(ada, backend="accounts.backends.RoleBackend")
    client.cookies["theme"] = "dark"
    menu = client.get("/home/").content.decode()
    assert re.findall(r'name="theme" value="(\w+)" aria-pressed="(\w+)"', menu) == [
        ("light", "false"),
        ("dark", "true"),
        ("system", "false"),
    ]


def test_paper_is_always_light():
    tokens = (settings.BASE_DIR / "static/ostiary-tokens.css").read_text()
    assert "@media print { :root, :root[data-theme] { color-scheme: light; } }" in tokens
