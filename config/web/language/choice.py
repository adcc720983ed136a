"""In which language a person reads: what they chose, else what this browser chose, else what it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import check_for_language, get_supported_language_variant
from django.utils.translation.trans_real import parse_accept_lang_header

Answer = Callable[[HttpRequest], HttpResponse]


def known(code: str) -> str:
    """The code, or "" when this site does not speak that language."""
    return code if code in dict(settings.LANGUAGES) and check_for_language(code) else ""


def of(person: Any) -> str:
    """What this person chose; "" for no one, and where nothing was chosen."""
    return known(getattr(person, "language", ""))


@contextmanager
def reading(person: Any) -> Iterator[None]:
    """What is written inside is in that person's language, else in the site's."""
    with translation.override(of(person) or settings.LANGUAGE_CODE):
        yield


def person_language(answer: Answer) -> Answer:
    """Middleware, after the one that knows who is signed in: theirs goes before the browser's."""

    def answered(request: HttpRequest) -> HttpResponse:
        if code := of(request.user):
            translation.activate(code)
            request.LANGUAGE_CODE = code
        return answer(request)

    return answered


class SocketLanguage:
    """The same for a websocket. Inside AuthMiddlewareStack, which knows the cookies and the person."""

    def __init__(self, application: Callable[..., Any]) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> Any:
        with translation.override(_of_socket(scope)):
            return await self.application(scope, receive, send)


def _of_socket(scope: dict[str, Any]) -> str:
    chosen = of(scope.get("user")) or known(scope.get("cookies", {}).get(settings.LANGUAGE_COOKIE_NAME, ""))
    return chosen or _asked_for(scope) or settings.LANGUAGE_CODE


def _asked_for(scope: dict[str, Any]) -> str:
    header = dict(scope.get("headers", ())).get(b"accept-language", b"").decode("latin-1")
    for code, _weight in parse_accept_lang_header(header):
        try:
            return get_supported_language_variant(code)
        except LookupError:
            continue
    return ""
