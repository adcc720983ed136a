"""Whatever goes wrong, the caller reads one shape: a problem document with a stable code."""

import json
import logging

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousFileOperation
from django.db import IntegrityError, OperationalError
from django.http import Http404
from rest_framework import exceptions, serializers
from rest_framework.test import APIClient

from config.api import parsers
from config.api.problems import problem
from config.errors import Refused
from tests.support.api import V1, client_of, code_of, photo

# Fields and refusals are Python: of each database the role matrix asks every address, test_api_fuzz.py any value.
pytestmark = pytest.mark.same_on_every_database


def body_of(answer):
    return json.loads(answer.content)


RAISED = [
    (Refused("already_out", "Out.", status=409), 409, "already_out"),
    (exceptions.ParseError(), 400, "parse_error"),
    (exceptions.NotAuthenticated(), 401, "not_authenticated"),
    (exceptions.AuthenticationFailed(), 401, "authentication_failed"),
    (exceptions.PermissionDenied(), 403, "permission_denied"),
    (exceptions.NotFound(), 404, "not_found"),
    (exceptions.MethodNotAllowed("PUT"), 405, "method_not_allowed"),
    (exceptions.NotAcceptable(), 406, "not_acceptable"),
    (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported_media_type"),
    (exceptions.Throttled(3), 429, "throttled"),
    (serializers.ValidationError("no"), 400, "invalid"),
    (Http404("No User matches"), 404, "not_found"),
    (PermissionDenied(), 403, "permission_denied"),
    (RequestDataTooBig(), 413, "too_large"),
    (SuspiciousFileOperation("../"), 400, "bad_request"),
    (IntegrityError("UNIQUE"), 409, "conflict"),
    (RuntimeError("secret inside"), 500, "server_error"),
    (OperationalError("canceling statement due to statement timeout"), 503, "database_busy"),
]


@pytest.mark.parametrize(("error", "status", "code"), RAISED, ids=[code for _, _, code in RAISED])
def test_every_error_becomes_a_problem_document_with_a_stable_code(error, status, code):
    answer = problem(error, {})
    assert answer.status_code == status
    assert code_of(answer) == code


def test_the_shape_of_a_problem_is_pinned():
    body = body_of(problem(Refused("no_consent", "Not agreed.", status=403, details={"purposes": ["library"]}), {}))
    assert body == {
        "type": "urn:ostiary:problem:no_consent",
        "title": "Forbidden",
        "status": 403,
        "detail": "Not agreed.",
        "code": "no_consent",
        "details": {"purposes": ["library"]},
    }


def test_field_errors_are_listed_by_field_however_deep():
    error = serializers.ValidationError({"photos": {0: ["Empty."]}, "name": [serializers.ErrorDetail("Long.", "max")]})
    assert body_of(problem(error, {}))["errors"] == {
        "photos.0": [{"code": "invalid", "detail": "Empty."}],
        "name": [{"code": "max", "detail": "Long."}],
    }


def test_fields_that_are_called_message_and_code_are_fields_all_the_same():
    error = serializers.ValidationError({"message": ["Too long."], "code": ["Missing."]})
    assert set(body_of(problem(error, {}))["errors"]) == {"message", "code"}


def test_an_unexpected_error_is_logged_and_says_nothing_about_itself(caplog):
    with caplog.at_level(logging.ERROR, "ostiary.api"):
        answer = problem(RuntimeError("secret inside"), {})
    assert b"secret" not in answer.content
    assert b"Traceback" not in answer.content
    assert "secret inside" in caplog.text


def test_being_throttled_says_when_to_come_back():
    assert problem(exceptions.Throttled(2.2), {})["Retry-After"] == "3"


@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "options"])
@pytest.mark.parametrize("path", ["/api/", "/api/v1/", "/api/v2/people/", "/api/v1/people", "/api/v1/nothing/here/"])
def test_an_unknown_address_is_a_problem_and_not_a_page(path, method):
    answer = getattr(APIClient(), method)(path)
    assert answer.status_code == 404
    assert code_of(answer) == "not_found"


def test_a_broken_view_answers_500_as_a_problem(administrator, monkeypatch):
    monkeypatch.setattr("accounts.api.views.PersonViewSet.get_queryset", lambda view: 1 / 0)
    answer = client_of(administrator).get(f"{V1}/people/")
    assert answer.status_code == 500
    assert code_of(answer) == "server_error"


def test_broken_json_is_a_parse_error(administrator):
    for body in ("{", "[" * 50_000, b"\xff\xfe", '{"a": NaN}'):
        answer = client_of(administrator).post(f"{V1}/people/", body, content_type="application/json")
        assert code_of(answer) == "parse_error", body[:20]


def test_a_form_where_json_is_wanted_is_an_unsupported_media_type(administrator):
    answer = client_of(administrator).post(f"{V1}/people/", "a=b", content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 415
    assert code_of(answer) == "unsupported_media_type"


def test_a_method_that_an_address_does_not_know_is_405(administrator):
    answer = client_of(administrator).delete(f"{V1}/people/{administrator.id_number}/")
    assert answer.status_code == 405
    assert code_of(answer) == "method_not_allowed"


def test_asking_for_something_other_than_json_is_not_acceptable(administrator):
    assert code_of(client_of(administrator).get(f"{V1}/people/", HTTP_ACCEPT="text/html")) == "not_acceptable"


def test_a_json_body_that_is_too_large_is_refused_unread(administrator, monkeypatch):
    monkeypatch.setattr(parsers, "MAX_JSON", 10)
    answer = client_of(administrator).post(f"{V1}/people/", {"id_number": "n-1", "first_name": "N"}, format="json")
    assert answer.status_code == 413
    assert code_of(answer) == "too_large"


def test_an_upload_that_is_too_large_is_refused_unread(administrator, ada, settings):
    settings.MAX_PHOTO_BYTES = 100
    answer = client_of(administrator).post(
        f"{V1}/face-samples/", {"person": "s-ada", "purposes": "library", "photos": photo("ada")}, format="multipart"
    )
    assert answer.status_code == 413
    assert code_of(answer) == "too_large"
