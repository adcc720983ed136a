"""What a bank needs, in a real Chromium: two keys at the kiosk, hours, a silent alarm, an emergency release."""

from __future__ import annotations

import pytest

from tests.browser import clips
from tests.browser.fitting import fits
from tests.browser.held import Held
from tests.browser.serving import run, serving
from tests.browser.test_kiosk import listen
from tests.browser.test_library_station import picture
from tests.browser.test_lockers_desk import signed_in

pytestmark = pytest.mark.browser

SETUP = "import django; django.setup()\n"
SHUT = (
    SETUP
    + """
from lockers.doors import actuators
from lockers.doors import doors
from lockers.models import Locker
door = Locker.objects.get(number="12")
doors.reported(door, actuators.simulator().shut(door.lock_address).state)
"""
)
DURESS = (
    SETUP
    + """
from django.utils import timezone
from accounts.credentials import pins
from accounts.models import User
from lockers.access import duress
pins.check_named(User.objects.get(id_number="s-ada"), "s-ada", "5309", door="lockers:vault-kiosk")
print(duress.look(timezone.now()))
"""
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "ada") as running:
        yield running


def prepared(server):
    """A pairing code, and the customer's key for vault 12."""
    return run("-m", "tests.browser.prepare_lockers_bank", environment=server.environment).split()[-2:]


def types(page, number, key):
    page.locator("#vault-number").fill(number)
    page.locator("#vault-typed").fill(key)
    page.get_by_role("button", name="Open the door").click()


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["wide", "phone"])
def test_two_keys_at_the_kiosk(camera_showing, server, tmp_path, width, height):
    code, key = prepared(server)
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=width, height=height) as page:
        complaints = listen(page)
        page.goto(f"{server.url}/kiosk/")
        page.get_by_label("Pairing code").fill(code)
        page.get_by_role("button", name="Pair").click()
        page.wait_for_url("**/kiosk/")
        page.get_by_role("button", name="I have a key").click()
        types(page, "12", key)
        page.get_by_text("Locker 12 is waiting for an officer").wait_for()
        picture(page, f"vault-waits-{width}")
        page.get_by_role("button", name="Officer: card and PIN").click()
        page.locator("#vault-officer-said").fill("o-edsger")
        page.locator("#vault-officer-secret").fill("2719")
        page.get_by_role("button", name="Turn the officer's key").click()
        page.get_by_role("alert").get_by_text("The number or the PIN is wrong. Please try again.").wait_for()
        page.locator("#vault-officer-secret").fill("2718")
        picture(page, f"vault-officer-{width}")
        fits(page)
        page.get_by_role("button", name="Turn the officer's key").click()
        page.get_by_text("Locker 12 is open").wait_for()
        picture(page, f"vault-open-{width}")
        run("-c", SHUT, environment=server.environment)  # for the next one; the screen may have forgotten it by now
        assert [words for words in complaints if "403" not in words] == []


def test_after_cancel_nothing_of_it_comes_back_and_the_next_person_is_heard(camera_showing, server, tmp_path):
    code, _key = prepared(server)
    with camera_showing(clips.of_colours(tmp_path / "nobody.mjpeg", "ada")) as page:
        page.goto(f"{server.url}/kiosk/")
        page.get_by_label("Pairing code").fill(code)
        page.get_by_role("button", name="Pair").click()
        page.wait_for_url("**/kiosk/")
        begun, canceled = [], Held(page, "**/cancel/")
        page.route("**/begin/", lambda route: begun.append(route))
        says(page, "CARD-7")
        page.get_by_role("button", name="Open my locker").click()
        page.get_by_role("button", name="Cancel").click()
        page.get_by_role("heading", name="Open your locker").wait_for()
        assert canceled.kept == [], "it waits for what was begun, or the server would have nothing to end"
        begun[0].fulfill(json={"attempt": 1, "locker": {"number": "12"}, "steps": 4, "officer": False})
        while not canceled.kept:
            page.wait_for_timeout(20)
        assert page.locator("#vault").get_attribute("data-phase") == "idle"
        says(page, "CARD-7", enter=False)
        canceled.let_go()
        page.get_by_role("heading", name="Locker 12").wait_for()


def says(page, card, *, enter=True):
    page.locator("#vault-said").fill(card)
    page.get_by_role("button", name="Next").click()
    if enter:
        page.get_by_role("heading", name="Locker 12").wait_for()


@pytest.mark.parametrize("width", [1280, 390])
def test_an_officers_pages(camera_showing, server, tmp_path, width):
    prepared(server)
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=width, height=900) as page:
        complaints = listen(page)
        signed_in(page, server)
        page.goto(f"{server.url}/lockers/")
        page.locator("#live-words", has_text="Live").wait_for()
        run("-c", DURESS, environment=server.environment)
        page.locator("#silent li", has_text="Ada Lovelace").wait_for(timeout=15_000)
        picture(page, f"bank-silent-{width}")
        fits(page)
        page.locator("#silent").get_by_role("button", name="I have dealt with it").first.click()
        page.get_by_text("You have acknowledged this silent alarm.").wait_for()
        page.locator(".door", has_text="12").get_by_role("link").first.click()
        page.get_by_label("Your password or PIN").fill("2718")
        page.get_by_role("button", name="Show a key for the keypad").click()
        page.locator(".officer-key").wait_for()
        picture(page, f"bank-officer-key-{width}")
        fits(page)
        page.get_by_role("link", name="Done", exact=True).click()
        page.get_by_label("Your password or PIN").fill("correct horse battery")
        page.get_by_role("button", name="Turn my key now").click()
        page.get_by_text("Your key has been turned.").wait_for()
        picture(page, f"bank-vault-{width}")
        fits(page)
        page.goto(f"{server.url}/lockers/hours/")
        picture(page, f"bank-hours-{width}")
        fits(page)
        assert complaints == []


@pytest.mark.parametrize("width", [1280, 390])
def test_two_officers_release_a_bank(camera_showing, server, tmp_path, width):
    prepared(server)
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=width, height=900) as page:
        complaints = listen(page)
        other = page.context.browser.new_context(viewport={"width": width, "height": 900}).new_page()
        signed_in(page, server)
        page.goto(f"{server.url}/lockers/releases/")
        page.get_by_label("Reason").fill("Smoke in the hall")
        page.get_by_label("Your password").fill("correct horse battery")
        picture(page, f"bank-releases-{width}")
        fits(page)
        page.get_by_role("button", name="Begin the release").click()
        page.get_by_text("Another officer must confirm this").wait_for()
        signed_in(other, server, "o-anita")
        other.goto(f"{server.url}/lockers/")
        other.locator("#releases").get_by_role("link").click()
        other.get_by_label("Your reason").fill("I see the smoke")
        other.get_by_label("Your password").fill("correct horse battery")
        picture(other, f"bank-confirm-{width}")
        other.get_by_role("button", name="Open all doors").click()
        other.get_by_text("7 of 7 are open.").wait_for(timeout=30_000)
        page.get_by_text("7 of 7 are open.").wait_for(timeout=30_000)  # by itself
        picture(page, f"bank-released-{width}")
        fits(page)
        assert complaints == []


def test_an_administrator_sets_hours_and_a_customer_chooses_a_duress_pin(camera_showing, server, tmp_path):
    prepared(server)
    clip = clips.of_colours(tmp_path / "nobody.mjpeg", "ada")
    with camera_showing(clip, width=1280, height=900) as page:
        complaints = listen(page)
        signed_in(page, server, "a-root")
        page.goto(f"{server.url}/lockers/hours/")
        page.get_by_label("Sunday").fill("9 to 5")
        page.get_by_role("button", name="Set the hours").click()
        page.get_by_text("“9 to 5” cannot be read.").wait_for()
        page.get_by_label("Sunday").fill("9:00-17:00")
        page.get_by_role("button", name="Set the hours").click()
        page.get_by_text("The hours of The main bank are set.").wait_for()
        picture(page, "bank-hours-admin")
        fits(page)
        page.goto(f"{server.url}/lockers/customers/?q=ada")
        page.get_by_role("link", name="Ada Lovelace").first.click()
        picture(page, "bank-customer")
        assert complaints == []
