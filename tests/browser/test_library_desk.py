"""The library's desk in a real Chromium: a person, two books out, one longer, one back, one waited for, one refused."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from library.kiosk.barcodes import barcodes
from tests.browser.fitting import fits
from tests.browser.serving import run, serving
from tests.support import pdf_stripes

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
    type_into(page, "Return", "LIB-1")
    say(page, "“Middlemarch” is back. Shelf: Fiction A.")
    page.get_by_role("heading", name="1 book on loan").wait_for()

    page.get_by_label("Reason").fill("The card was reported stolen")
    page.get_by_role("button", name="Block new loans").click()
    say(page, "Ada Lovelace is blocked.")
    type_into(page, "Issue", "LIB-2")
    say(page, "Ada Lovelace is blocked: The card was reported stolen. Remove the block")
    page.get_by_role("button", name="Remove the block").click()
    say(page, "Ada Lovelace may borrow again.")
    type_into(page, "Issue", "LIB-10")
    say(page, "“Frankenstein; or, The Modern Prometheus” is lent until")
    expect(page.locator("#issue")).to_be_focused()
    type_into(page, "Place a hold", "LIB-10")
    say(page, "Ada Lovelace already has “Frankenstein; or, The Modern Prometheus” on loan")
    expect(page.locator("#issue")).to_be_focused()
    picture(page, "desk-person")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "desk-person-390")
    fits(page)


def scan(page, *barcodes):
    """What a scanner types, whatever has the focus."""
    for barcode in barcodes:
        page.keyboard.type(barcode)
        page.keyboard.press("Enter")


def returned(page):
    """Barcodes and faults on the return screen, newest first."""
    return [
        words.split(" · ")[-1]
        for words in page.locator(".return-row p:first-of-type .num:first-child").all_inner_texts()
    ]


def test_a_stack_of_books_is_one_click_and_a_scan_each(desk, server):
    from playwright.sync_api import expect

    page = desk
    page.goto(f"{server.url}/library/desk/")
    page.get_by_role("link", name="Returns").click()
    page.route("**/library/desk/return/", lambda route: (page.wait_for_timeout(150), route.continue_()))
    page.locator("#return-form[data-ready]").wait_for()
    expect(page.locator("#return-barcode")).to_be_focused()
    scan(page, "LIB-6", "LIB-7", "NOTHING", "LIB-8", "LIB-6")  # faster than the server answers
    expect(page.locator(".return-row")).to_have_count(5)
    tones = [row.get_attribute("data-tone") for row in page.locator(".return-row").all()]
    assert tones == ["again", "late", "fault", "late", "late"]
    assert "Grace Hopper" in page.locator(".return-row").nth(1).inner_text()
    assert "Humphry Clinker" in page.locator("#return-said").inner_text()
    expect(page.locator("#return-barcode")).to_be_focused()
    page.get_by_label("After each scan").select_option("silent")
    scan(page, "LIB-9")  # the field has the focus again
    expect(page.locator(".return-row")).to_have_count(6)
    page.reload()
    page.locator("#return-form[data-ready]").wait_for()
    expect(page.locator(".return-row")).to_have_count(6)
    assert page.get_by_label("After each scan").input_value() == "silent"
    picture(page, "returns")
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, "returns-390")
    fits(page)


def test_scans_without_a_network_are_kept_and_sent_when_it_is_back(desk, server):
    from playwright.sync_api import expect

    page = desk
    page.goto(f"{server.url}/library/desk/return/")
    page.locator("#return-form[data-ready]").wait_for()
    before = page.locator(".return-row").count()
    page.context.set_offline(True)
    scan(page, "LIB-12", "NOTHING-2")
    page.get_by_text("Your scans are saved").wait_for()
    page.context.set_offline(False)
    expect(page.locator(".return-row")).to_have_count(before + 2, timeout=15_000)
    expect(page.get_by_text("Your scans are saved")).to_be_hidden()
    page.complaints.clear()  # the browser says that the network was away


def test_a_book_on_anothers_account_is_returned_and_issued(desk, server):
    page = desk
    page.goto(f"{server.url}/library/desk/?q=CARD-7")
    type_into(page, "Issue", "LIB-5")
    say(page, "is on loan to Grace Hopper (s-grace), due")
    picture(page, "desk-return-and-issue")
    page.get_by_role("button", name="Return it and issue it to Ada Lovelace").click()
    say(page, "is lent until")


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
        page.get_by_text("It is available. Take it").wait_for()
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
                fits(page)


def test_an_import_is_reviewed_before_it_is_done(desk, server):
    page = desk
    page.goto(f"{server.url}/library/import/")
    long = "A title that goes on and on, as those of the eighteenth century did, with everything that happens in it"
    lines = ["title,isbn,barcode", f'"{long}",,IMP-1', "Villette,123,IMP-2", ",,IMP-3", "Emma,,LIB-3"]
    file = {"name": "books.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode()}
    page.get_by_label("MARC 21, UNIMARC, MARCXML or CSV file").set_input_files(file)
    page.locator("main form button").first.click()
    page.get_by_role("heading", name="Preview").wait_for()
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        picture(page, f"import-{width}")
        fits(page)
    page.get_by_role("button", name="Import 3 records").click()
    page.get_by_role("heading", name="Imported").wait_for()


def test_an_alarm_stands_on_the_desks_page_at_once_and_one_click_ends_it(desk, server):
    page = desk
    page.goto(f"{server.url}/library/desk/")
    tell_the_gates(page, "true")
    page.locator("#alarms").get_by_text("Gate alarm: library-exit").wait_for()
    picture(page, "alarm")
    page.get_by_role("button", name="I have checked").click()
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
        fits(desk)
        open_tab = desk.locator(".section-nav [aria-current]").bounding_box()
        assert 0 <= open_tab["x"] <= open_tab["x"] + open_tab["width"] <= width, f"the tab of {path} is in view"
        assert desk.locator("header [aria-current]").inner_text() == "Library desk"
