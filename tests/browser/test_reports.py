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


def test_a_chart_says_its_numbers_and_leads_to_the_people_behind_them(teachers_page, server):
    from playwright.sync_api import expect

    page = teachers_page
    page.goto(f"{server.url}/attendance/analytics/")
    page.get_by_role("heading", name="At risk").wait_for()
    chart = page.locator("figure.chart").filter(has_text="Attendance over time")
    says, marks = chart.locator(".chart-says"), chart.locator("a.mark")
    summary = says.inner_text()
    assert marks.count() == 3 and "overall" in summary
    marks.nth(1).hover()
    expect(says).to_contain_text("50.0\u00a0%, 1 of 2 attended")
    page.mouse.move(0, 0)
    expect(says).to_have_text(summary)
    strokes = chart.locator(".trend").first.evaluate("line => getComputedStyle(line).stroke")
    assert strokes == "rgb(14, 79, 85)"
    marks.first.focus()
    assert [mark.get_attribute("tabindex") for mark in marks.all()] == ["0", "-1", "-1"]  # one stop for the Tab key
    page.keyboard.press("ArrowRight")
    page.keyboard.press("End")
    expect(marks.nth(2)).to_be_focused()
    expect(says).to_contain_text("1 of 2 attended")
    page.keyboard.press("Enter")
    page.wait_for_url("**/attendance/reports/**")
    page.get_by_role("caption").get_by_text("2 lines").wait_for()


def test_charts_fit_a_phone_and_keep_their_marks_when_the_choice_changes(teachers_page, server):
    page = teachers_page
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{server.url}/attendance/analytics/")
    page.get_by_role("heading", name="At risk").wait_for()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sides = page.eval_on_selector_all(
        ".plot-area", "charts => charts.map((chart) => [chart.getBoundingClientRect(), chart.getBBox().width])"
    )
    assert len(sides) == 4 and all(box["right"] <= 390 and box["width"] > 150 for box, _inner in sides)
    page.select_option("#id_course", "cs101")
    page.wait_for_url("**course=cs101**")
    page.get_by_role("heading", name="At risk").wait_for()
    assert page.locator(".plot-area").first.locator("a.mark[tabindex='0']").count() == 1
    page.get_by_role("link", name="Grace Hopper").click()
    page.get_by_role("caption").get_by_text("3 lines").wait_for()
