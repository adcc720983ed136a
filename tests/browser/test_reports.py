"""Reports and analytics in a real Chromium, under the site's own content security policy."""

from __future__ import annotations

import pytest

from tests.browser.serving import run, serving
from tests.support import pdf_text

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "nobody") as running:
        run("-m", "tests.browser.prepare_reports", environment=running.environment)
        yield running


@pytest.fixture
def teachers_page(camera_showing, server, tmp_path):
    """The teacher, signed in; what the browser complained of is in `page.complaints`."""
    with camera_showing(tmp_path / "no-clip.mjpeg", allowed=False) as page:
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.goto(f"{server.url}/sign-in/")
        page.fill("[name=username]", "t-knuth")
        page.fill("[name=password]", "correct horse battery")
        page.click("main button")
        page.wait_for_url("**/home/")
        yield page
        assert page.complaints == []


def test_a_teacher_chooses_reads_goes_back_and_takes_the_file(teachers_page, server, tmp_path):
    from playwright.sync_api import expect

    page = teachers_page
    page.goto(f"{server.url}/attendance/reports/")
    page.get_by_role("caption").get_by_text("6 lines").wait_for()
    page.select_option("#id_kind", "people")
    page.get_by_role("heading", name="Summary by person").wait_for()
    page.select_option("#id_course", "cs101")
    page.wait_for_url("**course=cs101**")
    assert page.locator("#people option").count() == 2
    page.go_back()
    expect(page.locator("#id_course")).to_have_value("")
    assert page.input_value("#id_kind") == "people"
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    download.value.save_as(tmp_path / "report.pdf")
    text = pdf_text.text((tmp_path / "report.pdf").read_bytes())
    assert "Summary by person" in text and "Ada Lovelace" in text and "50.0 %" in text


def test_charts_are_drawn_and_each_opens_as_a_picture_of_its_own(teachers_page, server):
    page = teachers_page
    page.goto(f"{server.url}/attendance/analytics/")
    page.get_by_role("heading", name="At risk").wait_for()
    page.wait_for_load_state("networkidle")
    widths = page.eval_on_selector_all(".chart img", "images => images.map((image) => image.naturalWidth)")
    assert len(widths) == 4 and all(width > 300 for width in widths)
    page.get_by_text("The numbers").first.click()
    assert page.get_by_role("columnheader", name="Counted").first.is_visible()
    assert page.get_by_role("row", name="Grace Hopper").is_visible()
    page.goto(page.locator(".chart img").first.evaluate("image => image.src"))
    strokes = page.eval_on_selector_all("path", "paths => paths.map((path) => getComputedStyle(path).stroke)")
    assert "rgb(14, 79, 85)" in strokes  # its own policy lets it have its colours
