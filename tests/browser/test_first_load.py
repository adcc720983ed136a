"""How much the first look at a main page fetches, with the settings of production, and how far it moves meanwhile."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser import clips
from tests.browser.serving import run, serving_in_production

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]
# Without pictures; the sum of all layout shifts. On a quiet machine it is below 0.015 everywhere.
MOST_BYTES, MOST_SHIFT = 250_000, 0.05
# From the first moment on: what moves without having been touched.
SHIFTS = """
window.shifts = [];
const named = ({ node }) => node && (node.id || node.className || node.nodeName);
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) {
    if (!one.hadRecentInput) window.shifts.push([one.value, one.sources.map(named).join(" ")]);
  }
}).observe({ type: "layout-shift", buffered: true });
"""
PAGES = [
    ("anonymous", "/sign-in/"),
    ("member", "/home/"),
    ("member", "/attendance/mine/"),
    ("member", "/library/mine/"),
    ("member", "/lockers/mine/"),
    ("member", "/library/"),
    ("teacher", "/home/"),
    ("teacher", "/attendance/"),
    ("teacher", r"/attendance/sessions/\d+/"),
    ("teacher", r"/attendance/sessions/\d+/board/"),
    ("teacher", "/attendance/reports/"),
    ("teacher", "/visitors/"),
    ("librarian", "/home/"),
    ("librarian", "/library/desk/"),
    ("librarian", "/library/reports/"),
    ("officer", "/home/"),
    ("officer", "/lockers/"),
    ("officer", "/lockers/map/"),
    ("administrator", "/home/"),
    ("administrator", r"/people/\d+/"),
    ("administrator", "/search/"),
    ("administrator", "/stations/"),
    ("administrator", "/admin/"),
    ("administrator", "/admin/accounts/user/"),
    ("administrator", r"/admin/accounts/user/\d+/change/"),
]
KIOSKS = ("door", "entry", "exit", "class", "lockers")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serving_in_production(tmp_path_factory.mktemp("load"), settings="tests.browser.settings_fake") as server:
        printed = run("-m", "tests.browser.prepare_pages", environment=server.environment)
        yield server, json.loads(printed.splitlines()[-1])


@pytest.fixture
def screen(camera_showing, tmp_path):
    film = clips.of_colours(tmp_path / "empty.mjpeg")
    with camera_showing(film, extra_http_headers={"X-Forwarded-Proto": "https"}) as page:
        page.add_init_script(SHIFTS)
        yield page


def test_the_first_look_at_a_page_is_light_and_still(screen, site):
    server, facts = site
    known = [path for _role, path in facts["pages"]]
    looks = [(role, next((path for path in known if re.fullmatch(asked, path)), asked), {}) for role, asked in PAGES]
    looks += [(f"kiosk {slug}", "/kiosk/", {"ostiary_station": facts["kiosks"][slug]}) for slug in KIOSKS]
    fetched = Fetched(screen)
    seen, faults = [], []
    for role, path, cookies in looks:
        session = facts["sessions"].get(role)
        be(screen, server, cookies | ({"sessionid": session} if session else {}))
        fetched.clear()
        assert screen.goto(server.url + path, wait_until="load").status == 200, (role, path)
        screen.evaluate("document.fonts.ready")
        screen.wait_for_timeout(400)
        shifts = screen.evaluate("window.shifts")
        moved = sum(value for value, _what in shifts)
        interactive = screen.evaluate("performance.getEntriesByType('navigation')[0].domInteractive")
        seen.append(f"{role:14} {path:34} {fetched.bytes:8} B   shift {moved:.3f}   interactive {interactive:5.0f} ms")
        if fetched.bytes > MOST_BYTES or moved > MOST_SHIFT:
            faults.append(f"{seen[-1]}\n    {fetched.largest()}\n    {shifts}")
    print("\n".join(seen))  # noqa: T201  `pytest -s` shows the numbers; the time is reported, not asserted
    assert not faults, "\n".join(faults)


def be(page, server, cookies):
    page.context.clear_cookies()
    page.context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in cookies.items()])


class Fetched:
    """The bytes that come over the wire, whatever is kept already. Pictures are not counted."""

    def __init__(self, page):
        self.answers, self.sizes = {}, {}
        wire = page.context.new_cdp_session(page)
        wire.on("Network.responseReceived", self.answered)
        wire.on("Network.loadingFinished", self.finished)
        wire.send("Network.enable")
        wire.send("Network.setCacheDisabled", {"cacheDisabled": True})

    def clear(self):
        self.answers.clear()
        self.sizes.clear()

    def answered(self, event):
        if event["type"] != "Image":
            self.answers[event["requestId"]] = event["response"]["url"]

    def finished(self, event):
        if address := self.answers.get(event["requestId"]):
            self.sizes[address] = self.sizes.get(address, 0) + int(event["encodedDataLength"])

    @property
    def bytes(self):
        return sum(self.sizes.values())

    def largest(self):
        return sorted(((size, address) for address, size in self.sizes.items()), reverse=True)[:6]
