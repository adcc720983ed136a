"""A class kiosk and a library entry before real films: who lives is greeted, and their photograph is not."""

from __future__ import annotations

import pytest

from tests.browser import living_films
from tests.browser.serving import run, serving
from tests.browser.test_library_station import picture
from tests.conftest import DATA

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.models]
PATIENCE = 50_000  # ms: two cores that are shared

LOOK = """
import django; django.setup()
from attendance.models import RollEntry
from library.models import Visit
from recognition.models import Sighting
print(RollEntry.objects.filter(person__id_number="s-1").count(), Visit.objects.count())
print(*sorted(set(Sighting.objects.values_list("outcome", flat=True))))
"""
FORGET = """
import django; django.setup()
from attendance.models import AttendanceRecord, RollEntry
from library.models import Visit
from recognition.models import Sighting
RollEntry.objects.all().delete(); Visit.objects.all().delete(); Sighting.objects.all().delete()
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    if not DATA.is_dir():
        pytest.skip(f"no data in {DATA}")
    with serving(tmp_path_factory.mktemp("server"), settings="config.settings") as running:
        yield running


def pair(page, server, kind):
    code = run("-m", "tests.browser.prepare_living", kind, environment=server.environment).split()[-1]
    page.goto(f"{server.url}/kiosk/")
    page.get_by_label("Pairing code").fill(code)
    page.get_by_role("button", name="Pair").click()
    page.wait_for_url("**/kiosk/")


def looked_at(server):
    roll, outcomes = run("-c", LOOK, environment=server.environment).splitlines()
    return [int(number) for number in roll.split()], outcomes.split()


def name_of_the_photographed(page):
    """What the page says when it has made up its mind about the photograph."""
    return page.locator("main[data-state=picture], main[data-state=use_card]")


def test_a_class_kiosk_greets_the_living_and_refuses_their_photograph(camera_showing, server, tmp_path):
    with camera_showing(living_films.photograph(tmp_path / "photo.mjpeg")) as page:
        pair(page, server, "class")
        name_of_the_photographed(page).wait_for(timeout=PATIENCE)
        picture(page, "class-photograph")
        assert "Vincent" not in page.locator("main").inner_text()
    assert looked_at(server)[0] == [0, 0]
    with camera_showing(living_films.alive(tmp_path / "alive.mjpeg")) as page:
        pair(page, server, "class")
        page.locator("#state-name", has_text="Vincent").wait_for(timeout=PATIENCE)
        picture(page, "class-living")
    (roll, _visits), _outcomes = looked_at(server)
    assert roll >= 1


def test_a_library_entry_lets_the_living_in_and_not_their_photograph(camera_showing, server, tmp_path):
    run("-c", FORGET, environment=server.environment)
    with camera_showing(living_films.photograph(tmp_path / "photo.mjpeg")) as page:
        pair(page, server, "library")
        name_of_the_photographed(page).wait_for(timeout=PATIENCE)
        picture(page, "library-photograph")
        assert "Vincent" not in page.locator("main").inner_text()
    assert looked_at(server)[0][1] == 0
    with camera_showing(living_films.alive(tmp_path / "alive.mjpeg")) as page:
        pair(page, server, "library")
        page.locator("#desk-verdict", has_text="Welcome, Vincent").wait_for(timeout=PATIENCE)
        picture(page, "library-living")
    assert looked_at(server)[0][1] == 1
