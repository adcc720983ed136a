"""The library's stations in a real Chromium: a fake camera, a scanner that is a keyboard, and fingers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.browser import clips
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


def scan(page, text):
    """What a scanner does: letters at once, wherever the focus is, then Enter."""
    page.locator("body").press_sequentially(text)
    page.keyboard.press("Enter")


def picture(page, name):
    """Kept where SCREENSHOTS says, for people to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png")


def lines(page):
    return page.locator(".desk-line .desk-book").all_inner_texts()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (800, 1280), (390, 844)], ids=["wide", "tablet", "phone"])
def test_scan_take_back_finish_and_the_gate_is_open(camera_showing, server, tmp_path, width, height):
    clip = clips.of_colours(tmp_path / "ada.mjpeg", "ada")
    with camera_showing(clip, width=width, height=height) as page:
        complaints = listen(page)
        pair(page, server, "exit")
        page.locator("#desk-title", has_text="Ada's books").wait_for(timeout=20_000)
        hint, form = page.locator("#desk-empty").bounding_box(), page.locator("#desk-type").bounding_box()
        assert (round(hint["x"]), round(hint["width"])) == (round(form["x"]), round(form["width"]))  # above, not beside
        scan(page, "LIB-000001")
        page.locator(".desk-book", has_text="Middlemarch").wait_for()
        scan(page, "LIB-000002")
        page.locator(".desk-book", has_text="Humphry").wait_for()
        scan(page, "LIB-000004")
        page.get_by_role("alert").get_by_text("reference only").wait_for()
        picture(page, f"exit-{width}")
        page.get_by_role("button", name="Take back Middlemarch").press("Enter")
        page.locator(".desk-book", has_text="Middlemarch").wait_for(state="detached")
        assert [title[:14] for title in lines(page)] == ["The Expedition"]
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
        page.get_by_role("button", name="Take back").click()
        page.get_by_text("No book scanned yet").wait_for()
        page.get_by_role("button", name="Leave without books").click()
        page.get_by_text("The gate is open").wait_for()
        assert page.locator("#desk-pass").inner_text().startswith("Pass ")
        picture(page, f"gate-{width}")
        assert [words for words in complaints if "409" not in words] == []


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
            page.get_by_role("alert").get_by_text("The gate rings").wait_for()
            picture(page, "exit-rings")
            page.get_by_role("button", name="Finish").click()
            page.get_by_text("You cannot leave yet").wait_for()
            page.get_by_text("Please wait with your books").wait_for()
            assert page.locator("#state-title").inner_text() == "Please wait here"
            picture(page, "exit-rings-refused")
            tell_the_gates(desk, "false")
        page.locator("#desk-alarm").wait_for(state="hidden")
        page.get_by_role("button", name="Finish").click()
        page.get_by_text("The gate is open").wait_for()


def test_a_book_comes_back_without_a_face(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "empty.mjpeg")) as page:
        complaints = listen(page)
        pair(page, server, "return")
        page.locator("#state-title", has_text="Scan the books that you return").wait_for(timeout=20_000)
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
