"""What the OpenAPI schema has to be told, so that a program generated from it neither breaks nor is surprised.

Every operation names the statuses with which it really refuses, each a problem document. A text says that it cannot be
blank. A time of day has no zone, so it is no `time` of RFC 3339. An address with an Idempotency-Key reads its body.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import force_instance
from rest_framework import serializers
from rest_framework.permissions import AllowAny

TEXT = {"type": "string"}
PROBLEM = {
    "type": "object",
    "description": "RFC 9457. `code` is stable. `errors` lists what is wrong with each field.",
    "required": ["type", "title", "status", "detail", "code"],
    "properties": {
        "type": TEXT,
        "title": TEXT,
        "status": {"type": "integer"},
        "detail": TEXT,
        "code": TEXT,
        "errors": {
            "type": "object",
            "additionalProperties": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["code", "detail"],
                    "properties": {"code": TEXT, "detail": TEXT},
                },
            },
        },
        "details": {"type": "object", "additionalProperties": True},
    },
}
CONTENT = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
OTHERWISE = {"description": "Any other error: a problem with a stable code.", "content": CONTENT}
WORDS = {
    400: "A value, a filter or the body was not accepted: see `errors`.",
    401: "Not signed in, or no longer signed in.",
    403: "Your role is not allowed to do this.",
    404: "This does not exist, or you cannot see it.",
    406: "This address does not support any format in `Accept`.",
    409: "It conflicts with the current state. `code` says why.",
    413: "The body is too large.",
    415: "This address does not accept this type of body.",
    422: "The request was understood but cannot be done. `code` says why.",
    429: "Too many requests. Wait as long as `Retry-After` says.",
    503: "It cannot be done at the moment. `code` says why.",
}
HEADERS = {
    401: {"WWW-Authenticate": {"required": True, "schema": TEXT, "description": "How to sign in."}},
    429: {"Retry-After": {"required": True, "schema": {"type": "integer"}, "description": "Seconds."}},
}
NOT_BLANK = r"^[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*$"
NO_NUL = r"^[^\u0000]*$"
TIME_OF_DAY = r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,6})?)?$"
SAFE = ("GET", "HEAD")


def describe_problems(result: dict[str, Any], **context: Any) -> dict[str, Any]:
    """A drf-spectacular postprocessing hook: the document itself, and a place for what no one foresaw."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = OTHERWISE
    return result


class Schema(AutoSchema):
    def get_operation(self, *args: Any, **options: Any) -> dict[str, Any] | None:
        operation = super().get_operation(*args, **options)
        if operation is None:
            return None
        for parameter in _parameters(operation):
            _given(parameter)
        for status in sorted(set(self._refusals(operation))):
            operation["responses"].setdefault(str(status), _refusal(status))
        return operation

    def _refusals(self, operation: dict[str, Any]) -> Iterator[int]:
        """The statuses beyond success that this operation can answer with."""
        reads_body = "requestBody" in operation or any(it["name"] == "Idempotency-Key" for it in _parameters(operation))
        yield HTTPStatus.NOT_ACCEPTABLE
        yield from self._of_the_caller(operation)
        if reads_body:
            yield from (HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
        if self.method in SAFE or any(it["in"] == "path" for it in _parameters(operation)):
            yield HTTPStatus.BAD_REQUEST  # unknown filters
        if any(it["in"] == "path" or it["name"] == "cursor" for it in _parameters(operation)):
            yield HTTPStatus.NOT_FOUND
        if self.method not in SAFE:
            yield HTTPStatus.CONFLICT
        refuses = getattr(self.view, "refuses", {})  # by method where a view has no actions of its own
        yield from refuses.get(self.method.lower()) or refuses.get(getattr(self.view, "action", None), ())

    def _of_the_caller(self, operation: dict[str, Any]) -> Iterator[int]:
        if not all(isinstance(rule, AllowAny) for rule in self.view.get_permissions()):
            yield from (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
        if self.view.get_throttles():
            yield HTTPStatus.TOO_MANY_REQUESTS

    # --- fields -----------------------------------------------------------------------------------

    def _map_basic_serializer(self, serializer: Any, direction: Any) -> dict[str, Any]:
        said: dict[str, Any] = super()._map_basic_serializer(serializer, direction)
        if direction == "request":
            for name, field in force_instance(serializer).fields.items():
                if name in said.get("properties", {}):
                    said["properties"][name] = _not_empty(field, _without_blanks(field, said["properties"][name]))
        return said | getattr(serializer, "schema_adds", {})

    def _map_serializer_field(self, field: Any, direction: Any, bypass_extensions: bool = False) -> dict[str, Any]:
        if isinstance(field, serializers.ChoiceField) and _kept_blank(field):
            field.allow_blank = True
        said: dict[str, Any] = super()._map_serializer_field(field, direction, bypass_extensions)
        if isinstance(field, serializers.TimeField):
            said.pop("format", None)
            said["pattern"] = TIME_OF_DAY
        return said


def _kept_blank(field: Any) -> bool:
    """Whether the model may hold "" where this field is only read: the framework then forgets to say so."""
    model = getattr(getattr(field.parent, "Meta", None), "model", None)
    if not field.read_only or model is None:
        return False
    try:
        return bool(model._meta.get_field(field.source).blank)
    except FieldDoesNotExist:
        return False


def _parameters(operation: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = operation.get("parameters", [])
    return found


def _refusal(status: int) -> dict[str, Any]:
    headers = {"headers": HEADERS[status]} if status in HEADERS else {}
    return {"description": WORDS[int(status)], "content": CONTENT, **headers}


def _without_blanks(field: Any, said: dict[str, Any]) -> dict[str, Any]:
    """A text of a body: no database keeps a NUL, and spaces around it are taken off before it is measured."""
    if "items" in said and getattr(field, "child", None) is not None:
        return {**said, "items": _without_blanks(field.child, said["items"])}
    is_text = isinstance(field, (serializers.CharField, serializers.SlugRelatedField))
    if not is_text or said.get("type") != "string" or {"enum", "format", "pattern"} & set(said):
        return said
    return {**said, "pattern": NO_NUL if getattr(field, "allow_blank", False) else NOT_BLANK}


def _not_empty(field: Any, said: dict[str, Any]) -> dict[str, Any]:
    """A list that may not be empty has one item at least."""
    return {"minItems": 1, **said} if getattr(field, "allow_empty", True) is False else said


def _given(parameter: dict[str, Any]) -> None:
    """What is given behind the question mark has a value."""
    schema = parameter["schema"]
    if (
        parameter["in"] == "query"
        and schema.get("type") == "string"
        and not {"enum", "format", "pattern"} & set(schema)
    ):
        schema |= {"minLength": 1, "pattern": NOT_BLANK}
