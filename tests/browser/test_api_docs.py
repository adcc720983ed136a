"""The API's documentation page in a real Chromium, under the site's own content security policy."""

from __future__ import annotations

import pytest

from tests.browser.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "ada") as running:
        yield running


def test_the_page_draws_every_resource_without_a_complaint_and_asks_nobody_else(camera_showing, server, tmp_path):
    complaints, asked = [], set()
    with camera_showing(tmp_path / "no-clip.mjpeg", allowed=False) as page:
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.add(request.url.split("/")[2]))
        page.goto(f"{server.url}/api/docs/")
        page.get_by_text("Who is on this picture?").click()
        page.get_by_text("Searches the roster of a station").wait_for()
        assert page.locator(".opblock").count() > 25
    assert complaints == []
    assert asked == {server.url.split("/")[2]}
