"""The kiosk in a real Chromium: a fake camera, a real server, a real websocket."""

from __future__ import annotations

import re

import pytest

from tests.browser import clips
from tests.browser.serving import run, serving, started

pytestmark = pytest.mark.browser

FACES = "faces/portraits"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A server with the fake engine: a face is a square of one colour."""
    with serving(tmp_path_factory.mktemp("server"), "ada", "grace") as running:
        yield running


def pair(page, server):
    page.goto(f"{server.url}/kiosk/")
    page.get_by_label("Pairing code").fill(new_code(server))
    page.get_by_role("button", name="Pair").click()
    page.wait_for_url("**/kiosk/")
    return page


def new_code(server):
    return run("-m", "tests.browser.prepare", "--new-code", environment=server.environment).strip()


def title(page, words, timeout=15_000):
    page.locator("#state-title", has_text=re.compile(rf"^{re.escape(words)}$")).wait_for(timeout=timeout)


def test_a_known_person_is_welcomed_by_name(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        complaints = listen(page)
        pair(page, server)
        title(page, "Welcome")
        assert page.locator("#state-name").inner_text() == "Ada"
        assert page.locator("main").get_attribute("data-state") == "recognised"
        assert complaints == []


def test_an_unknown_person_is_told_what_to_do_instead(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "stranger.mjpeg", "stranger")) as page:
        pair(page, server)
        title(page, "Not recognised")
        assert page.locator("#state-note").inner_text() == "Please use your card, or ask the staff."
        assert page.locator("#state-name").is_hidden()


def test_a_kiosk_where_the_camera_is_not_allowed_says_so_and_comes_back_by_itself(camera_showing, server, tmp_path):
    clip = clips.of_colours(tmp_path / "ada.mjpeg", "ada")
    with camera_showing(clip, allowed=False) as page:
        pair(page, server)
        page.get_by_role("button", name="Start the camera").click()
        title(page, "The camera is not allowed")
        page.get_by_role("button", name="Try again").wait_for()
        page.context.grant_permissions(["camera"])
        title(page, "Welcome")


def test_the_kiosk_comes_back_by_itself_after_the_server_was_away(camera_showing, tmp_path):
    clip = clips.of_colours(tmp_path / "ada.mjpeg", "ada")
    with serving(tmp_path / "server", "ada") as server, camera_showing(clip) as page:
        pair(page, server)
        title(page, "Welcome")
        server.stop()
        title(page, "Connection lost")
        page.locator("#countdown", has_text="Trying again").wait_for()
        with started(server):
            title(page, "Welcome", timeout=40_000)


def test_a_revoked_kiosk_says_so_and_leads_to_pairing(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        pair(page, server)
        title(page, "Welcome")
        run("-m", "tests.browser.prepare", "--revoke-browsers", environment=server.environment)
        title(page, "This screen is no longer paired")
        page.get_by_role("button", name="Pair this screen").click()
        page.wait_for_url("**/kiosk/pair/")


def test_a_kiosk_waits_for_a_station_that_is_switched_off_to_come_back(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        pair(page, server)
        title(page, "Welcome")
        run("-m", "tests.browser.prepare", "--switch", "off", environment=server.environment)
        title(page, "This station is switched off")
        run("-m", "tests.browser.prepare", "--switch", "on", environment=server.environment)
        title(page, "Welcome", timeout=40_000)


def test_sound_can_be_muted_and_stays_muted(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        pair(page, server)
        page.get_by_role("button", name="Sound is on").press("Enter")
        page.get_by_role("button", name="Sound is off").wait_for()
        page.reload()
        page.get_by_role("button", name="Sound is off").wait_for()


def test_the_privacy_notice_opens_and_closes_by_keyboard(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        pair(page, server)
        page.get_by_role("button", name="Privacy").press("Enter")
        page.get_by_role("dialog").get_by_text("What is stored").wait_for()
        page.keyboard.press("Escape")
        page.get_by_role("dialog").wait_for(state="hidden")


def test_staff_see_the_station_live_with_its_picture_and_who_came(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "grace.mjpeg", "grace")) as page:
        pair(page, server)
        title(page, "Welcome")
        staff = page.context.new_page()
        complaints = listen(staff)
        sign_in(staff, server)
        staff.goto(f"{server.url}/stations/")
        # The kiosk's page is in the background now and pauses, as it should; what it saw is there.
        staff.get_by_role("heading", name="Front door").wait_for()
        staff.locator("[data-seen]", has_text="Grace").wait_for()
        page.bring_to_front()
        title(page, "Welcome")
        staff.bring_to_front()
        assert complaints == []


@pytest.mark.data
@pytest.mark.models
@pytest.mark.parametrize(
    ("shown", "name"), [("obama3.jpg", "Barack"), ("biden.jpg", None)], ids=["another photo", "somebody else"]
)
def test_real_faces_are_told_apart_on_the_kiosk(camera_showing, real_engine, data, tmp_path, shown, name):
    """One photo enrolled, another one of the same person played as the camera; somebody else stays unknown."""
    enrolled = f"barack={data / FACES / 'obama.jpg'}"
    clip = clips.of_photo(tmp_path / "camera.mjpeg", data / FACES / shown, upper=0.45)
    with serving(tmp_path / "server", enrolled, settings="config.settings") as server, camera_showing(clip) as page:
        pair(page, server)
        if name is None:
            title(page, "Not recognised", timeout=60_000)
            return
        title(page, "Welcome", timeout=60_000)
        assert page.locator("#state-name").inner_text() == name


def sign_in(page, server):
    page.goto(f"{server.url}/sign-in/")
    page.locator("input[name=username]").fill("a-root")
    page.locator("input[name=password]").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home/")


def listen(page):
    """What the page complains about: script errors, blocked by the content security policy, missing files."""
    complaints = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    return complaints
