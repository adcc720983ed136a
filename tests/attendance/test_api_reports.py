"""Reports through the API: the page's numbers, in every format, and only of what the caller may see."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.core.cache import cache
from openpyxl import load_workbook
from rest_framework.throttling import ScopedRateThrottle

from tests.conftest import Role, person
from tests.support import attendance as campus
from tests.support.api import V1, client_of, code_of
from tests.support.attendance import closed, enrolled, seen, watched

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
API = f"{V1}/attendance/reports/"
MARCH = "from=2026-03-01&to=2026-03-31"


@pytest.fixture(autouse=True)
def held(ada, grace, teacher):
    """A session that is over: Ada was there, Grace was not."""
    cs101 = campus.course(enrolled(ada), enrolled(grace), teacher=teacher)
    session = campus.session(cs101)
    watched(session)
    seen(session, ada, 1, 5, 58)
    return closed(session)


def body(answer):
    assert answer.status_code == 200, answer.content
    return b"".join(answer.streaming_content)


def asked(who, query="", **headers):
    return client_of(who).get(f"{API}?{MARCH}&{query}", headers=headers)


def test_a_report_comes_as_json_with_the_names_of_the_csv_file(teacher):
    answer = asked(teacher)
    rows = json.loads(body(answer))
    assert answer["Content-Type"] == "application/json"
    assert {row["id_number"]: row["status"] for row in rows} == {"s-ada": "present", "s-grace": "absent"}
    table = list(csv.DictReader(io.StringIO(body(asked(teacher, "format=csv")).decode())))
    assert [row["id_number"] for row in table] == [row["id_number"] for row in rows]
    assert set(table[0]) == set(rows[0])


def test_a_report_without_lines_is_an_empty_array(teacher):
    assert body(client_of(teacher).get(f"{API}?from=2020-01-01&to=2020-01-02")) == b"[]"


@pytest.mark.parametrize(
    ("name", "media", "begins"),
    [
        ("csv", "text/csv", b"session"),
        ("csv-excel", "text/csv", b"\xef\xbb\xbf"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", b"PK"),
        ("pdf", "application/pdf", b"%PDF"),
    ],
)
def test_every_format_is_a_real_file(teacher, name, media, begins):
    answer = asked(teacher, f"format={name}")
    data = body(answer)
    assert answer["Content-Type"].startswith(media)
    assert answer["Content-Disposition"].startswith("attachment")
    assert data.startswith(begins) or name == "csv"
    if name != "csv-excel":
        assert body(asked(teacher, Accept=media))[:4] == data[:4]


def test_a_workbook_holds_the_same_people(teacher):
    sheet = load_workbook(io.BytesIO(body(asked(teacher, "kind=people&format=xlsx")))).worksheets[0]
    text = [str(cell) for row in sheet.iter_rows(values_only=True) for cell in row]
    assert {"s-ada", "s-grace"} <= set(text)


def test_everybody_sees_their_own_and_teachers_their_courses(ada, administrator):
    stranger = person("t-perlis", "Alan", Role.TEACHER)
    assert [row["id_number"] for row in json.loads(body(asked(ada)))] == ["s-ada"]
    assert json.loads(body(asked(stranger))) == []
    assert len(json.loads(body(asked(administrator)))) == 2
    assert code_of(asked(ada, "kind=sessions")) == "invalid"
    assert code_of(asked(stranger, "person=s-ada")) == "invalid"


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("kind=guess", "kind"),
        ("course=cs000", "course"),
        ("status=expected", "status"),
        ("group=A", "group"),
        ("to=2020-01-01", "to"),
        ("person=nobody", "person"),
    ],
)
def test_what_is_wrong_is_said_by_field(teacher, query, field):
    answer = client_of(teacher).get(f"{API}?from=2026-03-01&{query}")
    assert code_of(answer) == "invalid"
    assert field in answer.json()["errors"]


@pytest.mark.parametrize("form", ["json", "csv", "csv-excel", "xlsx", "pdf"])
@pytest.mark.parametrize("group", ["%07%0Dg%1F", "%EF%BF%BF", "%F0%9F%99%82%0A", "%5B%3A%2A%3F%2F%5C%5D"])
def test_no_group_is_too_odd_for_a_file(teacher, form, group):
    answer = asked(teacher, f"course=cs101&group={group}&format={form}")
    assert answer.status_code == 200, answer.content
    assert b"".join(answer.streaming_content)


def test_an_unknown_format_is_refused_with_the_known_ones(teacher):
    answer = asked(teacher, "format=docx")
    assert code_of(answer) == "invalid"
    assert "csv" in answer.json()["errors"]["format"][0]["detail"]


def test_reports_have_a_limit_of_their_own(teacher, monkeypatch):
    cache.clear()
    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"reports": "1/min"})
    client = client_of(teacher)
    assert client.get(f"{API}?{MARCH}").status_code == 200
    assert code_of(client.get(f"{API}?{MARCH}")) == "throttled"
