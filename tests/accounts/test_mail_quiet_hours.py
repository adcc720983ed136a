"""Quiet hours: over midnight, through the nights when the clocks change, and for every moment of a year."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ImproperlyConfigured
from hypothesis import given
from hypothesis import strategies as st

from accounts.mail import outbox, send_time, sending
from accounts.mail.quiet_hours import after_quiet, is_quiet
from accounts.models import OutgoingMail
from config.ops import env
from tests.support.mailing import DUTY, NEWS, only

ROME = ZoneInfo("Europe/Rome")  # 2026: forward on 29 March at 02:00, back on 25 October at 03:00
NIGHT = (time(21), time(7))


def rome(day, clock, fold=0):
    return datetime.fromisoformat(f"{day}T{clock}").replace(tzinfo=ROME, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("at", "goes"),
    [
        (rome("2026-03-02", "20:59"), rome("2026-03-02", "20:59")),
        (rome("2026-03-02", "21:00"), rome("2026-03-03", "07:00")),
        (rome("2026-03-02", "23:59"), rome("2026-03-03", "07:00")),
        (rome("2026-03-03", "00:00"), rome("2026-03-03", "07:00")),
        (rome("2026-03-03", "06:59"), rome("2026-03-03", "07:00")),
        (rome("2026-03-03", "07:00"), rome("2026-03-03", "07:00")),
        (rome("2026-03-28", "22:00"), rome("2026-03-29", "07:00")),  # nine hours by the clock, eight in truth
        (rome("2026-10-24", "22:00"), rome("2026-10-25", "07:00")),  # ten in truth
    ],
)
def test_the_night_goes_over_midnight_and_by_the_clock_on_the_wall(at, goes):
    assert after_quiet(at, NIGHT, ROME) == goes


def test_a_night_that_is_an_hour_shorter_or_longer():
    spring, autumn = rome("2026-03-28", "22:00"), rome("2026-10-24", "22:00")
    assert after_quiet(spring, NIGHT, ROME) - spring == timedelta(hours=9) - timedelta(hours=1)
    assert after_quiet(autumn, NIGHT, ROME) - autumn == timedelta(hours=9) + timedelta(hours=1)


def test_a_night_that_ends_in_an_hour_that_does_not_exist_ends_after_it():
    assert after_quiet(rome("2026-03-29", "01:00"), (time(21), time(2, 30)), ROME) == rome("2026-03-29", "03:30")


def test_a_night_that_ends_in_an_hour_that_comes_twice_is_quiet_in_both():
    hours = (time(21), time(2, 30))
    assert after_quiet(rome("2026-10-25", "02:10"), hours, ROME) == rome("2026-10-25", "02:30")
    assert after_quiet(rome("2026-10-25", "02:10", fold=1), hours, ROME) == rome("2026-10-25", "02:30", fold=1)


def test_hours_within_one_day():
    noon = (time(12), time(14))
    assert after_quiet(rome("2026-03-02", "13:00"), noon, ROME) == rome("2026-03-02", "14:00")
    assert not is_quiet(rome("2026-03-02", "23:00"), noon, ROME)


def test_no_quiet_hours_at_all():
    assert after_quiet(rome("2026-03-02", "03:00"), None, ROME) == rome("2026-03-02", "03:00")


clocks = st.times().map(lambda clock: clock.replace(second=0, microsecond=0))
moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda at: at.replace(tzinfo=UTC))
ZONES = ["Europe/Rome", "UTC", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu"]


@given(moments, clocks, clocks, st.sampled_from(ZONES).map(ZoneInfo))
def test_whatever_the_hour_it_goes_out_later_and_never_in_the_quiet(at, begin, end, zone):
    if begin == end:
        return
    goes = after_quiet(at, (begin, end), zone)
    assert at <= goes <= at + timedelta(days=2)
    assert not is_quiet(goes, (begin, end), zone)
    assert goes == at or is_quiet(at, (begin, end), zone)


# --- in the outbox ------------------------------------------------------------------------------


@pytest.fixture
def night(settings):
    settings.TIME_ZONE, settings.MAIL_QUIET_HOURS = "Europe/Rome", NIGHT
    with only():
        yield


def test_only_kinds_that_obey_wait_for_the_morning(night):
    at = rome("2026-03-02", "23:00")
    assert send_time.earliest(NEWS, at) == rome("2026-03-03", "07:00")
    assert send_time.earliest(DUTY, at) == at


def test_what_was_late_at_night_waits_although_it_is_due(night, ada):
    """The server was down until midnight, or somebody has changed the hours: it is looked at again before sending."""
    for kind in (NEWS, DUTY):
        outbox.enqueue(kind.code, key=kind.code, person=ada, context={"name": "Ada", "news": "x"})
    midnight = rome("2027-01-10", "00:00")
    OutgoingMail.objects.update(not_before=midnight - timedelta(hours=4))
    sending.deliver_due(midnight)
    news, duty = OutgoingMail.objects.get(key=NEWS.code), OutgoingMail.objects.get(key=DUTY.code)
    assert duty.state == "sent"
    assert (news.state, news.tries, news.not_before) == ("waiting", 0, rome("2027-01-10", "07:00"))
    sending.deliver_due(rome("2027-01-10", "07:00"))
    news.refresh_from_db()
    assert news.state == "sent"


@pytest.mark.parametrize("value", ["21:00", "21-7", "25:00-07:00", "21:00-21:00", "21:60-07:00", "night"])
def test_hours_that_cannot_be_read_are_refused_by_name(monkeypatch, value):
    monkeypatch.setenv("MAIL_QUIET_HOURS", value)
    with pytest.raises(ImproperlyConfigured, match="MAIL_QUIET_HOURS"):
        env.clock_span("MAIL_QUIET_HOURS", "")


def test_hours_as_they_are_written(monkeypatch):
    monkeypatch.setenv("MAIL_QUIET_HOURS", " 21:00 - 07:30 ")
    assert env.clock_span("MAIL_QUIET_HOURS", "") == (time(21), time(7, 30))
    monkeypatch.setenv("MAIL_QUIET_HOURS", "")
    assert env.clock_span("MAIL_QUIET_HOURS", "21:00-07:00") is None
