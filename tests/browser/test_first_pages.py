"""The pages that people meet first, on a phone and on a desk."""

from __future__ import annotations

import pytest

from tests.browser.serving import serving
from tests.browser.test_enrol import signed_in

pytestmark = pytest.mark.browser
PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("pages"), "ada", "maximiliane-henriette", DEMO="true") as running:
        yield running


def box(page, selector):
    found = page.locator(selector).bounding_box()
    assert found, selector
    return found


def test_on_a_phone_everything_about_a_person_to_enrol_is_in_view(camera_showing, server, tmp_path):
    with camera_showing(tmp_path / "none", allowed=False, **PHONE) as page:
        signed_in(page, server, "/enrol/")
        inside, room = page.evaluate("(t => [t.scrollWidth, t.clientWidth])(document.querySelector('.table-scroll'))")
        assert inside <= room
        cell = box(page, "tbody tr:first-child td.num")
        assert cell["x"] > 0 and cell["x"] + cell["width"] <= PHONE["width"]
        page.click("tbody tr:first-child th a")
        assert page.inner_text("h1").startswith("Enrol ")


def test_on_a_phone_the_demo_follows_the_heading_and_nothing_sticks_out(camera_showing, server, tmp_path):
    with camera_showing(tmp_path / "none", allowed=False, **PHONE) as page:
        page.goto(server.url)
        assert box(page, "h1")["y"] < box(page, ".demo-picture")["y"] < PHONE["height"] / 2
        card = box(page, "#demo")
        assert card["x"] + card["width"] <= PHONE["width"] - 10
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_on_a_desk_the_two_ways_in_stand_in_one_line_beside_the_demo(camera_showing, server, tmp_path):
    with camera_showing(tmp_path / "none", allowed=False, **DESK) as page:
        page.goto(server.url)
        sign_in, kiosk = box(page, "main a.button >> nth=0"), box(page, "main a.button >> nth=1")
        assert sign_in["y"] == kiosk["y"] and kiosk["x"] > sign_in["x"]
        demo, heading = box(page, "#demo"), box(page, "h1")
        assert demo["x"] > heading["x"] + heading["width"] and abs(demo["y"] - heading["y"]) < 10


def test_from_the_api_s_page_there_is_a_way_back(camera_showing, server, tmp_path):
    with camera_showing(tmp_path / "none", allowed=False, **DESK) as page:
        page.goto(f"{server.url}/api/docs/")
        page.get_by_role("link", name="Ostiary").click()
        page.wait_for_url(f"{server.url}/")
        assert page.inner_text("h1") == "A doorkeeper that knows people by face"
