"""The library's desk in a real Chromium: a person, two books out, one longer, one back, one waited for, one refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from library import barcodes
from tests import pdf_stripes
from tests.browser.serving import run, serving

pytestmark = pytest.mark.browser
QUICKER = "Autofocus processing was blocked"  # Chromium's remark when the test has chosen a field before the page does


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "nobody") as running:
        run("-m", "tests.browser.prepare_desk", environment=running.environment)
        yield running


def sign_in(page, server, who):
    page.goto(f"{server.url}/sign-in/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", "correct horse battery")
    page.click("main button")
    page.wait_for_url("**/home/")


@pytest.fixture
def desk(camera_showing, server, tmp_path):
    """The librarian's browser; what it complained of is in `page.complaints`."""
    with camera_showing(tmp_path / "no-clip.mjpeg", allowed=False) as page:
        page.complaints = []
        page.on("console", lambda message: None if QUICKER in message.text else page.complaints.append(message.text))
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        sign_in(page, server, "l-ranganathan")
        yield page
        assert page.complaints == []


def say(page, words):
    page.locator(".messages").get_by_text(words).wait_for()


def type_into(page, label, text):
    page.get_by_label(label, exact=True).fill(text)
    page.keyboard.press("Enter")


def test_a_morning_at_the_desk(desk, server):
    from playwright.sync_api import expect

    page = desk
    page.goto(f"{server.url}/library/desk/")
    type_into(page, "Find a person", "CARD-7")
    page.get_by_role("heading", name="Ada Lovelace").wait_for()
    for barcode, title in (("LIB-1", "Middlemarch"), ("LIB-3", "Emma")):
        expect(page.locator("#issue")).to_be_focused()  # a scanner types into it
        page.keyboard.type(barcode)
        page.keyboard.press("Enter")
        say(page, f"“{title}” is lent until")
    page.get_by_role("heading", name="2 books on loan").wait_for()
    page.get_by_role("button", name="Renew Emma").click()
    say(page, "Renewed until")
    page.get_by_text("renewed 1 time", exact=False).wait_for()
    type_into(page, "Take back", "LIB-1")
    say(page, "“Middlemarch” is back. It belongs in Fiction A.")
    page.get_by_role("heading", name="1 book on loan").wait_for()

    page.get_by_label("Reason").fill("The card was reported stolen")
    page.get_by_role("button", name="Block new loans").click()
    say(page, "Ada Lovelace is blocked.")
    type_into(page, "Issue", "LIB-2")
    say(page, "The account is blocked.")
    page.get_by_role("button", name="Lift the block").click()
    say(page, "Ada Lovelace may borrow again.")
    type_into(page, "Issue", "LIB-10")
    say(page, "“Frankenstein; or, The Modern Prometheus” is lent until")
    expect(page.locator("#issue")).to_be_focused()
    type_into(page, "Place a hold", "LIB-10")
    say(page, "You have this title on loan.")
    expect(page.locator("#issue")).to_be_focused()
    picture(page, "desk-person")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "desk-person-390")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_a_reader_waits_for_a_book_that_is_out_and_the_desk_sees_it(server, desk):
    with desk.context.browser.new_context() as window:
        page = window.new_page()
        sign_in(page, server, "s-ada")
        page.goto(f"{server.url}/library/?q=wuthering")
        page.get_by_role("link", name="Wuthering Heights").click()
        page.get_by_role("button", name="Place a hold").click()
        say(page, "You are in the queue.")
        page.goto(f"{server.url}/library/?q=middlemarch")
        page.get_by_role("link", name="Middlemarch").click()
        page.get_by_text("It stands on its shelf").wait_for()
        assert page.get_by_role("button", name="Place a hold").count() == 0
    desk.goto(f"{server.url}/library/holds/")
    desk.get_by_text("Wuthering Heights").wait_for()


def test_a_readers_pages_fit_a_phone(camera_showing, server, tmp_path):
    for width in (1280, 390):
        with camera_showing(tmp_path / "no-clip.mjpeg", allowed=False, width=width, height=844) as page:
            sign_in(page, server, "s-ada")
            for name in ("mine/", "mine/history/"):
                page.goto(f"{server.url}/library/{name}")
                picture(page, f"reader-{name.strip('/').replace('/', '-')}-{width}")
                assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), name


def test_an_import_is_reviewed_before_it_is_done(desk, server):
    page = desk
    page.goto(f"{server.url}/library/import/")
    long = "A title that goes on and on, as those of the eighteenth century did, with everything that happens in it"
    lines = ["title,isbn,barcode", f'"{long}",,IMP-1', "Villette,123,IMP-2", ",,IMP-3", "Emma,,LIB-3"]
    file = {"name": "books.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.get_by_label("MARC 21, MARCXML or CSV file").set_input_files(file)
    page.locator("main form button").first.click()
    page.get_by_role("heading", name="What would be done").wait_for()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        picture(page, f"import-{width}")
        assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")
    page.get_by_role("button", name="Import", exact=True).click()
    page.get_by_role("heading", name="Imported").wait_for()


def test_an_alarm_stands_on_the_desks_page_at_once_and_one_click_ends_it(desk, server):
    page = desk
    page.goto(f"{server.url}/library/desk/")
    tell_the_gates(page, "true")
    page.locator("#alarms").get_by_text("The gate rings: library-exit").wait_for()
    picture(page, "alarm")
    page.get_by_role("button", name="I have looked").click()
    say(page, "The alarm has ended.")
    page.locator("#alarms .alert").wait_for(state="detached")
    tell_the_gates(page, "true")
    page.locator("#alarms .alert").wait_for()
    tell_the_gates(page, "false")
    page.locator("#alarms .alert").wait_for(state="detached")


def tell_the_gates(page, rings):
    """As a gate does, over the API; here with the librarian's session."""
    assert (
        page.evaluate(f"""async () => {{
        const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
        const body = JSON.stringify({{ station: "library-exit", ringing: {rings} }});
        const headers = {{ "Content-Type": "application/json", "X-CSRFToken": token }};
        return (await fetch("/api/v1/library/gates/alarm/", {{ method: "POST", headers, body }})).status;
    }}""")
        == 200
    )


def picture(page, name):
    """Kept where SCREENSHOTS says, for people to look at."""
    if folder := os.environ.get("SCREENSHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_labels_are_chosen_and_downloaded(desk, server, tmp_path):
    page = desk
    page.goto(f"{server.url}/library/labels/")
    page.get_by_label("From barcode").fill("LIB-1")
    page.get_by_label("To barcode").fill("LIB-12")
    page.get_by_role("button", name="Find copies").click()
    page.get_by_role("heading", name="4 copies").wait_for()
    page.get_by_role("checkbox", name="LIB-11").uncheck()
    page.get_by_label("First free label").fill("3")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the PDF").click()
    download.value.save_as(tmp_path / "labels.pdf")
    [sheet] = pdf_stripes.pages((tmp_path / "labels.pdf").read_bytes())
    assert {code.text for code in barcodes.read(sheet)} == {"LIB-1", "LIB-10", "LIB-12"}


PAGES = ("desk/", "holds/", "overdue/", "labels/?words=a", "today/", "inside/", "reports/?kind=overdue", "inventory/")


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_of_the_desk_is_wider_than_its_window(desk, server, width):
    desk.set_viewport_size({"width": width, "height": 844})
    for number, path in enumerate(PAGES):
        desk.goto(f"{server.url}/library/{path}")
        picture(desk, f"desk-{number}-{width}")
        assert not desk.evaluate("document.documentElement.scrollWidth > innerWidth"), path
        open_tab = desk.locator(".section-nav [aria-current]").bounding_box()
        assert 0 <= open_tab["x"] <= open_tab["x"] + open_tab["width"] <= width, f"the tab of {path} is in view"
        assert desk.locator("header [aria-current]").inner_text() == "Library desk"
