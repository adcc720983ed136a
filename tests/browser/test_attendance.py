"""A class in a real Chromium: the board hears the camera, a correction reaches it, and a card does what a face does."""

from __future__ import annotations

import contextlib
import json
import re
import time

import pytest
from playwright.sync_api import expect
from websockets.sync.client import connect

from tests.browser import clips
from tests.browser.serving import run, serving, started
from tests.browser.test_kiosk import listen
from tests.support.fake_engine import picture

pytestmark = pytest.mark.browser
PATIENCE = 20_000  # ms
CARD = "4006381333931"  # Ada's, as in classroom.py


@contextlib.contextmanager
def class_in(folder, others=0):
    """A server with a running session; `facts` as of tests/browser/classroom.py."""
    with serving(folder, "alan") as server:
        said = run("-m", "tests.browser.classroom", str(others), environment=server.environment)
        server.facts |= json.loads(said.splitlines()[-1])
        yield server


@pytest.fixture(scope="module")
def school(tmp_path_factory):
    with class_in(tmp_path_factory.mktemp("school"), 3) as server:
        yield server


@pytest.fixture
def browser(camera_showing, tmp_path):
    """A page in a browser whose camera shows an empty room."""
    with camera_showing(clips.of_colours(tmp_path / "room.mjpeg")) as page:
        yield page


def sign_in(page, server, who="t-knuth"):
    page.goto(f"{server.url}/sign-in/")
    page.locator("input[name=username]").fill(who)
    page.locator("input[name=password]").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home/")


def open_board(page, server):
    sign_in(page, server)
    page.goto(f"{server.url}/attendance/sessions/{server.facts['session']}/board/")
    expect(page.locator("#line")).to_have_text("Live", timeout=PATIENCE)


def tile(page, name):
    return page.locator("li.tile-person", has_text=name)


def before_the_camera(server, *names, times=12):
    """The room's camera shows these people, through the socket that a real camera uses."""
    headers = {"Authorization": f"Bearer {server.facts['camera_token']}"}
    address = server.url.replace("http", "ws") + "/ws/station/"
    with connect(address, origin=server.url, additional_headers=headers) as socket:
        for _ in range(times):
            socket.send(picture(*names))
            while json.loads(socket.recv(timeout=20))["kind"] not in ("frame", "refused"):
                pass


def pair(page, server, code):
    page.goto(f"{server.url}/kiosk/")
    page.get_by_label("Pairing code").fill(code)
    page.get_by_role("button", name="Pair").click()
    page.wait_for_url("**/kiosk/")
    expect(page.locator("#state-title")).to_have_text("Look at the camera", timeout=PATIENCE)


# --- the board ----------------------------------------------------------------------------------


def test_whoever_comes_into_the_room_appears_on_the_open_board(browser, school):
    complaints = listen(browser)
    open_board(browser, school)
    expect(tile(browser, "Grace Hopper")).to_contain_text("Expected")
    before_the_camera(school, "grace", "stranger")
    expect(tile(browser, "Grace Hopper")).to_contain_text("Present", timeout=PATIENCE)
    expect(tile(browser, "Ada Lovelace")).to_contain_text("Expected")
    expect(browser.locator("#arrivals")).to_contain_text("Grace Hopper, Present", timeout=PATIENCE)
    expect(browser.locator("#strangers")).to_contain_text("Not recognised: 1")
    expect(browser.locator("#camera")).to_have_text("The camera is working", timeout=PATIENCE)
    expect(browser.locator(".count", has_text="Present")).to_contain_text("1")
    assert complaints == []


def test_the_board_is_sorted_filtered_and_searched(browser, school):
    open_board(browser, school)
    browser.locator(".count", has_text="Expected").click()
    expect(tile(browser, "Ada Lovelace")).to_be_visible()
    browser.locator(".count", has_text="All").click()
    browser.get_by_label("Name or group").fill("hop")
    expect(browser.locator("li.tile-person")).to_have_count(1)
    browser.get_by_label("Name or group").fill("nobody")
    expect(browser.locator("#nobody")).to_contain_text("No match")
    browser.get_by_label("Name or group").fill("")
    browser.get_by_label("Sort").select_option("status")
    expect(browser.locator("li.tile-person")).to_have_count(5)


def test_the_board_is_light_or_dark_as_the_teacher_likes_and_stays_so(browser, school):
    open_board(browser, school)
    browser.get_by_role("button", name="Light or dark").click()
    theme = browser.evaluate("document.documentElement.dataset.theme")
    browser.reload()
    assert browser.evaluate("document.documentElement.dataset.theme") == theme == "dark"


def test_a_board_comes_back_by_itself_and_knows_what_it_missed(browser, tmp_path):
    with class_in(tmp_path / "server") as server:
        open_board(browser, server)
        server.stop()
        expect(browser.locator("#trouble")).to_contain_text("Connection lost", timeout=PATIENCE)
        run("-m", "tests.browser.classroom", "--stop", environment=server.environment)
        with started(server):
            expect(browser.locator("#time")).to_contain_text("Closed at", timeout=40_000)
            expect(browser.locator("#trouble")).to_be_hidden()
            expect(tile(browser, "Ada Lovelace")).to_contain_text("Unverified")


def test_on_a_projector_three_hundred_people_fit_without_scrolling_and_a_few_stand_larger(camera_showing, tmp_path):
    clip = clips.of_colours(tmp_path / "room.mjpeg")
    with class_in(tmp_path / "server", 298) as server, camera_showing(clip, width=1920, height=1080) as page:
        open_board(page, server)
        expect(page.locator("li.tile-person")).to_have_count(300)
        high, window = page.evaluate("[document.documentElement.scrollHeight, innerHeight]")
        assert high <= window
        small = letters(page)
        page.get_by_label("Name or group").fill("number00")
        expect(page.locator("li.tile-person")).to_have_count(10)
        assert letters(page) > 1.5 * small


def letters(page):
    """px"""
    return page.locator("li.tile-person").first.evaluate("tile => parseFloat(getComputedStyle(tile).fontSize)")


# --- the roll -----------------------------------------------------------------------------------


def test_two_taps_correct_somebody_and_the_board_shows_it(browser, school):
    complaints = listen(browser)
    open_board(browser, school)
    roll = browser.context.new_page()
    complaints += listen(roll)
    roll.goto(f"{school.url}/attendance/sessions/{school.facts['session']}/")
    row = roll.locator("li.roll-row", has_text="Number001")
    row.get_by_role("button", name="Excused").click()
    roll.get_by_role("button", name="Doctor's note").click()
    expect(row).to_contain_text("Doctor's note — Donald Knuth")
    expect(row.locator(".how")).to_contain_text("Excused")
    expect(roll.locator("#dialog")).to_be_hidden()
    assert roll.evaluate("document.activeElement.closest('li')?.id") == row.get_attribute("id")
    browser.bring_to_front()
    expect(tile(browser, "Number001")).to_contain_text("Excused", timeout=PATIENCE)
    assert complaints == []


def test_another_status_brings_its_own_reasons_and_a_refusal_stands_in_the_dialog(browser, school):
    sign_in(browser, school)
    browser.goto(f"{school.url}/attendance/sessions/{school.facts['session']}/")
    browser.locator("li.roll-row", has_text="Grace").get_by_role("button", name="Present").click()
    dialog = browser.get_by_role("dialog")
    dialog.locator(".status-choice", has_text="Late").click()
    expect(dialog.get_by_role("button", name="Bus or train was late")).to_be_visible()
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_role("alert")).to_have_text("Give a reason in a few words. The person can read it.")
    browser.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_several_are_set_at_once(browser, school):
    sign_in(browser, school)
    browser.goto(f"{school.url}/attendance/sessions/{school.facts['session']}/")
    browser.get_by_label("Name, id number or group").fill("smith")
    expect(browser.locator("li.roll-row")).to_have_count(3)
    bar = browser.locator(".bulk-bar")
    expect(bar).to_be_hidden()
    browser.get_by_label("Select all shown").check()
    expect(bar).to_contain_text("3 selected")
    browser.get_by_label("Choose Number001 Smith-Jones").uncheck()
    expect(bar).to_contain_text("2 selected")
    bar.get_by_label("Reason").fill("Class trip")
    bar.get_by_role("button", name="Set status").click()
    expect(browser.locator("li.roll-row", has_text="Class trip")).to_have_count(2)
    expect(browser.locator("li.roll-row")).to_have_count(3)  # the search still holds


def test_a_student_asks_and_the_teacher_answers(browser, tmp_path):
    with class_in(tmp_path / "server") as server:
        run("-m", "tests.browser.classroom", "--stop", environment=server.environment)
        sign_in(browser, server, "s-ada")
        browser.get_by_role("navigation").get_by_role("link", name="My attendance").click()
        browser.get_by_text("Something is wrong?").click()
        browser.get_by_label("Tell your teacher what is wrong").fill("I sat in the last row")
        browser.get_by_role("button", name="Send").click()
        expect(browser.get_by_text("Waiting for an answer.")).to_be_visible()
        browser.locator(".site-menu > summary").click()
        browser.get_by_role("button", name="Sign out").click()
        sign_in(browser, server)
        browser.goto(f"{server.url}/attendance/review/")
        expect(browser.locator("blockquote")).to_have_text("I sat in the last row")
        browser.get_by_label("Your answer").fill("I remember")
        browser.get_by_role("button", name="Accept").click()
        expect(browser.get_by_text("Ada Lovelace can read your answer.")).to_be_visible()


PAGES = (
    *("", "courses/", "courses/cs101/", "courses/cs101/timetable/", "courses/cs101/sessions/", "courses/cs101/rules/"),
    *("review/", "mine/", "sessions/{session}/", "sessions/{session}/board/"),
)


def test_nothing_is_cut_off_on_a_phone(browser, school):
    browser.set_viewport_size({"width": 390, "height": 844})
    sign_in(browser, school)
    complaints = listen(browser)
    for address in PAGES:
        browser.goto(f"{school.url}/attendance/{address.format(**school.facts)}")
        wide, window = browser.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert wide <= window, address
    assert complaints == []


EDGES = """tile => ["[data-label]", ".tile-more"].map(part => tile.querySelector(part).getBoundingClientRect())
  .flatMap(box => [box.left, box.right]).concat(tile.getBoundingClientRect().right)"""


def test_status_is_whole_on_a_phones_board(browser, school):
    browser.set_viewport_size({"width": 360, "height": 844})
    open_board(browser, school)
    before_the_camera(school, "grace")
    expect(tile(browser, "Grace Hopper").locator("[data-sure]")).to_contain_text("confidence", timeout=PATIENCE)
    _, status_ends, more_begins, more_ends, tile_ends = tile(browser, "Grace Hopper").evaluate(EDGES)
    assert status_ends <= more_begins
    assert more_ends <= tile_ends


# --- the kiosk's lane without a face ------------------------------------------------------------


def test_a_card_anywhere_and_a_pin_on_large_keys_open_the_same_door(browser, tmp_path):
    with class_in(tmp_path / "server") as server:
        pair(browser, server, server.facts["code"])
        expect(browser.locator("#station-note")).to_have_text(re.compile(r"^Algorithms, until \d\d:\d\d$"))
        browser.get_by_role("button", name="Privacy").focus()  # Enter of a scanner presses no button
        scan(browser, CARD)
        expect(browser.locator("#state-name")).to_have_text("Ada Lovelace", timeout=PATIENCE)
        expect(browser.locator("#state-note")).to_have_text(re.compile(r"^present at \d\d:\d\d$"))
        expect(browser.locator("#privacy")).to_be_hidden()

        browser.get_by_role("button", name="Card or PIN").click()
        dialog = browser.locator("#lane")
        dialog.get_by_label("Id number").click()
        press(dialog, "ABC", *"S-GRACE", "123")
        browser.keyboard.press("Enter")
        press(dialog, *"1111")
        dialog.get_by_role("button", name="Go").click()
        expect(browser.locator("#lane-answer")).to_have_text(
            "The number or the PIN is wrong. Please try again.", timeout=PATIENCE
        )
        expect(dialog.get_by_label("PIN", exact=True)).to_have_value("")
        press(dialog, *"2468")
        dialog.get_by_role("button", name="Go").click()
        expect(browser.locator("#lane-answer")).to_contain_text("Grace Hopper", timeout=PATIENCE)
        expect(dialog).to_be_hidden(timeout=PATIENCE)
        browser.get_by_role("button", name="Card or PIN").click()
        expect(dialog.get_by_label("Id number")).to_have_value("")


def scan(page, text):
    """What a barcode scanner types: five milliseconds from key to key, however slow this machine is, then Enter."""
    keyboard, now = page.context.new_cdp_session(page), time.time()
    keys = [{"key": letter, "text": letter} for letter in text]
    enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
    for number, key in enumerate([*keys, enter]):
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "timestamp": now + 0.005 * number, **key})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "timestamp": now + 0.005 * number, **key})


def press(dialog, *keys):
    for key in keys:
        dialog.locator(".key:visible").get_by_text(key, exact=True).click()


def test_a_card_that_nobody_knows_is_said_and_a_slow_hand_is_no_scanner(browser, school):
    complaints = listen(browser)
    pair(browser, school, school.facts["code"])
    browser.keyboard.type("12345678", delay=150)
    browser.keyboard.press("Enter")
    expect(browser.locator("#state-title")).to_have_text("Look at the camera")
    browser.get_by_role("button", name="Card or PIN").press("Enter")
    browser.locator("#lane").get_by_label("Id number").fill("s-")
    scan(browser, "99990000")
    expect(browser.locator("#lane-answer")).to_have_text(
        "This card is not known. Please ask the staff.", timeout=PATIENCE
    )
    expect(browser.locator("#lane").get_by_label("Id number")).to_have_value("s-")
    assert [said for said in complaints if "404" not in said] == []


def test_a_card_is_welcomed_where_the_camera_is_not_allowed(camera_showing, tmp_path):
    clip = clips.of_colours(tmp_path / "room.mjpeg")
    with class_in(tmp_path / "server") as server, camera_showing(clip, allowed=False) as page:
        page.goto(f"{server.url}/kiosk/")
        page.get_by_label("Pairing code").fill(server.facts["code"])
        page.get_by_role("button", name="Pair").click()
        page.wait_for_url("**/kiosk/")
        expect(page.locator("#station-note")).to_contain_text("Algorithms", timeout=PATIENCE)
        scan(page, CARD)
        expect(page.locator("#state-name")).to_have_text("Ada Lovelace", timeout=PATIENCE)


def test_between_classes_the_kiosk_says_so_calmly(camera_showing, tmp_path):
    clip = clips.of_colours(tmp_path / "ada.mjpeg", "ada")
    with class_in(tmp_path / "server") as server, camera_showing(clip) as page:
        run("-m", "tests.browser.classroom", "--stop", environment=server.environment)
        page.goto(f"{server.url}/kiosk/")
        page.get_by_label("Pairing code").fill(server.facts["code"])
        page.get_by_role("button", name="Pair").click()
        page.wait_for_url("**/kiosk/")
        expect(page.locator("#state-title")).to_have_text("No class here now", timeout=PATIENCE)
        expect(page.locator("main")).to_have_attribute("data-tone", "")


def test_printed_roll_of_a_class_of_21_is_one_sheet(browser, tmp_path):
    with class_in(tmp_path / "printing", 19) as server:
        sign_in(browser, server)
        browser.goto(f"{server.url}/attendance/sessions/{server.facts['session']}/")
        assert browser.locator(".roll-row").count() == 21
        browser.emulate_media(media="print")
        paper = browser.pdf(format="A4", margin=dict.fromkeys(("top", "right", "bottom", "left"), "15mm"))
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1


def test_header_does_not_jump_from_page_to_page(browser, school):
    sign_in(browser, school)
    places = {}
    for path in ("/home/", "/attendance/", "/attendance/courses/", "/attendance/reports/", "/me/"):
        browser.goto(school.url + path)
        links = browser.locator(".site-header a, .site-header button")
        places[path] = [round(links.nth(number).bounding_box()["x"]) for number in range(links.count())]
    assert len({tuple(found) for found in places.values()}) == 1, places
