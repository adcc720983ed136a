"""The API's documentation page in a real Chromium, under the site's own content security policy."""

from __future__ import annotations

import pytest

from tests.browser.serving import serving

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "ada") as running:
        yield running


def scrolled_to(page, text):
    """The ids of the operations that were drawn on the way: Swagger UI draws only what is near the window."""
    drawn = set()
    page.locator(".opblock").first.wait_for()
    page.mouse.move(300, 300)
    for _ in range(300):
        drawn |= set(page.locator(".opblock").evaluate_all("blocks => blocks.map(block => block.id)"))
        if page.get_by_text(text).count():
            return drawn
        page.mouse.wheel(0, 300)
        page.wait_for_timeout(100)
    raise AssertionError(f"{text!r} was not drawn; these were: {sorted(drawn)}")


def test_the_page_draws_every_resource_without_a_complaint_and_asks_nobody_else(camera_showing, server, tmp_path):
    complaints, asked = [], set()
    with camera_showing(tmp_path / "no-clip.mjpeg", allowed=False) as page:
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda request: asked.add(request.url.split("/")[2]))
        page.goto(f"{server.url}/api/docs/")
        drawn = scrolled_to(page, "Who is in this picture?")
        page.get_by_text("Who is in this picture?").click()
        page.get_by_text("Searches only the roster of a station").wait_for()
        assert len(drawn) > 50
        assert page.locator("h1.docs-title").bounding_box()["width"] <= 1  # Swagger UI draws the title
    assert complaints == []
    assert asked == {server.url.split("/")[2]}
