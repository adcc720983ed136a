"""A kiosk with the real engine greets no photograph of somebody it knows (the living: test_liveness_tracks_real.py)."""

from __future__ import annotations

import cv2
import pytest

from tests.browser import clips
from tests.browser.serving import run, serving
from tests.browser.test_kiosk import pair
from tests.browser.test_liveness_kiosk import kept

pytestmark = [pytest.mark.browser, pytest.mark.data, pytest.mark.models, pytest.mark.long]
FPS = 15


@pytest.fixture(scope="module")
def frames(tmp_path_factory):
    """A man with some room around him, as large as a kiosk's picture."""
    from tests.conftest import DATA, absent

    if not DATA.is_dir():
        absent(f"the real clips are not here: {DATA}")
    film, found = cv2.VideoCapture(str(DATA / "liveness" / "blinks.mp4")), []
    every = max(1, round(film.get(cv2.CAP_PROP_FPS) / FPS))
    number, (good, frame) = 0, film.read()
    while good:
        if number % every == 0:
            wide = cv2.copyMakeBorder(frame, 200, 200, 300, 300, cv2.BORDER_REPLICATE)
            scale = min(clips.SIZE[0] / wide.shape[1], clips.SIZE[1] / wide.shape[0])
            small = cv2.resize(wide, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            right, below = clips.SIZE[0] - small.shape[1], clips.SIZE[1] - small.shape[0]
            small = cv2.copyMakeBorder(small, 0, below, 0, right, cv2.BORDER_REPLICATE)
            found.append(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes())
        number, (good, frame) = number + 1, film.read()
    return found


@pytest.fixture(scope="module")
def server(frames, tmp_path_factory):
    photo = tmp_path_factory.mktemp("photo") / "me.jpg"
    photo.write_bytes(frames[0])
    with serving(tmp_path_factory.mktemp("server"), f"ada={photo}", settings="config.settings") as running:
        run("-m", "tests.browser.prepare", "--liveness", "passive", environment=running.environment)
        yield running


def test_a_photograph_of_the_same_person_is_not(camera_showing, server, frames, tmp_path):
    with camera_showing(clips.write(tmp_path / "photo.mjpeg", [frames[0]] * 60)) as page:
        pair(page, server)
        page.locator("[data-state=show_life], [data-state=use_card], [data-state=picture]").first.wait_for(
            timeout=60_000
        )
        kept(page, "real-photo")
        page.wait_for_timeout(8_000)
        assert "Ada" not in page.locator("main").inner_text()
