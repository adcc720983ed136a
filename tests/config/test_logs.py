"""LOG_FORMAT=json: one object a line, whatever happened."""

import json
import logging
import sys

import pytest

from config.ops.logs.formatters import JsonFormatter


def line_of(message, *args, error=None):
    record = logging.LogRecord("ostiary.live", logging.WARNING, __file__, 1, message, args, error)
    return JsonFormatter().format(record)


def test_a_line_says_when_who_and_what():
    line = json.loads(line_of("Station %s: ünknown\nface", "front-door"))
    assert line.pop("at").endswith("+00:00")
    assert line == {"level": "WARNING", "logger": "ostiary.live", "message": "Station front-door: ünknown\nface"}


def test_a_breakdown_stays_one_line_and_keeps_its_traceback():
    try:
        raise ValueError("broken lens")
    except ValueError:
        text = line_of("The feed broke", error=sys.exc_info())
    assert "\n" not in text
    assert "ValueError: broken lens" in json.loads(text)["traceback"]


@pytest.mark.parametrize(("status", "tells"), [(403, False), (404, False), (500, True)])
def test_a_page_that_is_not_open_to_somebody_is_one_line_and_a_breakdown_tells_all(status, tells):
    record = logging.LogRecord("django.request", logging.WARNING, __file__, 1, "/home/", (), (ValueError, None, None))
    record.status_code = status
    console = next(handler for handler in logging.getLogger().handlers if handler.filters)  # as the settings say
    assert all(one.filter(record) for one in console.filters)
    assert bool(record.exc_info) is tells
