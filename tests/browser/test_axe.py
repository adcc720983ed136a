"""Every page through axe, the checker of accessibility: nothing that it calls moderate, serious or critical."""

from __future__ import annotations

import json

import pytest

from tests.browser.serving import run, serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(420)]
PARTS = 4  # so that none takes minutes
GRAVE = {"moderate", "serious", "critical"}
# A page in a frame or a viewer of its own is not ours to mend.
OPTIONS = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}


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


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_fails_axe(camera_showing, site, tmp_path, scheme, part):
    """In the dark the colours alone are others, so there nothing else is looked at."""
    server, facts = site
    pages = facts["pages"] if scheme == "light" else [page for page in facts["pages"] if "/admin/" not in page[1]]
    assert len(pages) > 40
    pages = pages[part::PARTS]
    options = OPTIONS if scheme == "light" else OPTIONS | {"runOnly": {"type": "rule", "values": ["color-contrast"]}}
    said = {}
    with camera_showing(tmp_path / "none", allowed=False, color_scheme=scheme) as page:
        for role, path in pages:
            page.context.clear_cookies()
            if role in facts["sessions"]:
                page.context.add_cookies([{"name": "sessionid", "value": facts["sessions"][role], "url": server.url}])
            if role == "kiosk":
                page.context.add_cookies([{"name": "ostiary_station", "value": facts["kiosk"], "url": server.url}])
            page.goto(server.url + path, wait_until="load")
            if found := violations(page, options):
                said[f"{role} {path}"] = found
    assert not said, "\n".join(f"{where}\n    " + "\n    ".join(found) for where, found in said.items())
