"""Every page through axe, the checker of accessibility: nothing that it calls moderate, serious or critical."""

from __future__ import annotations

import json
import re

import pytest

from tests.browser.serving import run, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]
PARTS = 4  # so that none takes minutes
GRAVE = {"moderate", "serious", "critical"}
# A page in a frame or a viewer of its own is not ours to mend.
OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
IN_THE_DARK = OPTIONS | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
# One page of each kind, and all kiosks, are read in other languages too: the longest words, and from right to left.
LANGUAGES = ["de", "ar"]
OF_EACH_KIND = [
    ("anonymous", "/sign-in/"),
    ("member", "/home/"),
    ("member", "/me/"),
    ("member", "/me/consents/library/withdraw/"),
    ("member", "/attendance/mine/"),
    ("member", "/library/"),
    ("member", "/library/mine/"),
    ("member", "/lockers/mine/"),
    ("teacher", "/attendance/"),
    ("teacher", r"/attendance/sessions/\d+/"),
    ("teacher", r"/attendance/sessions/\d+/board/"),
    ("teacher", "/attendance/reports/"),
    ("teacher", "/visitors/"),
    ("librarian", "/library/desk/"),
    ("librarian", r"/library/desk/people/\d+/"),
    ("librarian", "/library/reports/"),
    ("officer", "/lockers/"),
    ("officer", "/lockers/map/"),
    ("officer", r"/lockers/customers/\d+/"),
    ("administrator", "/home/"),
    ("administrator", r"/people/\d+/"),
    ("administrator", "/search/"),
    ("administrator", "/stations/"),
    ("administrator", r"/enrol/\d+/"),
    ("administrator", "/admin/"),
    ("administrator", "/admin/accounts/user/"),
    ("administrator", r"/admin/accounts/user/\d+/change/"),
    ("administrator", r"/admin/attendance/course/\d+/change/"),
]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("axe")) as server:
        printed = run("-m", "tests.browser.prepare_pages", environment=server.environment)
        yield server, json.loads(printed.splitlines()[-1])


def violations(page, options):
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options=options).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html'][:160]}"
        for one in found
        if one["impact"] in GRAVE
        for node in one["nodes"][:3]
    ]


def cookies(facts, role):
    """Who looks: a person of this role, a screen of this kind, or no one."""
    if role in facts["sessions"]:
        return {"sessionid": facts["sessions"][role]}
    token = facts["kiosk"] if role == "kiosk" else facts["kiosks"].get(role)
    return {"ostiary_station": token} if token else {}


def look(page, site, role, path, *, language=""):
    server, facts = site
    page.context.clear_cookies()
    brought = cookies(facts, role) | ({"language": language} if language else {})
    page.context.add_cookies([{"name": name, "value": value, "url": server.url} for name, value in brought.items()])
    page.goto(server.url + path, wait_until="load")


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_fails_axe(camera_showing, site, tmp_path, scheme, part):
    """In the dark the colours alone are others, so there nothing else is looked at."""
    _server, facts = site
    pages = facts["pages"] + [(kiosk, "/kiosk/") for kiosk in facts["kiosks"]]
    if scheme == "dark":
        pages = [page for page in pages if "/admin/" not in page[1]]
    assert len(pages) > 40
    said = {}
    with camera_showing(tmp_path / "none", allowed=False, color_scheme=scheme) as page:
        for role, path in pages[part::PARTS]:
            look(page, site, role, path)
            if found := violations(page, OPTIONS if scheme == "light" else IN_THE_DARK):
                said[f"{role} {path}"] = found
    assert not said, told(said)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_kind_of_page_fails_axe_in_another_language(camera_showing, site, tmp_path, language):
    """By day with every rule, from right to left in the dark too; and on a phone nothing reaches beyond the window."""
    _server, facts = site
    known = [path for _role, path in facts["pages"]]
    pages = [(role, next((path for path in known if re.fullmatch(asked, path)), asked)) for role, asked in OF_EACH_KIND]
    pages += [(kiosk, "/kiosk/") for kiosk in facts["kiosks"]]
    said = {}
    with camera_showing(tmp_path / "none", allowed=False) as page:
        for role, path in pages:
            page.emulate_media(color_scheme="light")
            page.set_viewport_size({"width": 1280, "height": 800})
            look(page, site, role, path, language=language)
            facing = page.evaluate("[document.documentElement.lang, getComputedStyle(document.body).direction]")
            right = [language, "rtl" if language == "ar" else "ltr"]
            found = violations(page, OPTIONS) + ([f"{facing} in place of {right}"] if facing != right else [])
            if language == "ar":
                page.emulate_media(color_scheme="dark")
                page.evaluate(AT_REST)
                found += violations(page, IN_THE_DARK)
            page.set_viewport_size({"width": 390, "height": 844})
            if "/admin/" not in path and (beyond := page.evaluate(BEYOND)):
                found += [f"beyond 390 px: {beyond}"]
            if found:
                said[f"{role} {path}"] = found
    assert not said, told(said)


# Colours that fade into those of the dark have arrived.
AT_REST = """
async () => {
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  const fading = document.getAnimations().filter((one) => one instanceof CSSTransition);
  await Promise.allSettled(fading.map((one) => one.finished));
}
"""

# What reaches beyond the window, on either side: the innermost elements.
BEYOND = """
() => {
  const { clientWidth, scrollWidth } = document.documentElement;
  if (scrollWidth <= clientWidth) return "";
  const out = (item) => {
    const { left, right } = item.getBoundingClientRect();
    return right > clientWidth + 1 || left < -1;
  };
  const all = [...document.body.querySelectorAll("*")].filter((item) => item.checkVisibility() && out(item));
  return all.filter((item) => !item.querySelector("*") || !all.some((other) => other !== item && item.contains(other)))
    .slice(0, 3).map((item) => item.outerHTML.slice(0, 160)).join(" | ") || "the page";
}
"""


def told(said):
    return "\n".join(f"{where}\n    " + "\n    ".join(found) for where, found in said.items())
