"""The guided capture as staff see it: a real browser whose camera shows a person."""

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser import clips
from tests.browser.fitting import fits
from tests.browser.serving import serving
from tests.support.fake_engine import BACKGROUND, encode, face_square

pytestmark = pytest.mark.browser
PATIENCE = 20_000  # ms


@pytest.fixture(scope="module")
def campus(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("enrol"), "ada") as server:
        yield server


def nodding(path, name, aside=0):
    """A colour face that moves a little, so that no two photos are the same: the same photo is not taken twice.

    `aside`, 0 or 1 px: a second film of somebody who has been photographed from the first one.
    """
    frames = []
    for number in range(260):
        canvas = np.full((480, 640, 3), BACKGROUND, np.uint8)
        top, left = 100 + aside + 2 * (number % 20), 200 + 3 * (number % 13)
        canvas[top : top + 220, left : left + 220] = face_square(name, 220)
        frames.append(encode(canvas))
    return clips.write(path, frames)


def signed_in(page, server, path):
    page.goto(server.url + path)
    page.fill("[name=username]", "a-root")
    page.fill("[name=password]", "correct horse battery")
    page.click("main button[type=submit], main form button")
    page.wait_for_url(server.url + path)


def open_camera(page, server, id_number="p-0", purpose="library"):
    """From the list of people to the camera, with the consent on the way."""
    signed_in(page, server, f"/enrol/?q={id_number}")
    page.click("tbody a")
    consent = page.locator(f"form[action$='/consent/{purpose}/']")
    if consent.count():
        consent.locator("[name=has_read]").check()
        consent.locator("button").click()
    page.click("text=Take photos with the camera")


def wait_for_shots(page, count):
    expect(page.locator("#shots li.taken")).to_have_count(count, timeout=PATIENCE)


def test_two_photos_take_themselves_and_three_are_taken_with_the_space_bar(campus, camera_showing, tmp_path):
    troubles = []
    with camera_showing(nodding(tmp_path / "ada.mjpeg", "ada")) as page:
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        open_camera(page, campus)
        wait_for_shots(page, 2)
        assert page.locator("#few").is_visible()
        for count in (3, 4, 5):
            expect(page.locator("#shoot")).to_be_enabled(timeout=PATIENCE)
            page.keyboard.press("Space")
            wait_for_shots(page, count)
        assert page.inner_text("#keep") == "Save 5 photos"
        page.click("#shots li:nth-child(3) button")  # take the third again
        page.keyboard.press("Tab")
        wait_for_shots(page, 4)
        assert "left" in page.inner_text("#ask")
        page.click("#shoot")
        wait_for_shots(page, 5)
        page.click("#keep")
        page.wait_for_selector("#result:not([hidden])", timeout=PATIENCE)
        assert page.inner_text("#result-title") == "5 photos were accepted."
        assert page.evaluate("document.getElementById('preview').srcObject === null")
        page.click("text=Done")
        with page.expect_response(lambda answer: "/photo/" in answer.url and answer.ok):
            page.click("text=View the photos")
    assert troubles == []


def test_for_a_locker_five_are_asked_for_and_done_leads_back_to_the_customer(campus, camera_showing, tmp_path):
    with camera_showing(nodding(tmp_path / "ada.mjpeg", "ada", aside=1)) as page:
        open_camera(page, campus, "p-0", "lockers")
        number = page.url.rstrip("/").split("/")[-2]
        page.goto(f"{campus.url}/enrol/{number}/camera/?next=/lockers/customers/{number}/")
        for box in page.locator("[name=purposes]:checked:not([value=lockers])").all():
            box.uncheck()
        wait_for_shots(page, 2)
        expect(page.locator("#few")).to_have_text("Not enough photos for Lockers. Needed: 5 or more. Still missing: 3.")
        for count in (3, 4, 5):
            assert page.locator("#few").is_visible()
            expect(page.locator("#shoot")).to_be_enabled(timeout=PATIENCE)
            page.click("#shoot")
            wait_for_shots(page, count)
        expect(page.locator("#few")).to_be_hidden()
        page.click("#keep")
        page.wait_for_selector("#result:not([hidden])", timeout=PATIENCE)
        assert page.inner_text("#result-title") == "5 photos were accepted."
        page.click("text=Done")
        page.wait_for_url(f"**/lockers/customers/{number}/")
        assert "5 photos of at least 5." in page.inner_text("main")


def test_between_two_photos_there_is_time_to_read_what_comes_next(campus, camera_showing, tmp_path):
    with camera_showing(nodding(tmp_path / "ada.mjpeg", "ada")) as page:
        page.add_init_script(
            """window.taken = [];
            const seen = new Set();
            new MutationObserver(() => document.querySelectorAll("#shots li.taken").forEach((shot) => {
              if (!seen.has(shot)) { seen.add(shot); window.taken.push(performance.now()); }
            })).observe(document, { subtree: true, attributes: true, childList: true });"""
        )
        open_camera(page, campus)
        wait_for_shots(page, 2)
        first, second = page.evaluate("window.taken")
    # A rest of 1.5 s, and then half a second in which the server is content. Slow machines only take longer.
    assert second - first >= 1990


def test_a_person_enrolled_twice_is_taken_back_on_the_same_page(campus, camera_showing, tmp_path):
    with camera_showing(nodding(tmp_path / "ada.mjpeg", "ada"), width=390, height=844) as page:
        open_camera(page, campus, "a-root", "reception")  # where Ada is enrolled
        wait_for_shots(page, 1)
        page.click("#keep")
        page.wait_for_selector("#result:not([hidden])", timeout=PATIENCE)
        page.click("#result-list li:has-text('looks like') button")
        page.wait_for_url("**/enrol/*/")
        assert "1 photo was removed." in page.inner_text("main")


def test_an_empty_room_is_never_photographed(campus, camera_showing, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "room.mjpeg")) as page:
        open_camera(page, campus)
        expect(page.locator("#advice")).to_contain_text("No face", timeout=PATIENCE)
        page.keyboard.press("Space")
        expect(page.locator("#advice")).to_contain_text("Not yet", timeout=PATIENCE)
        assert page.locator("#shots li.taken").count() == 0
        assert page.locator("#keep").is_disabled()


def test_the_answer_to_an_older_question_does_not_replace_the_one_that_was_asked_for(campus, camera_showing, tmp_path):
    asked = []

    def slowly(route):
        """The first question waits, the second is the button's; nothing that is asked later is answered."""
        asked.append(route)
        if len(asked) == 2:
            route.continue_()

    with camera_showing(clips.of_colours(tmp_path / "room.mjpeg")) as page:
        open_camera(page, campus)
        expect(page.locator("#advice")).to_contain_text("No face", timeout=PATIENCE)
        page.route("**/judge/**", slowly)
        while not asked:
            page.wait_for_timeout(50)
        page.keyboard.press("Space")
        expect(page.locator("#advice")).to_contain_text("Not yet", timeout=PATIENCE)
        with page.expect_response("**/judge/**", timeout=PATIENCE):
            asked[0].continue_()
        page.wait_for_timeout(300)  # as long as a script needs to show it
        assert "Not yet" in page.inner_text("#advice")
        page.unroute_all(behavior="ignoreErrors")


def test_a_camera_that_may_not_be_used_is_explained_with_a_way_on(campus, camera_showing, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "room.mjpeg"), allowed=False) as page:
        open_camera(page, campus)
        page.wait_for_selector("#start:not([hidden])", timeout=PATIENCE)
        assert "may not use the camera" in page.inner_text("#advice")


def test_on_a_phone_nothing_is_cut_off(campus, camera_showing, tmp_path):
    with camera_showing(nodding(tmp_path / "ada.mjpeg", "ada"), width=390, height=844) as page:
        open_camera(page, campus)
        wait_for_shots(page, 1)
        fits(page)
        page.screenshot(path=str(tmp_path / "phone.png"))
