"""Nonsense in, a problem document out: whatever is sent, the API never breaks."""

import json
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Department
from accounts.roles import Purpose
from attendance.models import ClassSession
from recognition.models import Station
from tests.support import attendance as campus
from tests.support.api import V1, client_of

pytestmark = [pytest.mark.usefixtures("notices"), pytest.mark.long]
BROKEN = {500, 502, 503}
quickly = settings(
    max_examples=60,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)

texts = st.text(max_size=40) | st.sampled_from(
    ["", "\x00", "\ud800", "🙂", "0", "-1", "9" * 30, "me", "s-ada", "front-door"]
)
values = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts
nested = st.recursive(values, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))
times = st.datetimes().map(lambda moment: moment.isoformat()) | st.sampled_from(
    ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "2026-13-01", "now"]
)
QUERIES = {
    "people": ("search", "role", "affiliation", "department", "is_active", "valid_on", "cursor", "page_size"),
    "consents": ("person", "purpose", "standing", "cursor"),
    "face-samples": ("person", "source", "profile", "cursor"),
    "stations": ("purpose", "active", "cursor"),
    "sightings": ("station", "person", "outcome", "since", "before", "cursor", "page_size"),
    "departments": ("cursor", "page_size"),
    "attendance/courses": ("department", "teacher", "kind", "active", "cursor"),
    "attendance/enrolments": ("course", "department", "person", "group", "on", "cursor"),
    "attendance/timetable": ("course", "weekday", "cursor"),
    "attendance/closed-days": ("department", "from", "to", "cursor"),
    "attendance/sessions": ("course", "department", "state", "from", "to", "cursor", "page_size"),
    "attendance/records": ("session", "course", "person", "status", "corrected", "from", "to", "cursor"),
    "attendance/doubts": ("session", "course", "person", "kind", "resolved", "from", "to", "cursor"),
    "attendance/appeals": ("course", "department", "person", "answered", "from", "to", "cursor"),
}
BODIES = {
    "people": ("id_number", "first_name", "email", "role", "department", "valid_from", "valid_until", "card_barcode"),
    "consents": ("person", "purpose"),
    "stations": (
        "slug",
        "name",
        "purpose",
        "view",
        "roster_rule",
        "roster_value",
        "target_fmr",
        "min_face_px",
        "active",
    ),
    "identify": ("image", "station", "purpose", "people"),
    "verify": ("image", "id_number", "purpose"),
    "face-samples": ("person", "purposes", "photos", "dry_run"),
    "attendance/courses": (
        "code",
        "title",
        "kind",
        "roster",
        "department",
        "teachers",
        "stations",
        "late_after",
        "early_before",
        "interval",
        "gap_limit",
        "active",
    ),
    "attendance/enrolments": ("course", "id_number", "group", "since", "until"),
    "attendance/timetable": ("course", "weekday", "starts", "ends", "first_day", "last_day"),
    "attendance/closed-days": ("day", "name", "department"),
    "attendance/sessions": ("course", "starts_at", "ends_at"),
    "attendance/sessions/start": ("course", "minutes"),
    "attendance/appeals": ("record", "message"),
}
# Values that mean something here, so that nonsense comes further than the first check.
KNOWN = {
    "course": ["cs101"],
    "id_number": ["s-ada", "a-root"],
    "first_day": ["2026-03-01", "0001-01-01", "9999-12-31"],
    "last_day": ["2026-03-31", "0001-01-01", "9999-12-31"],
    "starts": ["09:00", "23:59:59.999999"],
    "ends": ["10:00", "00:00"],
    "weekday": [0, 6],
    "day": ["2026-03-01", "9999-12-31"],
    "starts_at": ["2199-01-01T09:00:00Z", "9999-12-31T23:59:59-12:00"],
    "ends_at": ["2199-01-01T10:00:00Z", "0001-01-01T00:00:00+14:00"],
    "at": ["2199-01-01T09:00:00Z"],
    "status": ["present", "expected"],
    "reason": ["because"],
}


@pytest.fixture
def client(administrator, ada, front_door):
    Department.objects.create(code="maths", name="Mathematics")
    campus.session(campus.course(ada), timezone.now())
    return client_of(administrator)


def bodies(resource):
    """Objects with this resource's own fields, each with a value that makes sense or with any other."""
    fields = {name: st.sampled_from(KNOWN.get(name, [""])) | nested for name in BODIES[resource]}
    return st.fixed_dictionaries({}, optional=fields)


def holds(answer):
    assert answer.status_code not in BROKEN, answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == "application/problem+json"
        assert json.loads(answer.content)["code"]


@pytest.mark.parametrize("resource", QUERIES)
def test_no_query_breaks_a_list(client, resource):
    @quickly
    @given(st.dictionaries(st.sampled_from(QUERIES[resource]), texts | times, min_size=1))
    def ask(query):
        holds(client.get(f"{V1}/{resource}/?{urlencode(query, errors='surrogatepass')}"))

    ask()


WRITES = ["people", "consents", "stations", *(name for name in BODIES if name.startswith("attendance"))]


@pytest.mark.parametrize("resource", WRITES)
def test_no_json_breaks_a_write(client, resource):
    @quickly
    @given(bodies(resource) | nested)
    def write(body):
        holds(client.post(f"{V1}/{resource}/", json.dumps(body), content_type="application/json"))

    write()


@pytest.mark.parametrize("resource", ["identify", "verify", "face-samples"])
def test_no_form_breaks_an_upload(client, resource):
    words = texts.filter(lambda text: text.isprintable() and text.isascii()) | st.sampled_from(Purpose.values)

    @quickly
    @given(st.dictionaries(st.sampled_from(BODIES[resource]), words | st.lists(words, max_size=2)))
    def upload(form):
        holds(client.post(f"{V1}/{resource}/", form, format="multipart"))

    upload()


@pytest.mark.parametrize("change", ["people/s-ada", "stations/front-door"])
def test_no_change_breaks_a_record(client, change):
    @quickly
    @given(st.dictionaries(st.sampled_from(BODIES[change.split("/")[0]]), nested, min_size=1))
    def patch(body):
        holds(client.patch(f"{V1}/{change}/", json.dumps(body), content_type="application/json"))

    patch()
    assert Station.objects.exists()


@pytest.mark.parametrize(
    ("deed", "names"),
    [
        ("arrivals", ("id_number", "at", "nonce")),
        ("correct", ("id_number", "status", "reason")),
        ("cancel", ("reason",)),
    ],
)
def test_no_json_breaks_what_is_done_to_a_session(client, deed, names):
    session = ClassSession.objects.get()

    @quickly
    @given(st.fixed_dictionaries({}, optional={n: st.sampled_from(KNOWN.get(n, [""])) | nested for n in names}))
    def act(body):
        path = f"{V1}/attendance/sessions/{session.pk}/{deed}/"
        holds(client.post(path, json.dumps(body), content_type="application/json"))

    act()


def test_no_query_breaks_a_report(client, monkeypatch):
    from rest_framework.throttling import ScopedRateThrottle

    monkeypatch.setattr(ScopedRateThrottle, "THROTTLE_RATES", {"reports": "100000/min"})
    names = ("kind", "course", "from", "to", "status", "department", "group", "person", "format")
    known = st.sampled_from(["records", "people", "premises", "cs101", "present", "csv", "pdf", "s-ada", "2026-03-01"])
    years = st.sampled_from(["0001-01-01", "9999-12-31", "1900-01-01", "2200-01-01"])

    @quickly
    @given(st.dictionaries(st.sampled_from(names), texts | known | years, min_size=1))
    def ask(query):
        answer = client.get(f"{V1}/attendance/reports/?{urlencode(query, errors='surrogatepass')}")
        holds(answer)
        if answer.status_code == 200:
            assert b"".join(answer.streaming_content)

    ask()


def test_no_address_breaks_the_api(client):
    @quickly
    @given(st.sampled_from([*QUERIES, "auth/login", "identify"]), texts)
    def go(resource, rest):
        holds(client.get(f"{V1}/{resource}/{urlencode({'x': rest}, errors='surrogatepass')[2:]}/"))

    go()
