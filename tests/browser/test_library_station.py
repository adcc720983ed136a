"""The library's stations in a real Chromium: a fake camera, a scanner that is a keyboard, and fingers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser import clips
from tests.browser.fitting import fits
from tests.browser.held import Held
from tests.browser.scanner import scan
from tests.browser.serving import run, serving
from tests.browser.test_kiosk import listen
from tests.browser.test_library_desk import sign_in, tell_the_gates

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "ada") as running:
        yield running


def pair(page, server, kind):
    words = (kind,) if isinstance(kind, str) else kind
    code = run("-m", "tests.browser.prepare_library", *words, environment=server.environment).strip()
    page.goto(f"{server.url}/kiosk/")
    page.get_by_label("Pairing code").fill(code)
    page.get_by_role("button", name="Pair").click()
    page.wait_for_url("**/kiosk/")


def picture(page, name):
    """Kept where SCREENSHOTS says, for people to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def lines(page):
    return page.locator(".desk-line .desk-book").all_inner_texts()


@pytest.mark.parametrize(
    ("width", "height"), [(1920, 1080), (1080, 1920), (390, 844)], ids=["wide", "upright", "phone"]
)
def test_scan_take_back_finish_and_the_gate_is_open(camera_showing, server, tmp_path, width, height):
    clip = clips.of_colours(tmp_path / "ada.mjpeg", "ada")
    with camera_showing(clip, width=width, height=height) as page:
        complaints = listen(page)
        pair(page, server, "exit")
        page.locator("#desk-title", has_text="Ada's books").wait_for(timeout=20_000)
        hint, form = page.locator("#desk-empty").bounding_box(), page.locator("#desk-type").bounding_box()
        assert (round(hint["x"]), round(hint["width"])) == (round(form["x"]), round(form["width"]))  # above, not beside
        sentence = page.locator("#desk-empty p").bounding_box()
        assert sentence["y"] + sentence["height"] <= form["y"], "the field covers no word of the hint"
        scan(page, "LIB-000001")
        page.locator(".desk-book", has_text="Middlemarch").wait_for()
        scan(page, "LIB-000002")
        page.locator(".desk-book", has_text="Humphry").wait_for()
        scan(page, "LIB-000004")
        page.get_by_role("alert").get_by_text("reference only").wait_for()
        assert page.locator(".kiosk-words").inner_text() == "", "the refusal is the one thing that is said"
        page.locator("#state-title", has_text="Scan the next book, or press Finish").wait_for(timeout=12_000)
        assert "Welcome" not in page.locator("body").inner_text(), "the basket says whose it is"
        picture(page, f"exit-{width}")
        page.get_by_role("button", name="Remove Middlemarch").press("Enter")
        page.locator(".desk-book", has_text="Middlemarch").wait_for(state="detached")
        assert [title[:14] for title in lines(page)] == ["The Expedition"]
        fits(page)
        page.get_by_role("button", name="Remove").click()
        page.get_by_text("No book scanned yet").wait_for()
        page.get_by_role("button", name="Leave without books").click()
        page.get_by_text("The gate is open").wait_for()
        assert page.locator("#desk-pass").inner_text().startswith("Pass ")
        picture(page, f"gate-{width}")
        assert [words for words in complaints if "409" not in words] == []


def test_no_tap_is_lost(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        pair(page, server, "exit")
        page.locator("#desk-title", has_text="Ada's books").wait_for(timeout=20_000)
        for barcode, title in (("LIB-000001", "Middlemarch"), ("LIB-000002", "Humphry")):
            scan(page, barcode)
            page.locator(".desk-book", has_text=title).wait_for()

        removed = Held(page, "**/undo/**")  # the first request is not answered yet when the second button is pressed
        page.get_by_role("button", name="Remove Middlemarch").click()
        page.locator(".desk-book", has_text="Middlemarch").wait_for(state="detached")
        page.get_by_role("button", name="Remove The Expedition").click()
        removed.let_go()
        page.get_by_text("No book scanned yet").wait_for()

        scan(page, "LIB-000001")
        box = page.get_by_role("button", name="Remove Middlemarch").bounding_box()
        page.mouse.move(box["x"] + 20, box["y"] + 20)
        page.mouse.down()
        scan(page, "LIB-000002")  # its line comes in above, while the finger is down
        page.locator(".desk-book", has_text="Humphry").wait_for()
        page.mouse.up()
        page.locator(".desk-book", has_text="Middlemarch").wait_for(state="detached")
        assert [title[:14] for title in lines(page)] == ["The Expedition"]

        scanned = Held(page, "**/scan/")  # Finish is pressed while the last book is still on its way
        scan(page, "LIB-000003")
        page.locator(".desk-book", has_text="Emma").wait_for()
        page.get_by_role("button", name="Finish").click()
        scanned.let_go()
        page.get_by_text("The gate is open").wait_for()
        assert "2 books" in page.locator("#desk-end-note").inner_text()


def test_while_the_gate_rings_the_exit_asks_to_wait_and_lets_go_when_it_is_over(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        pair(page, server, "exit")
        page.locator("#desk-title", has_text="Ada's books").wait_for(timeout=20_000)
        scan(page, "LIB-000001")
        page.locator(".desk-book", has_text="Middlemarch").wait_for()
        with page.context.browser.new_context() as window:
            desk = window.new_page()
            sign_in(desk, server, "a-root")
            desk.goto(f"{server.url}/library/desk/")
            tell_the_gates(desk, "true")
            page.get_by_role("alert").get_by_text("The gate alarm is ringing").wait_for()
            picture(page, "exit-rings")
            page.get_by_role("button", name="Finish").click()
            page.get_by_text("You cannot leave yet").wait_for()
            assert page.get_by_text("staff is coming").locator("visible=true").count() == 1, "it is said once"
            assert page.locator(".kiosk-words").inner_text() == "" and page.locator("#desk-pass").inner_text() == ""
            picture(page, "exit-rings-refused")
            tell_the_gates(desk, "false")
        page.locator("#desk-alarm").wait_for(state="hidden")
        page.get_by_role("button", name="Finish").click()
        page.get_by_text("The gate is open").wait_for()


def test_a_book_comes_back_without_a_face(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "empty.mjpeg")) as page:
        complaints = listen(page)
        pair(page, server, "return")
        page.locator("#state-title", has_text="Scan the books you are returning").wait_for(timeout=20_000)
        page.get_by_label("Barcode").fill("LIB-000003")
        page.get_by_role("button", name="Add").click()
        page.locator(".desk-book", has_text="Emma").wait_for()
        picture(page, "return")
        assert complaints == []


def test_somebody_comes_in(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        pair(page, server, "entry")
        page.locator("#desk-verdict", has_text="Welcome, Ada").wait_for(timeout=20_000)
        picture(page, "entry")
        assert page.locator("body").inner_text().lower().count("welcome") == 1
