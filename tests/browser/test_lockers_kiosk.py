"""The whole way to a locker in a real Chromium, with the real engine: a living face on the fake camera, key, door.

The film is composed of real footage (tests/support/liveness/clips.py); its blinks are painted. The order that it
answers is the
one that this test's server asks for; every other server draws it at random.
"""

from __future__ import annotations

import pytest

from tests.browser import actor, clips
from tests.browser.fitting import fits
from tests.browser.lockers_order import ORDER
from tests.browser.serving import run, serving, serving_in_production
from tests.browser.test_kiosk import listen
from tests.browser.test_library_station import picture
from tests.conftest import DATA
from tests.support.liveness.clips import answer, hold, write_y4m

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.models, pytest.mark.timeout(420)]
FPS = 15
STILL, BETWEEN = 7.5, 2.2  # s before the film moves, and after each of its answers

CLOSE_THE_DOOR = """
import django; django.setup()
from lockers.doors import doors
from lockers.doors import actuators
from lockers.models import Locker
door = Locker.objects.get(number="7")
doors.reported(door, actuators.simulator().shut(door.lock_address).state)
"""

LAST = """
import django; django.setup()
from lockers.models import AccessAttempt
last = AccessAttempt.objects.latest("pk")
print(last.state, last.reason)
"""


def film_of(path, actions):
    frames = hold(DATA, STILL)
    for action in actions:
        frames = frames + answer(action, DATA) + hold(DATA, BETWEEN)
    write_y4m(path, (frames + hold(DATA, 2.0))[::2], fps=FPS)
    return path


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not DATA.is_dir():
        pytest.skip(f"no data in {DATA}")
    folder = tmp_path_factory.mktemp("server")
    with serving(folder, settings="tests.browser.settings_lockers") as running:
        yield running


def pair(page, server):
    code = run("-m", "tests.browser.prepare_lockers", str(DATA), environment=server.environment).split()[-1]
    page.goto(f"{server.url}/kiosk/")
    page.get_by_label("Pairing code").fill(code)
    page.get_by_role("button", name="Pair").click()
    page.wait_for_url("**/kiosk/")


def tap(page, said):
    page.locator("#vault-said").fill(said)
    page.get_by_role("button", name="Next").click()
    page.get_by_role("heading", name="Locker 7").wait_for()
    picture(page, "locker-named")
    page.get_by_role(
        "button", name="Open my locker"
    ).click()  # once: while models load it asks again itself


def until_the_key(page, server, name):
    """Three times at most: a machine that is too busy for five pictures a second sees no blink."""
    ends = []
    over = page.locator("#vault-key-title:not(:empty), #vault-end-title:not(:empty)")
    for _ in range(3):
        tap(page, "CARD-100")
        actor.answers(page, ORDER, over, at=2, then=lambda: picture(page, name))
        if page.locator("#vault-key-title").is_visible():
            return
        ends.append(run("-c", LAST, environment=server.environment).strip())
        page.reload()
    raise AssertionError(f"three times no key: {ends}")


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)], ids=["wide", "phone"])
def test_the_owner_is_in(camera_showing, server, tmp_path, width, height):
    with camera_showing(tmp_path / "none", width=width, height=height) as page:
        complaints = listen(page)
        actor.before(page)
        pair(page, server)
        until_the_key(page, server, f"locker-challenge-{width}")
        picture(page, f"locker-key-{width}")
        assert not page.evaluate(
            "document.querySelector('#vault').scrollHeight > document.querySelector('#vault').clientHeight"
        )
        key = page.locator("#vault-key").inner_text()
        fits(page)
        page.locator("#vault-typed").fill("AAAA AAAA")
        page.get_by_role("button", name="Open the door").click()
        page.get_by_role("alert").get_by_text("does not open this locker").wait_for()
        page.locator("#vault-typed").fill(key.lower())
        page.get_by_role("button", name="Open the door").click()
        page.get_by_text("Locker 7 is open").wait_for()
        picture(page, f"locker-open-{width}")
        run("-c", CLOSE_THE_DOOR, environment=server.environment)
        page.get_by_text("Locker 7 is shut").wait_for(timeout=10_000)
        assert [words for words in complaints if "403" not in words] == []


def test_eight_seconds_without_anybody_the_screen_has_forgotten(camera_showing, server, tmp_path):
    """The camera shows an empty room: nothing moves, and nobody touches the screen any more."""
    from playwright.sync_api import expect

    with camera_showing(clips.of_colours(tmp_path / "empty.mjpeg")) as page:
        pair(page, server)
        page.locator("#vault-said").fill("CARD-100")
        page.get_by_role("button", name="Next").click()
        page.get_by_role("heading", name="Locker 7").wait_for()
        assert page.locator(".kiosk-words").inner_text() == "", "the band no longer asks who they are"
        page.get_by_role("heading", name="Open your locker").wait_for(timeout=15_000)
        assert "7" not in page.locator("#vault").inner_text()
        page.locator("#vault-said").fill("CARD-1")  # half a number, and gone
        expect(page.locator("#vault-said")).to_have_value("", timeout=15_000)
        page.get_by_role("button", name="I have a key").click()
        page.locator("#vault-number").fill("7")
        page.get_by_role("heading", name="Open your locker").wait_for(timeout=15_000)
        assert page.locator("#vault-number").input_value() == ""


def test_a_film_that_answers_another_order_gets_no_key(camera_showing, server, tmp_path):
    clip = film_of(tmp_path / "other.y4m", ("turn_left", "blink", "turn_right", "blink"))
    with camera_showing(clip) as page:
        pair(page, server)
        tap(page, "7")
        page.locator("#vault-end-title", has_text="Not passed").wait_for(timeout=60_000)
        picture(page, "locker-not-passed")
        assert page.locator("#vault-key").inner_text() == ""
    state, reason = run("-c", LAST, environment=server.environment).split()
    assert state == "failed" and reason in ("wrong_turn", "timed_out")


IN_PRODUCTION = """
import django; django.setup()
from django.conf import settings
print(settings.DEBUG, settings.DEMO, settings.ALLOW_NONCOMMERCIAL_MODELS, settings.HTTPS)
"""


def test_in_production_settings_from_the_card_to_the_open_door(camera_showing, tmp_path):
    """Nothing but what docs/production.md says: the face lane works, with models that a bank may use."""
    if not DATA.is_dir():
        pytest.skip(f"no data in {DATA}")
    (tmp_path / "server").mkdir()
    through_the_proxy = {"extra_http_headers": {"X-Forwarded-Proto": "https"}}
    with (
        serving_in_production(tmp_path / "server", settings="tests.browser.settings_lockers") as server,
        camera_showing(tmp_path / "none", **through_the_proxy) as page,
    ):
        actor.before(page)
        assert run("-c", IN_PRODUCTION, environment=server.environment).split() == ["False", "False", "False", "True"]
        pair(page, server)
        until_the_key(page, server, "production-challenge")
        key = page.locator("#vault-key").inner_text()
        page.locator("#vault-typed").fill(key.lower())
        page.get_by_role("button", name="Open the door").click()
        page.get_by_text("Locker 7 is open").wait_for()
        picture(page, "production-open")
        assert run("-c", LAST, environment=server.environment).split()[0] == "succeeded"
