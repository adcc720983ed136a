"""A whole visit, as a reader lives it: in by face, three books held into the camera, one tap, and out."""

from __future__ import annotations

import pytest

from tests.browser import clips
from tests.browser.serving import run, serving
from tests.browser.test_kiosk import listen
from tests.browser.test_library_station import lines, pair, picture

pytestmark = pytest.mark.browser
BOOKS = ("LIB-000001", "LIB-000002", "LIB-000003")

LOOK = """
import django; django.setup()
from library.models import ExitPass, Loan, Visit
print(*sorted(Loan.objects.filter(open_slot=1, person__id_number="p-0").values_list("copy__barcode", flat=True)))
print(Visit.objects.filter(open_slot=1).count(), *ExitPass.objects.values_list("allowed", "loans", "gate_answer"))
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("server"), "ada") as running:
        yield running


def band(page):
    """What the lower edge of the kiosk says."""
    return tuple(page.locator(part).inner_text() for part in ("#state-title", "#state-name", "#state-note"))


def test_in_by_face_three_books_and_out(camera_showing, server, tmp_path):
    with camera_showing(clips.of_colours(tmp_path / "ada.mjpeg", "ada")) as page:
        pair(page, server, ("entry", "outside"))
        page.locator("#desk-verdict", has_text="Welcome, Ada").wait_for(timeout=20_000)
    with camera_showing(clips.with_labels(tmp_path / "out.mjpeg", "ada", BOOKS)) as page:
        complaints = listen(page)
        pair(page, server, ("exit", "outside"))
        page.locator("#desk-title", has_text="Ada's books").wait_for(timeout=20_000)
        for title in ("Middlemarch", "Humphry", "Emma"):
            page.locator(".desk-book", has_text=title).wait_for(timeout=20_000)
        assert len(lines(page)) == 3
        picture(page, "visit-three-books")
        page.get_by_role("button", name="Finish").click()
        page.get_by_text("The gate is open").wait_for()
        assert band(page) == ("Please go through", "Ada", "")
        picture(page, "visit-gate")
        page.locator("#desk-end").wait_for(state="hidden", timeout=20_000)
        assert "scan your books" not in band(page), "the camera still sees her"
        picture(page, "visit-after")
        assert [words for words in complaints if "409" not in words] == []
    assert run("-c", LOOK, environment=server.environment).splitlines() == [
        " ".join(BOOKS),
        "0 (True, 3, 'opened')",
    ]
