"""A download that leaves piece by piece, under ASGI too, without ever being whole in memory."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Iterable, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from rest_framework.renderers import BaseRenderer

log = logging.getLogger("ostiary.downloads")

DONE = b""


def download(request: HttpRequest, chunks: Iterable[bytes], name: str, content_type: str) -> StreamingHttpResponse:
    """Django would collect a plain iterator before it sends the first byte under ASGI: there it gets one that waits."""
    pieces = iter(chunks)
    content = _awaited(pieces) if isinstance(request, ASGIRequest) else pieces
    response = StreamingHttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "no-store"
    return response


class CsvText(BaseRenderer):
    """Lets a program ask the API for `text/csv`; the text itself is streamed."""

    media_type, format, charset = "text/csv", "csv", "utf-8"

    def render(self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None) -> Any:
        return data


async def _awaited(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is made in the request's own thread, where its database connection is."""
    following = sync_to_async(_next)
    while piece := await following(pieces):
        yield piece


def _next(pieces: Iterator[bytes]) -> bytes:
    """The next piece that is not empty; DONE after the last one."""
    for piece in pieces:
        if piece:
            return piece
    return DONE
