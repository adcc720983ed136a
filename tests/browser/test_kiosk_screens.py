"""Each kiosk on each screen: nothing is cut off, nothing to touch is smaller than 44 px. And a kiosk left alone."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser import clips
from tests.browser.fitting import every_touch_fits
from tests.browser.serving import run, serving

pytestmark = pytest.mark.browser

SIZES = [(1080, 1920), (1920, 1080), (1024, 768), (390, 844)]
# The addresses of what the service worker has kept.
KEPT = """
async () => {
  const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
  const requests = (await Promise.all(caches_.map((cache) => cache.keys()))).flat();
  return requests.map((request) => new URL(request.url).pathname);
}
"""
SCREENS = ["front-door", "entry", "exit", "class", "lockers"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("screens"), "ada") as running:
        codes = run("-m", "tests.browser.prepare", "--screens", environment=running.environment)
        running.facts["codes"] = json.loads(codes.splitlines()[-1])
        yield running


@pytest.fixture
def empty_room(tmp_path):
    return clips.of_colours(tmp_path / "empty.mjpeg")


def by_link(page, server, code=None):
    """Two presses are left for the person at the screen: to open the link, and this one."""
    code = code or run("-m", "tests.browser.prepare", "--new-code", environment=server.environment).strip()
    page.goto(f"{server.url}/kiosk/pair/#{code}")
    page.get_by_role("button", name="Pair this screen").click()
    page.wait_for_url("**/kiosk/")
    page.locator("main:not([data-state=connecting]):not([data-state=start])").wait_for()
    return page


@pytest.mark.parametrize("slug", SCREENS)
def test_a_kiosk_fits_each_screen_and_each_finger(camera_showing, server, empty_room, slug):
    with camera_showing(empty_room, has_touch=True) as page:
        by_link(page, server, server.facts["codes"][slug])
        assert "#" not in page.url
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            every_touch_fits(page)
            fields = page.locator("main input.input:visible")
            if fields.count() and width > 480:
                fields.first.tap()
                page.locator("#keyboard").wait_for()
                every_touch_fits(page)
                page.get_by_role("button", name="Hide the keys").tap()
            page.locator("#lane-open").tap()
            every_touch_fits(page, within="#lane")
            page.keyboard.press("Escape")
            page.evaluate("document.getElementById('idle').hidden = false")
            every_touch_fits(page, within="#idle")
            page.evaluate("document.getElementById('idle').hidden = true")


def test_the_keys_on_the_screen_type_and_go_when_a_real_key_is_pressed(camera_showing, server, empty_room):
    with camera_showing(empty_room, has_touch=True) as page:
        by_link(page, server)
        page.locator("#lane-open").tap()
        page.get_by_label("Or type its number").tap()
        page.locator("#lane [data-key='7']").tap()
        assert page.get_by_label("Or type its number").input_value() == "7"
        page.keyboard.type("8")
        page.locator("#lane .pad").wait_for(state="hidden")
        assert page.get_by_label("Or type its number").input_value() == "78"


def test_a_kiosk_rests_without_anyone_and_a_person_wakes_it(camera_showing, server, empty_room):
    run("-m", "tests.browser.prepare", "--rests-after", "3", environment=server.environment)
    with camera_showing(empty_room) as page:
        by_link(page, server)
        page.locator("#idle").wait_for(timeout=30_000)
        assert re.fullmatch(r"\d\d:\d\d", page.locator("#idle-clock").inner_text())
        page.get_by_role("button", name="Look at the camera, or touch the screen for card or PIN").click()
        page.locator("#idle").wait_for(state="hidden")


def test_without_a_connection_the_kiosk_says_so_and_comes_back(camera_showing, server, empty_room):
    with camera_showing(empty_room) as page:
        by_link(page, server)
        page.evaluate("navigator.serviceWorker.ready")
        kept = page.evaluate(KEPT)
        assert kept and all(path.startswith("/static/") or path == "/kiosk/offline/" for path in kept)
        page.context.set_offline(True)
        page.reload()
        page.get_by_role("heading", name="No connection").wait_for()
        page.context.set_offline(False)
        page.locator("#state-title").wait_for(timeout=30_000)
