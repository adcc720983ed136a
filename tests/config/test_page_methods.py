"""Pages and methods: no empty 405, a way back from a POST-only page. HEAD is beside the role matrix."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from config.web.middleware.methods import page_above
from tests.config.test_role_matrix import matrix
from tests.support.role_world import World

# What a page says, and to whom, is Python and templates: the role matrix asks every address of each database.
pytestmark = pytest.mark.same_on_every_database
NO_INVITATION = "NOTONEOFOURS"


@pytest.fixture
def world(notices):
    cache.clear()
    return World()


def asked(client, method, path, **how):
    """Answered, and what it did is undone."""
    with transaction.atomic():
        answer = client.generic(method, path, **how)
        transaction.set_rollback(True)
    return answer


def test_what_is_only_sent_to_leads_to_a_page(world):
    """Anyone who may see that page sees it, after however many redirects; a member is asked which addresses these
    are."""
    member, administrator = world.client("member"), world.client("administrator")
    redirects = [
        address.path for address, answers in matrix().items() if address.method == "GET" and answers["member"] == "302"
    ]
    real = [path for path in map(world.fill, redirects) if NO_INVITATION not in path]  # its page is a 404 of its own
    paths = [path for path in real if _leads_up(asked(member, "GET", path), path)]
    lost = [path for path in paths if administrator.get(path, follow=True).status_code != 200]
    assert len(paths) > 60
    assert not lost


def _leads_up(answer, path):
    return answer.status_code == 302 and answer["Location"] == page_above(path)


@pytest.mark.parametrize(
    ("path", "above"),
    [
        ("/enrol/7/photos/undo/", "/enrol/7/photos/"),
        ("/library/desk/loans/7/renew/", "/library/desk/"),
        ("/attendance/import/apply/", "/attendance/import/"),
        ("/kiosk/library/scan/", "/kiosk/"),
        ("/sign-out/", "/"),
    ],
)
def test_the_nearest_address_above_is_the_page(path, above):
    assert page_above(path) == above


def test_the_page_above_asks_for_its_own_rights(world):
    assert world.client("member").get("/library/desk/return/clear/", follow=True).status_code == 403
    end = world.client("anonymous").get("/library/desk/return/clear/", follow=True)
    assert end.redirect_chain[-1] == ("/sign-in/?next=/library/desk/return/", 302)


def test_another_method_gets_a_page_that_says_so(world):
    answer = asked(world.client("teacher"), "POST", "/attendance/mine/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET"
    assert b"This page cannot do that" in answer.content


def test_head_of_the_start_page_is_ok(db):
    assert Client().head("/").status_code == 200
