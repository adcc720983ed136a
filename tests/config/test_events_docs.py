"""docs/events.md is true: its addresses and goodbyes are those of the code."""

import re

from django.conf import settings

from config.live.close_codes import CLOSE_CODES, OTHER_CLOSE_CODE
from config.routing import websocket_urlpatterns

TEXT = (settings.BASE_DIR / "docs" / "events.md").read_text()
GOODBYES = TEXT.split("**Goodbyes**")[1].split("\n\n")[0]


def test_every_socket_has_a_row():
    named = re.findall(r"^\| `(ws/[\w/<:>]+)` \|", TEXT, re.MULTILINE)
    assert set(named) == {str(route.pattern) for route in websocket_urlpatterns} - {""}  # that one is every other


def test_every_goodbye_is_explained_with_its_close_code():
    """`this` and `that` 4401, `other` 4403: the first number after a code is its own."""
    for code, number in (CLOSE_CODES | {"internal": OTHER_CLOSE_CODE}).items():
        found = re.search(rf"`{code}`\D*(\d{{4}})", GOODBYES)
        assert found, code
        assert int(found[1]) == number, code
