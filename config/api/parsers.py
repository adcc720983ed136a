"""Reading a request body, after looking at how large it says it is."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser, MultiPartParser

MAX_JSON = 1_000_000  # bytes
PHOTOS_AT_ONCE = 5  # of the largest size allowed; many more of a usual size


class TooLarge(APIException):
    status_code = HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    default_detail = _("The request is too large for this address.")
    default_code = "too_large"


class BoundedJSON(JSONParser):
    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        _refuse_more_than(MAX_JSON, parser_context)
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(_("The JSON is nested too deeply.")) from error


class BoundedUpload(MultiPartParser):
    """Multipart forms. Without a length nothing is read, so the announced length is a true bound."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        _refuse_more_than(PHOTOS_AT_ONCE * settings.MAX_PHOTO_BYTES, parser_context)
        return super().parse(stream, media_type, parser_context)


def _refuse_more_than(limit: int, parser_context: Mapping[str, Any] | None) -> None:
    request = (parser_context or {})["request"]
    if int(request.META.get("CONTENT_LENGTH") or 0) > limit:
        raise TooLarge
