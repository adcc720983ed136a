"""The page of the timed jobs, in a real server that runs them itself."""

from __future__ import annotations

import pytest

from tests.browser.fitting import fits
from tests.browser.serving import serving
from tests.browser.test_enrol import signed_in
from tests.browser.test_first_pages import DESK, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("jobs"), "ada", CLOCK_IN_WEB="true") as running:
        yield running


def changed(page, card, before):
    """The page asks again by itself; its security policy forbids a script of ours that would wait in it."""
    for _ in range(150):
        if card.inner_text() != before:
            return
        page.wait_for_timeout(200)
    raise AssertionError(f"still the same after 30 s: {before}")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_jobs_fit_the_screen_and_are_refreshed(camera_showing, server, tmp_path, size):
    with camera_showing(tmp_path / "none", allowed=False, **size) as page:
        signed_in(page, server, "/jobs/")
        card = page.locator(".card", has_text="Watch the doors")
        card.locator("text=took").first.wait_for(timeout=60_000)
        fits(page)
        first = card.inner_text()
        changed(page, card, first)
        fits(page)


def test_run_now_runs_an_hourly_job_at_once(camera_showing, server, tmp_path):
    with camera_showing(tmp_path / "none", allowed=False, **PHONE) as page:
        signed_in(page, server, "/jobs/")
        card = page.locator(".card", has_text="Plan sessions from timetables")
        card.locator("text=took").wait_for(timeout=60_000)
        before = card.inner_text()
        card.get_by_role("button").click()
        assert "runs within a few seconds" in page.inner_text("main")
        changed(page, card, before)
        page.screenshot(path=str(tmp_path / "jobs.png"), full_page=True)
