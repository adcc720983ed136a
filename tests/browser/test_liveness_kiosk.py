"""At the kiosk a still face is asked kindly, a living one named, a picture not. A real browser, the fake engine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser import clips
from tests.browser.serving import serving
from tests.browser.test_enrol import signed_in
from tests.browser.test_kiosk import pair, title
from tests.support.fake_engine import picture
from tests.support.fake_life import LIVING, PRINTED, STILL

pytestmark = pytest.mark.browser
LINE = "Please blink, or turn your head a little"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "ada") as running:
        yield running


def film(path, *parts, fps=10):
    """What the camera shows: (light of Ada's face, seconds), one after the other, again and again."""
    return clips.write(path, [picture("ada", size=200, light=light) for light, s in parts for _ in range(s * fps)])


def kept(page, name):
    """A picture of the page for anyone who wants to look: SCREENSHOTS names a folder."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def test_a_still_face_is_asked_kindly_and_greeted_once_it_lives(camera_showing, server, tmp_path):
    with camera_showing(film(tmp_path / "still.mjpeg", (STILL, 12), (LIVING, 4))) as page:
        pair(page, server)
        title(page, LINE, timeout=30_000)
        assert page.locator("#state-note").inner_text() == "Your card or PIN works too, at any time."
        assert "Ada" not in page.locator("main").inner_text()
        kept(page, "asked")
        title(page, "Welcome", timeout=30_000)
        assert page.locator("#state-name").inner_text() == "Ada"


def test_after_a_while_the_card_is_offered_and_works_at_once(camera_showing, server, tmp_path):
    with camera_showing(film(tmp_path / "mask.mjpeg", (STILL, 30))) as page:
        pair(page, server)
        title(page, "Please use your card or PIN", timeout=30_000)
        kept(page, "card")
        page.get_by_role("button", name="Card or PIN").click()
        assert page.locator("#lane").is_visible()


def test_a_picture_is_not_named_and_staff_see_it_on_the_tile(camera_showing, server, tmp_path):
    with camera_showing(film(tmp_path / "picture.mjpeg", (PRINTED, 10))) as page:
        pair(page, server)
        title(page, "Not recognised", timeout=30_000)
        assert page.locator("main").get_attribute("data-state") == "picture"
        assert "Ada" not in page.locator("main").inner_text()
        kept(page, "picture")
        staff = page.context.new_page()
        signed_in(staff, server, "/stations/")
        staff.locator(".seen .suspected", has_text="Possible picture of a person. No one was named.").wait_for()
        assert staff.locator(".station-card [data-liveness]").inner_text() == "Passive liveness"
        assert "Ada" not in staff.locator(".seen .suspected").first.inner_text(), (
            "a greeting from before may stay below"
        )
        kept(staff, "tile")
