"""Passkeys in a real Chromium with a virtual authenticator: added, used on a phone, used at the kiosk."""

from __future__ import annotations

import contextlib

import pytest

pytest.importorskip("webauthn")

from tests.browser import clips
from tests.browser.conftest import CHROMIUM, QUIET
from tests.browser.serving import free_port, run, serving
from tests.browser.test_kiosk import listen
from tests.browser.test_library_station import picture

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"

PREPARE = f"""
import django; django.setup()
from tests.conftest import Role, person
from tests.support.lockers import KIOSK, bank, given
from recognition.stations import stations
from recognition.models import Station
grace = person("c-200", "Grace", last_name="Customer")
grace.set_password("{PASSWORD}"); grace.save()
officer = person("o-1", "Edsger", Role.LOCKER_OFFICER)
officer.set_password("{PASSWORD}"); officer.save()
given(grace, "7")
print(stations.new_pairing_code(Station.objects.get(slug=KIOSK), by=None))
"""

LAST = """
import django; django.setup()
from lockers.models import AccessAttempt, Opening
last = AccessAttempt.objects.latest("pk")
print(last.lane, last.state, last.reason or "-", Opening.objects.count())
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Reached as localhost, for which browsers allow passkeys without https."""
    with serving(tmp_path_factory.mktemp("server"), ALLOWED_HOSTS="localhost,127.0.0.1") as running:
        running.stop()
        running.port = free_port()
        running.environment["SITE_URL"] = f"http://localhost:{running.port}"
        running.start()
        running.code = run("-c", PREPARE, environment=running.environment).split()[-1]
        running.site = f"http://localhost:{running.port}"
        yield running
        running.stop()


@contextlib.contextmanager
def chromium(clip):
    from playwright.sync_api import sync_playwright

    camera = ["--use-fake-device-for-media-stream", f"--use-file-for-fake-video-capture={clip}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET, *camera])
        try:
            yield browser
        finally:
            browser.close()


def with_authenticator(page, *, verified=True, transport="internal"):
    """A device of its own in this page; the virtual one answers by itself."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": transport,
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": verified,
        "automaticPresenceSimulation": True,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def signed_in(page, server, who):
    page.goto(f"{server.site}/sign-in/")
    page.locator("[name=username]").fill(who)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button").first.click()
    page.wait_for_url(lambda url: "sign-in" not in url)


def paired(page, server):
    page.goto(f"{server.site}/kiosk/")
    page.get_by_label("Pairing code").fill(server.code)
    page.get_by_role("button", name="Pair").click()
    page.wait_for_url("**/kiosk/")


def chose_passkey(kiosk):
    kiosk.locator("#vault-said").fill("c-200")
    kiosk.get_by_role("button", name="Next").click()
    kiosk.get_by_role("heading", name="Locker 7").wait_for()
    with kiosk.expect_response("**/kiosk/lockers/passkey/") as heard:
        kiosk.get_by_role("button", name="Use a passkey instead").click()
    assert heard.value.ok, heard.value.text()
    kiosk.get_by_text("Scan this code with your phone").wait_for()
    return heard.value.json()["address"]


def read_code(kiosk):
    """What a phone's camera sees on the kiosk's screen."""
    import cv2
    import numpy as np
    import zxingcpp

    shot = kiosk.locator("#vault-passkey-picture").screenshot()
    image = cv2.imdecode(np.frombuffer(shot, np.uint8), cv2.IMREAD_COLOR)
    return zxingcpp.read_barcodes(image)[0].text


def last(server):
    return run("-c", LAST, environment=server.environment).split()[-4:]


def move(session, authenticator, to_session, to_authenticator):
    """The same device, now in another page."""
    for one in session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]:
        to_session.send("WebAuthn.addCredential", {"authenticatorId": to_authenticator, "credential": one})


def test_a_customer_adds_a_passkey_and_opens_their_locker_with_it(server, tmp_path):
    with chromium(clips.of_colours(tmp_path / "room.mjpeg")) as browser:
        # on their own page
        own = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        complaints = listen(own)
        signed_in(own, server, "c-200")
        session, device = with_authenticator(own)
        own.goto(f"{server.site}/lockers/mine/passkeys/")
        own.get_by_label("What is it called?").fill("My phone")
        own.get_by_label("Your password").fill("not it")
        own.get_by_role("button", name="Add it").click()
        own.get_by_role("alert").get_by_text("This is not your password").wait_for()
        own.get_by_label("Your password").fill(PASSWORD)
        own.get_by_role("button", name="Add it").click()
        own.get_by_text("The passkey My phone is added.").wait_for()
        picture(own, "passkeys-mine")

        # at the kiosk
        screen = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["camera"])
        kiosk = screen.new_page()
        kiosk_complaints = listen(kiosk)
        paired(kiosk, server)
        address = chose_passkey(kiosk)
        picture(kiosk, "passkeys-kiosk")
        assert read_code(kiosk) == address

        # on the phone, which is signed in nowhere
        phone = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        phone_complaints = listen(phone)
        to_session, to_device = with_authenticator(phone)
        phone.goto(address)
        move(session, device, to_session, to_device)
        phone.get_by_text("Continue only if you are standing at the screen").wait_for()
        picture(phone, "passkeys-phone")
        phone.get_by_role("button", name="Use my passkey").click()
        phone.get_by_role("heading", name="Your key").wait_for()
        picture(phone, "passkeys-phone-key")
        key = phone.locator("#passkey-code").inner_text()
        assert not phone.evaluate("document.documentElement.scrollWidth > innerWidth")

        # and the kiosk goes on
        kiosk.get_by_text("Your phone shows the key for locker 7").wait_for()
        picture(kiosk, "passkeys-kiosk-keypad")
        assert kiosk.locator("#vault-key").inner_text() == "", "the kiosk never has it"
        kiosk.locator("#vault-typed").fill(key)
        kiosk.get_by_role("button", name="Open the door").click()
        kiosk.get_by_text("Locker 7 is open").wait_for()
        assert last(server)[:3] == ["passkey", "succeeded", "-"]
        assert [words for words in (*kiosk_complaints, *phone_complaints) if "403" not in words] == []
        assert [words for words in complaints if "403" not in words] == []


def test_a_security_key_at_the_kiosk(server, tmp_path):
    with chromium(clips.of_colours(tmp_path / "room.mjpeg")) as browser:
        desk = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
        signed_in(desk, server, "o-1")
        desk.goto(f"{server.site}/lockers/customers/?q=c-200")
        desk.get_by_role("link", name="Grace Customer").click()
        desk.get_by_role("button", name="Code for the customer's phone").click()
        desk.get_by_role("heading", name="A passkey for Grace Customer").wait_for()
        picture(desk, "passkeys-desk-code")
        address = desk.locator(".passkey-code code").inner_text()

        stick = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
        complaints = listen(stick)
        session, device = with_authenticator(stick, transport="usb")
        stick.goto(address)
        picture(stick, "passkeys-new")
        stick.get_by_role("button", name="Add it").click()
        stick.get_by_text("is added. You can close this page").wait_for()
        assert complaints == []

        code = run(
            "-c",
            "import django; django.setup()\n"
            "from recognition.stations import stations\nfrom recognition.models import Station\n"
            "print(stations.new_pairing_code(Station.objects.get(slug='vault-kiosk'), by=None))",
            environment=server.environment,
        ).split()[-1]
        screen = browser.new_context(viewport={"width": 1280, "height": 800}, permissions=["camera"])
        kiosk = screen.new_page()
        complaints = listen(kiosk)
        server.code = code
        paired(kiosk, server)
        to_session, to_device = with_authenticator(kiosk, transport="usb")
        move(session, device, to_session, to_device)
        chose_passkey(kiosk)
        kiosk.get_by_role("button", name="I have a security key").click()
        kiosk.locator("#vault-key-title:not(:empty)").wait_for()
        picture(kiosk, "passkeys-kiosk-stick")
        kiosk.locator("#vault-typed").fill(kiosk.locator("#vault-key").inner_text())
        kiosk.get_by_role("button", name="Open the door").click()
        kiosk.get_by_text("Locker 7 is").first.wait_for()

        # somebody who has the stick and not its PIN
        kiosk.reload()
        to_session.send("WebAuthn.setUserVerified", {"authenticatorId": to_device, "isUserVerified": False})
        chose_passkey(kiosk)
        kiosk.get_by_role("button", name="I have a security key").click()
        kiosk.get_by_role("alert").get_by_text("The passkey was not used").wait_for(timeout=130_000)
        assert last(server)[:2] == ["passkey", "started"]
        kiosk.get_by_role("button", name="Cancel").click()
        kiosk.get_by_role("heading", name="Open your locker").wait_for()
        assert complaints == []
