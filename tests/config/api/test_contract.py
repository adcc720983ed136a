"""What a program written from the schema relies on: filters, types, statuses, methods, headers."""

from __future__ import annotations

import json

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator
from rest_framework.test import APIClient

from accounts.models import Department
from attendance.models import ClosedDay
from library.models import CirculationEvent
from tests.support import attendance as campus
from tests.support.api import V1, client_of, code_of, results
from tests.support.role_world import World

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]
NUL = "null_characters_not_allowed"


@pytest.fixture(scope="module")
def paths():
    return SchemaGenerator().get_schema(public=True)["paths"]


@pytest.fixture
def world(notices):
    return World()


def operations(paths):
    return [(path, method, it) for path, methods in paths.items() for method, it in methods.items()]


def lists(paths):
    """Every address that narrows or pages what it answers with."""
    for path, method, it in operations(paths):
        names = {parameter["name"] for parameter in it.get("parameters", []) if parameter["in"] == "query"}
        if method == "get" and names - {"format"}:
            yield path, names


def filled(world, path):
    return world.fill(path.replace("{", "<").replace("}", ">").replace("<id>", "<pk>"))


# --- filters ------------------------------------------------------------------------------------


def test_every_list_refuses_a_filter_that_it_does_not_know(world, paths):
    client, found = client_of(world.people["administrator"]), list(lists(paths))
    assert len(found) > 25
    for path, names in found:
        answer = client.get(filled(world, path), {"departmnt": "maths"})
        assert (answer.status_code, code_of(answer)) == (400, "unknown_filter"), path
        said = json.loads(answer.content)
        assert said["details"]["unknown"] == ["departmnt"]
        assert set(said["details"]["allowed"]) | {"format"} == names | {"format"}, path
        assert "departmnt" in said["detail"]


def test_no_filter_is_empty_or_given_twice(world, paths):
    """An empty department is not the whole campus."""
    client = client_of(world.people["administrator"])
    for path, names in lists(paths):
        for given, code in (("{0}=", "empty"), ("{0}=%20", "empty"), ("{0}=a&{0}=b", "repeated"), ("{0}=a%00", NUL)):
            asked = names - {"format"}
            answer = client.get(f"{filled(world, path)}?{'&'.join(given.format(name) for name in asked)}")
            assert answer.status_code == 400, (path, given)
            errors = json.loads(answer.content)["errors"]
            assert {name: errors[name][0]["code"] for name in errors} == dict.fromkeys(asked, code), path


def test_an_unknown_department_is_nobody(administrator, ada):
    Department.objects.create(code="maths", name="Mathematics")
    client = client_of(administrator)
    assert results(client.get(f"{V1}/people/?department=nowhere")) == []
    assert results(client.get(f"{V1}/attendance/courses/?department=nowhere")) == []
    assert client.get(f"{V1}/attendance/reports/?department=nowhere").status_code == 409


@pytest.mark.parametrize("value", ["perhaps", "2", "null", "True,False"])
def test_a_yes_or_no_that_is_neither_is_an_error(administrator, value):
    answer = client_of(administrator).get(f"{V1}/people/", {"is_active": value})
    assert json.loads(answer.content)["errors"]["is_active"][0]["code"] == "invalid"


@pytest.mark.parametrize("size", ["0", "-1", "many", "1.5", "", "٣"])
def test_a_page_size_that_is_none_is_an_error(administrator, size):
    assert client_of(administrator).get(f"{V1}/people/", {"page_size": size}).status_code == 400


def test_members_are_told_that_a_department_is_no_filter_of_theirs(ada):
    assert code_of(client_of(ada).get(f"{V1}/attendance/reports/?department=maths")) == "unknown_filter"


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_any_day_narrows_a_list(administrator, ada, day):
    session = campus.session(campus.course(ada), timezone.now())
    client = client_of(administrator)
    since, until = (results(client.get(f"{V1}/attendance/sessions/", {name: day})) for name in ("from", "to"))
    assert [len(since), len(until)] == ([1, 0] if day < "2000" else [0, 1]), session
    assert results(client.get(f"{V1}/sightings/", {"since": f"{day}T00:00:00+14:00"})) == []


# --- bodies -------------------------------------------------------------------------------------


def test_an_empty_department_does_not_close_the_whole_campus(administrator):
    Department.objects.create(code="maths", name="Mathematics")
    client, path = client_of(administrator), f"{V1}/attendance/closed-days/"
    refused = client.post(path, {"day": "2099-05-01", "department": ""})
    assert refused.status_code == 400
    assert json.loads(refused.content)["errors"]["department"][0]["code"] == "wrong_type"
    assert not ClosedDay.objects.exists()
    assert client.post(path, {"day": "2099-05-01", "department": "maths"}).status_code == 201
    assert client.post(path, {"day": "2099-05-02", "department": None}).status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        {"is_active": "true"},
        {"is_active": 1},
        {"first_name": 7},
        {"department": 7},
        {"role": 1},
        {"valid_from": 20260101},
    ],
)
def test_json_of_another_type_is_refused(administrator, ada, body):
    answer = client_of(administrator).patch(f"{V1}/people/s-ada/", body)
    assert json.loads(answer.content)["errors"][next(iter(body))][0]["code"] == "wrong_type"


def test_a_list_is_a_list(administrator):
    body = {"code": "cs1", "title": "T", "stations": {}}
    assert client_of(administrator).post(f"{V1}/attendance/courses/", body).status_code == 400


def test_no_number_of_minutes_is_beyond_time(administrator):
    body = {"code": "cs1", "title": "T", "late_after": 2**62}
    assert client_of(administrator).post(f"{V1}/attendance/courses/", body).status_code == 400


def test_no_page_takes_a_number_of_minutes_beyond_time(ada):
    course = campus.course(ada)
    course.late_after = course.open_before = 2**40
    with pytest.raises(ValidationError) as refused:
        course.full_clean()
    assert {"late_after", "open_before"} <= set(refused.value.error_dict)


def test_what_is_not_there_is_a_conflict_and_not_a_bad_request(administrator):
    answer = client_of(administrator).post(f"{V1}/consents/", {"person": "nobody", "purpose": "library"})
    assert (answer.status_code, code_of(answer)) == (409, "invalid")
    assert json.loads(answer.content)["errors"]["person"][0]["code"] == "does_not_exist"


def test_a_record_of_whom_nobody_has_seen_fits_the_schema(administrator, ada, paths):
    campus.session(campus.course(ada), timezone.now())
    [record] = results(client_of(administrator).get(f"{V1}/attendance/records/"))
    assert record["source"] == ""
    schemas = SchemaGenerator().get_schema(public=True)["components"]["schemas"]
    names = [part["$ref"].split("/")[-1] for part in schemas["Record"]["properties"]["source"]["oneOf"]]
    assert "" in [value for name in names for value in schemas[name]["enum"]]


def test_a_loan_and_an_event_may_have_lost_their_person(administrator):
    """After LIBRARY_HISTORY_DAYS nobody is named any more."""
    CirculationEvent.objects.create(kind="returned", at=timezone.now(), station="desk")
    [event] = results(client_of(administrator).get(f"{V1}/library/events/"))
    schemas = SchemaGenerator().get_schema(public=True)["components"]["schemas"]
    assert event["person"] is None
    for name in ("Event", "Loan", "Visit"):
        assert schemas[name]["properties"]["person"]["nullable"], name


def test_a_time_of_day_promises_no_zone(paths):
    schemas = SchemaGenerator().get_schema(public=True)["components"]["schemas"]
    assert "'format': 'time'" not in str(schemas)
    assert schemas["TimetableLine"]["properties"]["starts"]["pattern"].startswith("^([01]")


# --- statuses, methods, headers -----------------------------------------------------------------


def test_every_operation_names_its_refusals(paths):
    for path, method, it in operations(paths):
        named = set(it["responses"])
        assert {"401", "406"} <= named, (method, path)
        if "requestBody" in it:
            assert {"400", "413", "415"} <= named, (method, path)
        if "{" in path:
            assert "404" in named, (method, path)
        if method not in ("get",):
            assert "409" in named, (method, path)
    assert "429" in paths["/api/v1/identify/"]["post"]["responses"]
    assert "Retry-After" in paths["/api/v1/identify/"]["post"]["responses"]["429"]["headers"]


def test_options_answers_with_the_methods_of_every_address(world, paths):
    client = client_of(world.people["administrator"])
    for path, methods in paths.items():
        if path == f"{V1}/auth/login/":  # it asks for a password, not for a token
            continue
        answer = client.options(filled(world, path))
        assert answer.status_code == 200, path
        allowed = set(answer["Allow"].replace(" ", "").split(",")) - {"OPTIONS", "HEAD"}
        assert allowed == {method.upper() for method in methods}, path


def test_options_is_not_for_strangers(world, paths):
    for path in paths:
        assert APIClient().options(filled(world, path)).status_code == 401, path


def test_nothing_that_the_api_says_is_kept(administrator):
    client = client_of(administrator)
    for answer in (
        client.get(f"{V1}/people/"),
        client.get(f"{V1}/nothing/"),
        APIClient().get(f"{V1}/people/"),
        client.get("/api/schema/"),
        client.options(f"{V1}/people/"),
        client.get(f"{V1}/library/circulation.csv"),
    ):
        assert answer["Cache-Control"] == "no-store"


def test_a_nul_in_an_address_is_not_found(administrator):
    client = client_of(administrator)
    for path in ("stations/%00/", "library/patrons/%00/", "library/copies/a%00/", "lockers/customers/%00/"):
        assert code_of(client.get(f"{V1}/{path}")) == "not_found", path
