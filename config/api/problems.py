"""What all API views share: one error shape (RFC 9457) and one way of paging."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from http import HTTPStatus
from math import ceil
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import IntegrityError
from django.http import Http404, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView, set_rollback

from config.api.parsers import TooLarge
from config.api.query import GREATEST_KEY
from config.errors import Refused
from config.ops.outage import AWAY

log = logging.getLogger("ostiary.api")

PROBLEM_JSON = "application/problem+json"
LONG_NUMBER = 20  # digits
A_WHILE = 60  # s, until someone is asked to try again where a refusal does not say it


class InvalidCursor(exceptions.NotFound):
    default_detail = _("This cursor is not valid. Start again without one.")
    default_code = "invalid_cursor"


class NewestFirst(CursorPagination):
    """Pages that stay right while rows are added: the answer's `next` and `previous` are whole addresses."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        """DRF takes its own size for what is not a size; here that is an error of the field `page_size`."""
        text = request.query_params.get(self.page_size_query_param)
        if text is None:
            return self.page_size
        if not (text.isascii() and text.isdecimal()) or not text.strip("0"):
            words = _("Enter a whole number of at least 1.")
            raise exceptions.ValidationError(
                {self.page_size_query_param: [exceptions.ErrorDetail(str(words), "invalid")]}
            )
        return min(int(text), self.max_page_size) if len(text) < LONG_NUMBER else self.max_page_size

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """DRF's, with the bounds."""
        found = super().get_schema_operation_parameters(view)
        for parameter in found:
            if parameter["name"] == self.page_size_query_param:
                parameter["schema"] |= {"minimum": 1, "default": self.page_size}
                parameter["description"] = f"Number of rows, at most {self.max_page_size}."
        return found

    def decode_cursor(self, request: Request) -> Cursor | None:
        """DRF hands the position to the database unread; ours is a row number or it is refused."""
        try:
            cursor = super().decode_cursor(request)
        except exceptions.NotFound as error:
            raise InvalidCursor from error
        if cursor and cursor.position is not None and not _is_key(str(cursor.position)):
            raise InvalidCursor
        return cursor


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) <= 19 and int(text) <= GREATEST_KEY


class BadRequest(exceptions.APIException):
    status_code = HTTPStatus.BAD_REQUEST
    default_detail = _("The request could not be understood.")
    default_code = "bad_request"


class Conflict(exceptions.APIException):
    status_code = HTTPStatus.CONFLICT
    default_detail = _("Someone else changed this at the same moment. Check the current state, then try again.")
    default_code = "conflict"


class DatabaseBusy(exceptions.APIException):
    """It is away, or one statement waited too long, as for the same request that is still being done."""

    status_code = HTTPStatus.SERVICE_UNAVAILABLE
    default_detail = _("The database is not responding, or is busy. Try again in a few seconds.")
    default_code = "database_busy"
    wait = 5  # s


class ServerError(exceptions.APIException):
    default_detail = _("Something went wrong on our side. The error has been logged. Please try again later.")
    default_code = "server_error"


# Codes of field errors that no schema can foresee, for they depend on rows, on the caller, or on other fields.
ABOUT_WHAT_IS_THERE = {
    "ambiguous",
    "does_not_exist",
    "ends_before_it_begins",
    "immutable",
    "out_of_range",
    "bad_line",
    "own_administration",
    "reserved",
    "unique",
    "unknown",
}

# Refusals with status 400 that are about the request alone. Any other rule that says no has read a request that was
# written as it should be, and says 409: something that is there (or the hour) stands against it.
ABOUT_THE_REQUEST = {
    "animated",
    "bad_day",
    "bad_hours",
    "bad_idempotency_key",
    "damaged_image",
    "empty_file",
    "no_such_field",
    "not_an_image",
    "too_many_pixels",
    "unknown_filter",
}

# What Django itself raises, and how the API says it. The first class that fits is taken.
TRANSLATED: tuple[tuple[type[Exception], type[exceptions.APIException]], ...] = (
    (Http404, exceptions.NotFound),
    (PermissionDenied, exceptions.PermissionDenied),
    (RequestDataTooBig, TooLarge),
    (SuspiciousOperation, BadRequest),
    (IntegrityError, Conflict),
    *((away, DatabaseBusy) for away in AWAY),
)


def problem(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's exception handler: whatever happens in a view becomes one problem document, never a traceback."""
    set_rollback()
    if isinstance(error, Refused):
        log.info("Refused: %s", error.code)
        return _refusal(error)
    known = _as_api_exception(error)
    if isinstance(known, exceptions.ValidationError):
        errors = _errors(known)
        log.info("Refused: %s", {field: [one["code"] for one in found] for field, found in errors.items()})
        status = HTTPStatus.CONFLICT if _of_what_is_there(errors) else HTTPStatus.BAD_REQUEST
        return problem_response(
            status, "invalid", _("Some values were not accepted. Correct them, then try again."), errors=errors
        )
    answer = problem_response(known.status_code, _code(known), known.detail)
    for name, value in _headers(known).items():
        answer[name] = value
    return answer


def _refusal(error: Refused) -> HttpResponse:
    extra = {"details": error.details} if error.details else {}
    of_rows = error.status == HTTPStatus.BAD_REQUEST and error.code not in ABOUT_THE_REQUEST
    status = HTTPStatus.CONFLICT if of_rows else error.status
    answer = problem_response(status, error.code, error.message, **extra)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = str(ceil(error.details.get("seconds", A_WHILE)))
    return answer


def problem_response(status: int, code: str, detail: Any, **extra: Any) -> HttpResponse:
    """One problem document. `extra` members hold plain values: `errors` by field, or a refusal's `details`."""
    body = {
        "type": f"urn:ostiary:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": int(status),
        "detail": str(detail),
        "code": code,
        **extra,
    }
    return JsonResponse(body, status=status, content_type=PROBLEM_JSON)


def _as_api_exception(error: Exception) -> exceptions.APIException:
    if isinstance(error, exceptions.APIException):
        return error
    for ours, theirs in TRANSLATED:
        if isinstance(error, ours):
            level = logging.ERROR if theirs.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR else logging.INFO
            log.log(level, "%s: %s", theirs.default_code, error)
            return theirs()
    log.error("An API view failed", exc_info=error)
    return ServerError()


def _code(error: exceptions.APIException) -> str:
    return str(getattr(error.detail, "code", error.default_code))


def _headers(error: exceptions.APIException) -> dict[str, str]:
    headers = {}
    if challenge := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(ceil(wait))
    return headers


def _errors(error: exceptions.ValidationError) -> dict[str, list[dict[str, str]]]:
    """By field, nested fields joined by dots: `{"photos.0": [{"code": …, "detail": …}]}`."""
    errors: dict[str, list[dict[str, str]]] = {}
    for field, code, detail in _leaves(error.get_full_details()):
        errors.setdefault(field or "non_field_errors", []).append({"code": code, "detail": detail})
    return errors


def _of_what_is_there(errors: dict[str, list[dict[str, str]]]) -> bool:
    """All is written as the schema says, and only what is there (or not) stands against it: that is a conflict."""
    return all(one["code"] in ABOUT_WHAT_IS_THERE for found in errors.values() for one in found)


def _leaves(details: Any, path: str = "") -> Iterator[tuple[str, str, str]]:
    if isinstance(details, list):
        for item in details:
            yield from _leaves(item, path)
    elif isinstance(details.get("message"), str):
        yield path, str(details["code"]), str(details["message"])
    else:
        for key, value in details.items():
            yield from _leaves(value, f"{path}.{key}" if path else str(key))


class NoSuchAddress(APIView):
    """Everything below /api/ that is not an address of ours, whatever the method."""

    schema = None
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound(_("This address does not exist. Every API address ends with a slash."))
