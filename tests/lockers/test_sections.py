"""The officers' pages are in a few groups, and each page shows where it is."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from lockers.models import Bank
from lockers.rules import sections
from tests.lockers.test_pages import as_, page_of
from tests.support.lockers import bank

NAMES = [name for _label, pages in sections.GROUPS for name, _words in pages]
CURRENT = re.compile(r'aria-current="(\w+)">([^<]+)</a>')


def current(page):
    """What is marked in the tabs: the group, then the page."""
    [tabs] = re.findall(r'<nav class="section-nav.*?(?=<div class="page-head")', page, re.S)
    return CURRENT.findall(tabs)


def test_one_line_holds_the_groups_and_every_page_is_in_one_of_them():
    assert len(sections.GROUPS) <= 6
    used = {
        tab
        for path in (settings.BASE_DIR / "lockers").rglob("*.py")
        for tab in re.findall(r'"tab": "(\w+)"', path.read_text())
    }
    assert used == set(NAMES) and len(NAMES) == len(set(NAMES))


@pytest.mark.django_db
@pytest.mark.parametrize("name", NAMES)
def test_each_page_marks_its_group_and_itself(client, administrator, settings, name):
    settings.DEBUG = True
    bank()
    group = next(label for label, pages in sections.GROUPS if name in dict(pages))
    words = next(dict(pages)[name] for _label, pages in sections.GROUPS if name in dict(pages))
    shown = current(page_of(as_(client, administrator), reverse(f"lockers:{name}")))
    assert shown == [("true", str(group)), ("page", str(words))]


@pytest.mark.django_db
def test_the_log_of_all_banks_is_no_tab_for_an_officer_of_one(client, officer):
    bank()
    Bank.objects.create(code="other", name="Other", own_officers=True)
    page = page_of(as_(client, officer), reverse("lockers:attempts"))
    assert "Lock-outs" in page and "Access log" not in page
