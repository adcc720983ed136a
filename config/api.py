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

from config.api_parsers import TooLarge
from config.errors import Refused

log = logging.getLogger("ostiary.api")

PROBLEM_JSON = "application/problem+json"
GREATEST_KEY = 2**63 - 1


class InvalidCursor(exceptions.NotFound):
    default_detail = _("This cursor is not valid. Begin again without one.")
    default_code = "invalid_cursor"


class NewestFirst(CursorPagination):
    """Pages that stay right while rows are added: the answer's `next` and `previous` are whole addresses."""

    ordering = "-pk"
    page_size_query_param = "page_size"
    max_page_size = 200

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
    default_detail = _("Somebody else changed the same thing at this moment. Look again, then try again.")
    default_code = "conflict"


class ServerError(exceptions.APIException):
    default_detail = _("Something went wrong on our side. It has been logged.")
    default_code = "server_error"


# What Django itself raises, and how the API says it. The first class that fits is taken.
TRANSLATED: tuple[tuple[type[Exception], type[exceptions.APIException]], ...] = (
    (Http404, exceptions.NotFound),
    (PermissionDenied, exceptions.PermissionDenied),
    (RequestDataTooBig, TooLarge),
    (SuspiciousOperation, BadRequest),
    (IntegrityError, Conflict),
)


def problem(error: Exception, context: dict[str, Any]) -> HttpResponse:
    """DRF's exception handler: whatever happens in a view becomes one problem document, never a traceback."""
    set_rollback()
    if isinstance(error, Refused):
        log.info("Refused: %s", error.code)
        extra = {"details": error.details} if error.details else {}
        return problem_response(error.status, error.code, error.message, **extra)
    known = _as_api_exception(error)
    if isinstance(known, exceptions.ValidationError):
        errors = _errors(known)
        log.info("Refused: %s", {field: [one["code"] for one in found] for field, found in errors.items()})
        return problem_response(known.status_code, "invalid", _("Some values were not accepted."), errors=errors)
    answer = problem_response(known.status_code, _code(known), known.detail)
    for name, value in _headers(known).items():
        answer[name] = value
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
            log.info("%s: %s", theirs.default_code, error)
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
    """Everything below /api/ that is no address of ours, whatever the method."""

    schema = None
    authentication_classes = ()
    permission_classes = (AllowAny,)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise exceptions.NotFound(_("There is no such address. Every address of the API ends with a slash."))
