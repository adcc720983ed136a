"""A person is registered and enrolled in four clicks and their photos; then everything is on one page, by keyboard."""

import pytest
from playwright.sync_api import expect

from tests.browser.fitting import fits
from tests.browser.serving import serving
from tests.browser.test_enrol import PATIENCE, nodding, signed_in, wait_for_shots

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def campus(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("person"), "ada") as server:
        yield server


def register(page, server, purpose="library"):
    """Four clicks: add, agree, save, keep. Everything else is typed, or the camera does it."""
    signed_in(page, server, "/home/")
    page.get_by_role("link", name="Add a person").first.click()
    for name, value in {"first_name": "Emmy", "last_name": "Noether", "id_number": "s-emmy"}.items():
        page.fill(f"[name={name}]", value)
    page.locator(f"[name=agrees][value={purpose}]").click()
    page.get_by_role("button", name="Save and take photos").click()
    for count in (2, 3, 4, 5):
        if count > 2:
            expect(page.locator("#shoot")).to_be_enabled(timeout=PATIENCE)
            page.keyboard.press("Space")
        wait_for_shots(page, count)
    page.click("#keep")
    expect(page.locator("#result-title")).to_have_text("5 photos were accepted.", timeout=PATIENCE)


def test_four_clicks_enrol_someone_new_and_the_page_shows_it_all(campus, camera_showing, tmp_path):
    troubles = []
    with camera_showing(nodding(tmp_path / "emmy.mjpeg", "emmy")) as page:
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        register(page, campus)
        page.click("text=Done")
        page.wait_for_url("**/people/*/")
        address = page.url

        page.focus(".person-tabs a[href='#photos']")
        page.keyboard.press("Enter")
        expect(page.locator("#photos-body")).to_contain_text("5 photos kept", timeout=PATIENCE)
        expect(page.locator("#photos")).to_be_focused()
        page.focus(".person-tabs a[href='#history']")
        page.keyboard.press("Enter")
        expect(page.locator("#history-body")).to_contain_text("Person", timeout=PATIENCE)
        expect(page.locator(".person-tabs [aria-current]")).to_have_text("History")

        page.set_viewport_size({"width": 390, "height": 844})
        fits(page)
        withdraw(page, address)
    assert troubles == []


def withdraw(page, address):
    """What it erases is said before, and the photos are gone after, without the page being loaded again."""
    page.goto(address)
    expect(page.locator("[name=may_erase]")).to_be_hidden()
    page.locator("[name=purpose-library][value=no]").check()
    page.locator("#consents [name=has_read]").check()
    page.locator("[name=may_erase]").check()
    page.get_by_role("button", name="Save the consents").click()
    expect(page.locator("#consents-body [role=status]")).to_contain_text("1 was withdrawn", timeout=PATIENCE)
    page.locator("#photos").scroll_into_view_if_needed()
    expect(page.locator("#photos-body")).to_contain_text("There are no photos yet.", timeout=PATIENCE)
