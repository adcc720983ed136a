"""Addresses that are keys never appear in a log, no matter which part writes it, and in no e-mail about an error."""

from __future__ import annotations

import logging

import pytest
from django.contrib.auth.tokens import default_token_generator
from django.core import mail
from django.test import RequestFactory
from django.urls import URLPattern, get_resolver, resolve, reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.utils.log import AdminEmailHandler

from config.ops.logs import masking, requests
from config.ops.logs.error_reports import MaskedReporter
from config.ops.logs.formatters import JsonFormatter, PlainFormatter
from config.ops.logs.masking import masked

SECRET = "d1f0aB-Zz9_78f6c2:1vXyZ"


def routes(patterns, before=""):
    for one in patterns:
        route = before + str(one.pattern)
        if isinstance(one, URLPattern):
            yield route
        else:
            yield from routes(one.url_patterns, route)


def test_every_address_with_a_secret_is_known():
    found = [
        route
        for route in routes(get_resolver().url_patterns)
        if any(f"<{part}" in route or f":{part}>" in route or f"P<{part}>" in route for part in masking.SECRET_PARTS)
    ]
    assert len(found) >= 5
    for route in found:
        assert route.startswith(masking.BEFORE_SECRETS), route


@pytest.mark.parametrize("before", masking.BEFORE_SECRETS)
@pytest.mark.parametrize(
    "text",
    [
        "Not Found: /{}{}/",
        "Not Found: /{}{}",
        "Internal Server Error: /{}NDE/{}/more/",
        "Method Not Allowed (PUT): /{}{}.ics",
        "<ASGIRequest: GET '/{}{}/'>",
        '10.0.0.1 - - [29/Nov/2026] "GET /{}{}/?next=/ HTTP/1.1" 200 17',
        "https://ostiary.example.org/{}{}/",
        "Resolver404({{'path': '{}{}/'}})",
        "GET //{}/{}/ 404",
    ],
)
def test_a_secret_is_hidden_however_the_address_is_quoted(before, text):
    told = masked(text.format(before, SECRET))
    assert SECRET not in told and SECRET[:6] not in told
    assert told.startswith(text.split("{")[0])


@pytest.mark.parametrize("name", ["token", "code", "key", "password", "PIN"])
def test_a_secret_behind_the_question_mark_is_hidden(name):
    assert SECRET not in masked(f"GET /somewhere/?a=1&{name}={SECRET}&b=2")
    assert masked(f"GET /somewhere/?a=1&{name}={SECRET}&b=2").endswith("&b=2")


@pytest.mark.parametrize(
    "text",
    [
        'File "/opt/ostiary/accounts/mail/sending.py", line 31, in send',
        "accounts/mail/new_password.txt",
        "Not Found: /me/mail/",
        "Not Found: /attendance/courses/HIST-1/import/",
        "The access log ends at 56:ae86887d1981a8ae5a5f546ab10686af0387df5670489c8923ee22d734180ce4",
        "GET /library/books/17/?q=token 200",
    ],
)
def test_what_is_no_secret_stays(text):
    assert masked(text) == text


def test_a_traceback_is_masked_in_both_formats():
    try:
        raise ValueError(f"cannot read /mail/{SECRET}/")
    except ValueError as error:
        told = (type(error), error, error.__traceback__)
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, f"at /mail/{SECRET}/", (), told)
    for formatter in (PlainFormatter("{message}", style="{"), JsonFormatter()):
        record.exc_text = None
        assert SECRET not in formatter.format(record) and "ValueError" in formatter.format(record)


# --- at the doors ---------------------------------------------------------------------------------


@pytest.fixture
def letter(ada):
    """Where the letter about a forgotten password leads."""
    uid = urlsafe_base64_encode(force_bytes(ada.pk))
    token = default_token_generator.make_token(ada)
    return reverse("accounts:password_reset_confirm", args=[uid, token]), token


@pytest.mark.parametrize("ask", ["get", "post", "put", "options"])
def test_a_used_wrong_or_forbidden_address_leaves_no_secret_in_any_line(client, letter, caplog, ask):
    caplog.set_level(logging.DEBUG)
    address, token = letter
    for path in (
        address,
        address.rstrip("/"),
        address + "more/",
        f"/mail/{token}/",
        f"/attendance/calendar/{token}.ics",
    ):
        client.cookies.clear()
        getattr(client, ask)(path)
    strict = type(client)(enforce_csrf_checks=True)
    strict.post(f"/mail/{token}/")
    assert caplog.records and token not in caplog.text


def test_an_error_leaves_no_secret_in_log_or_mail(letter, caplog, settings):
    settings.ADMINS = [("Ops", "ops@example.org")]
    address, token = letter
    request = RequestFactory().get(address, {"token": "abc" + token}, headers={"Referer": f"https://x.org{address}"})
    request.resolver_match = resolve(address)
    try:
        held = token  # a variable of a frame
        raise ValueError(f"broken at {address} {len(held)}")
    except ValueError as error:
        report = (type(error), error, error.__traceback__)
    handler = AdminEmailHandler(include_html=True, reporter_class="config.ops.logs.error_reports.MaskedReporter")
    logger = logging.getLogger("tests.masking")
    logger.addHandler(handler)
    try:
        logger.error("Internal Server Error: %s", address, exc_info=report, extra={"request": request})
    finally:
        logger.removeHandler(handler)
    (sent,) = mail.outbox
    everything = sent.subject + sent.body + str(sent.alternatives) + caplog.text
    assert "ValueError" in everything and token not in everything


def test_the_reporter_is_the_sites():
    from django.views.debug import get_exception_reporter_class

    assert get_exception_reporter_class(RequestFactory().get("/")) is MaskedReporter


# --- the log of requests --------------------------------------------------------------------------


async def ask(scope, *messages):
    async def app(scope, receive, send):
        for message in messages:
            await send(message)

    async def send(message):
        pass

    await requests.RequestLog(app)(scope, None, send)


async def test_a_request_is_one_line_without_secret_query_or_visitor(settings, caplog):
    caplog.set_level(logging.INFO, "ostiary.requests")
    settings.LOG_REQUESTS = True
    scope = {
        "type": "http",
        "method": "GET",
        "path": f"/mail/{SECRET}/",
        "query_string": b"q=Ada",
        "client": ["9.9.9.9", 1],
    }
    await ask(scope, {"type": "http.response.start", "status": 200}, {"type": "http.response.body"})
    await ask(
        {"type": "websocket", "path": "/ws/lockers/"},
        {"type": "websocket.accept"},
        {"type": "websocket.close", "code": 4401},
    )
    await ask({"type": "http", "method": "GET", "path": "/readyz"})
    first, second = (record.getMessage() for record in caplog.records)
    assert first.startswith("GET /mail/… 200, ") and second.startswith("SOCKET /ws/lockers/ 4401, ")
    assert not any(word in caplog.text for word in (SECRET, "Ada", "9.9.9.9"))


async def test_the_log_of_requests_can_be_off(settings, caplog):
    settings.LOG_REQUESTS = False
    await ask({"type": "http", "method": "GET", "path": "/"})
    assert not caplog.records


async def test_nobody_writes_lines_of_their_own_into_the_log(settings, caplog):
    caplog.set_level(logging.INFO, "ostiary.requests")
    settings.LOG_REQUESTS = True
    await ask({"type": "http", "method": "GET", "path": "/no\n2026-11-29 INFO axes: ada signed in\x1b[2J\u2028/é/"})
    assert len(caplog.records) == 1
    assert caplog.records[0].getMessage().isprintable() and caplog.records[0].getMessage().startswith("GET /no%0A2026")
