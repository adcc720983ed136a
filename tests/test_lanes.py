"""What the lanes of PostgreSQL and MariaDB leave out, and that it says why."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import _touches_the_database

TESTS = Path(__file__).resolve().parent
WHOLE = re.compile(r"^(.*)\npytestmark = .*same_on_every_database", re.MULTILINE)


class Item:
    def __init__(self, markers, fixtures):
        self.markers, self.fixturenames = markers.split(), fixtures.split()

    def get_closest_marker(self, name):
        return name if name in self.markers else None


@pytest.mark.parametrize(
    ("markers", "fixtures", "stays"),
    [
        ("", "tmp_path", False),
        ("", "db", True),
        ("django_db", "", True),
        ("django_db", "django_assert_num_queries", False),
        ("django_db same_on_every_database", "", False),
        ("django_db same_on_every_database on_every_database", "", True),
        ("on_every_database", "tmp_path", False),
    ],
)
def test_a_database_lane_runs_what_asks_the_database_something(markers, fixtures, stays):
    assert _touches_the_database(Item(markers, fixtures)) is stays


def test_every_module_that_is_left_out_says_why():
    found = {str(path.relative_to(TESTS)): WHOLE.search(path.read_text()) for path in TESTS.rglob("test_*.py")}
    left_out = {name: match[1] for name, match in found.items() if match}
    assert len(left_out) > 40
    assert [name for name, before in left_out.items() if not before.startswith("# ")] == []
