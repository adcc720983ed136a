"""The officers' pages in a real Chromium: a door opens on the map without a reload, and somebody is let in by a yes."""

from __future__ import annotations

import re

import pytest

from tests.browser import clips
from tests.browser.fitting import every_frame_fits, fits, watch_frames
from tests.browser.serving import run, serving
from tests.browser.test_kiosk import listen
from tests.browser.test_library_station import picture

pytestmark = pytest.mark.browser

SETUP = "import django; django.setup()\n"
ASK = (
    SETUP
    + """
from accounts.models import User
from lockers.access import card_and_pin as card_lane
from lockers.models import Locker
from tests.support.lockers import KIOSK
print(card_lane.begin("CARD-7", "2718", Locker.objects.get(number="7"), station=KIOSK).pk)
"""
)
LOOK = (
    SETUP
    + """
from lockers.models import AccessAttempt
last = AccessAttempt.objects.latest("pk")
print(last.state, last.confirmed_by and last.confirmed_by.id_number)
"""
)
SAYS = (
    SETUP
    + """
import sys
from lockers.doors import doors
from lockers.rules.doors import DoorState
from lockers.models import Locker
doors.reported(Locker.objects.get(number=sys.argv[1]), DoorState(sys.argv[2]))
"""
)
ADDRESSES = (
    "",
    "customers/",
    "customers/?q=grace",
    "customers/new/",
    "endings/",
    "waiting/",
    "attempts/",
    "lockouts/",
    "log/",
    "simulator/",
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "ada") as running:
        run("-m", "tests.browser.prepare_lockers_desk", environment=running.environment)
        yield running


def signed_in(page, server, who="o-edsger"):
    page.goto(f"{server.url}/sign-in/")
    page.get_by_label("Id number").fill(who)
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/home/")


def tells(server, *words):
    """Another process writes, as a kiosk or a lock would; its news do not reach this server's memory."""
    return run("-c", SAYS, *words, environment=server.environment)


def door(page, number):
    return page.locator(".door").filter(has=page.locator(".door-number", has_text=re.compile(f"^{number}$")))


@pytest.mark.parametrize("width", [1280, 390])
def test_a_morning_of_an_officer(camera_showing, server, tmp_path, width):
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=width, height=844) as page:
        complaints = listen(page)
        signed_in(page, server)
        page.goto(f"{server.url}/lockers/")
        page.locator("#live-words", has_text="Live").wait_for()
        picture(page, f"lockers-board-{width}")
        fits(page)
        page.evaluate("document.body.dataset.same = 'page'")
        tells(server, "8", "open")
        door(page, 8).and_(page.locator("[data-state=open][data-ringing]")).wait_for(timeout=15_000)
        page.locator("#alarms li", has_text="Forced").get_by_role("button").wait_for()
        tells(server, "8", "locked")
        door(page, 8).and_(page.locator("[data-state=locked]")).wait_for(timeout=15_000)
        run("-c", ASK, environment=server.environment)
        asks = page.locator("#asking li", has_text="Ada Lovelace")
        asks.get_by_role("button", name="Confirm identity").wait_for(timeout=15_000)
        picture(page, f"lockers-asking-{width}")
        fits(page)
        assert page.evaluate("document.body.dataset.same") == "page", "all of it without a reload"
        asks.get_by_role("button", name="Confirm identity").click()
        page.get_by_text("The key is on the screen of the station.").wait_for()
        assert run("-c", LOOK, environment=server.environment).split() == ["succeeded", "o-edsger"]
        page.locator("#alarms li", has_text="Forced").get_by_role("button", name="I have checked it").first.click()
        page.get_by_text("You have acknowledged the alarm").wait_for()
        assert page.locator("#alarms li").count() == 0
        assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_every_tab_is_seen_and_reached_by_keyboard(camera_showing, server, tmp_path, width):
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=width, height=844) as page:
        signed_in(page, server)
        page.goto(f"{server.url}/lockers/log/")
        groups, pages = page.locator(".section-nav a"), page.locator(".sub-nav a")
        assert (groups.count(), pages.count()) == (5, 3)
        for one in [*groups.all(), *pages.all()]:
            box = one.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= width and box["height"] >= 44, one.inner_text()
        groups.first.focus()
        for expected in ["Customers", "Ending", "Rules", "History", "Attempts", "Lock-outs"]:
            page.keyboard.press("Tab")
            assert page.evaluate("document.activeElement.innerText") == expected
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Lock-outs").wait_for()
        picture(page, f"lockers-tabs-{width}")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits(camera_showing, server, tmp_path, width):
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=width, height=844) as page:
        complaints = listen(page)
        signed_in(page, server)
        for address in ADDRESSES:
            page.goto(f"{server.url}/lockers/{address}")
            fits(page)
            picture(page, f"lockers-{address.replace('/', '').replace('?', '-') or 'doors'}-{width}")
        page.goto(f"{server.url}/lockers/")
        door(page, 12).click()
        page.get_by_role("heading", name="Locker 12").wait_for()
        fits(page)
        picture(page, f"lockers-vault-{width}")
        page.goto(f"{server.url}/lockers/")
        door(page, 7).click()
        page.get_by_role("heading", name="Locker 7").wait_for()
        fits(page)
        picture(page, f"lockers-locker-{width}")
        page.goto(f"{server.url}/lockers/attempts/")
        page.get_by_role("link", name="Grace Hopper").first.click()
        page.get_by_text("Step by step").wait_for()
        fits(page)
        picture(page, f"lockers-attempt-{width}")
        page.goto(f"{server.url}/lockers/log/")
        page.get_by_role("button", name="Verify").click()
        page.get_by_text("The log is intact.").wait_for()
        fits(page)
        picture(page, f"lockers-verified-{width}")
        assert complaints == []


def test_nothing_sticks_out_while_the_styles_arrive_one_by_one(camera_showing, server, tmp_path):
    """A page is drawn when all its styles are there, however late: no frame before that, and none too wide after it."""
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=390, height=844) as page:
        signed_in(page, server)
        page.route("**/ostiary.css", lambda route: (page.wait_for_timeout(400), route.continue_()))
        watch_frames(page)
        for address in ("doors/1/", "doors/2/", "log/"):
            page.goto(f"{server.url}/lockers/{address}")
            every_frame_fits(page)


@pytest.mark.parametrize("width", [1280, 390])
def test_a_holder_reads_who_opened_it(camera_showing, server, tmp_path, width):
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=width, height=844) as page:
        signed_in(page, server, "s-ada")
        page.goto(f"{server.url}/lockers/mine/")
        page.get_by_role("cell", name="Grace Hopper").first.wait_for()
        fits(page)
        picture(page, f"lockers-mine-{width}")


def test_a_customer_is_registered_and_led_to_the_camera(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "nobody.mjpeg", "ada")) as page:
        signed_in(page, server)
        page.goto(f"{server.url}/lockers/customers/new/")
        page.get_by_label("Id number").fill("c-300")
        page.get_by_label("First name").fill("Mary")
        page.get_by_label("Last name").fill("Somerville")
        page.get_by_role("combobox", name="Locker").select_option(index=1)
        page.get_by_label("The customer has read the notice").check()
        page.get_by_label("PIN", exact=True).fill("2718")
        page.get_by_label("PIN again", exact=True).fill("2718")
        page.get_by_role("button", name="Register", exact=True).click()
        page.get_by_text("Mary Somerville is registered.").wait_for()
        picture(page, "lockers-registered")
        page.get_by_role("link", name="Take photos with the camera").click()
        page.wait_for_url("**/camera/?next=/lockers/customers/*/")


def test_a_simulated_door_moves_under_its_buttons(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "nobody.mjpeg", "ada")) as page:
        signed_in(page, server)
        page.goto(f"{server.url}/lockers/simulator/")
        page.locator("#live-words", has_text="Live").wait_for()
        page.evaluate("document.body.dataset.same = 'page'")
        for button, state in (("Push open", "open"), ("Shut", "locked"), ("Jam", "jammed"), ("Repair", "locked")):
            door(page, 9).get_by_role("button", name=button).click()
            door(page, 9).and_(page.locator(f"[data-state={state}]")).wait_for()
            if state == "open":
                picture(page, "lockers-simulator-open")
        assert page.evaluate("document.body.dataset.same") == "page"
