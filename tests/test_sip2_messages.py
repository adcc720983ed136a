"""SIP2 on paper: every message survives its line, and nothing damaged or smuggled does."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.sip2.layouts import LAYOUTS
from library.sip2.messages import BadMessage, Message, WrongChecksum, checksum_of, decode, encode, moment, stamp

NAMES = st.from_regex(r"[A-Z]{2}", fullmatch=True).filter(lambda name: name not in ("AY", "AZ"))
VALUES = st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="|"), max_size=40)


@st.composite
def messages(draw):
    code = draw(st.sampled_from(sorted(LAYOUTS)))
    letters = st.characters(min_codepoint=32, max_codepoint=126, blacklist_characters="|")
    fixed = {name: draw(st.text(letters, min_size=width, max_size=width)) for name, width in LAYOUTS[code]}
    return Message(code, fixed, tuple(draw(st.lists(st.tuples(NAMES, VALUES), max_size=6))))


@given(messages(), st.integers(0, 9))
def test_what_is_written_is_read(message, number):
    received = decode(encode(message, number))
    assert (received.message, received.sequence, received.checked) == (message, number, True)


@given(messages())
def test_without_number_and_checksum_too(message):
    assert decode(encode(message, None)).message == message
    if message.fields and LAYOUTS[message.code]:
        plain = encode(message, None, checksum=False)
        if not plain.rstrip().endswith(b" "):
            assert decode(plain).sequence is None


@given(messages(), st.data())
def test_one_changed_byte_is_noticed(message, data):
    line = bytearray(encode(message, 3))
    place = data.draw(st.integers(0, len(line) - 10))  # before AY3AZxxxx
    line[place] ^= 1
    with pytest.raises(BadMessage):
        decode(bytes(line))


@given(st.binary(max_size=200))
def test_noise_is_refused_and_breaks_nothing(noise):
    with contextlib.suppress(BadMessage):
        assert decode(noise).message.code in LAYOUTS


def test_a_line_of_the_standard():
    assert encode(Message("97"), None) == b"97AZFEF5\r"
    assert checksum_of(b"9900802.00AY1AZ") == b"FCA0"


@pytest.mark.parametrize("value", ["a|b", "a\rb", "a\nb", "a\x00b"])
def test_a_value_cannot_smuggle_a_field_or_a_line(value):
    with pytest.raises(BadMessage):
        encode(Message("17", {"at": " " * 18}, (("AB", value),)))


def test_what_is_wrong_is_said():
    with pytest.raises(BadMessage):
        encode(Message("17", {"at": "short"}))
    with pytest.raises(BadMessage):
        encode(Message("17", {"at": " " * 18}, (("AY", "1"),)))
    with pytest.raises(BadMessage):
        encode(Message("55"))
    with pytest.raises(BadMessage):
        encode(Message("17", {"at": " " * 18}, (("AB", "é"),)), encoding="ascii")
    with pytest.raises(BadMessage):
        decode(b"17short")
    with pytest.raises(WrongChecksum):
        decode(b"97AZFEF6\r")
    with pytest.raises(BadMessage):
        decode(b"1" * 20_000)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_survives_to_the_second(naive):
    there = naive.replace(microsecond=0, tzinfo=UTC)
    zone = ZoneInfo("Asia/Tokyo")  # without a summer time, whose doubled hour no stamp can tell apart
    assert moment(stamp(there, zone), zone) == there


def test_dates_as_library_systems_write_them():
    day = datetime(2026, 3, 4, 23, 59, 59, tzinfo=UTC)
    assert moment("2026-03-04", UTC) == moment("20260304", UTC) == day
    assert moment("20260304   Z120000", ZoneInfo("Asia/Tokyo")) == day - timedelta(hours=11, minutes=59, seconds=59)
    assert moment("2026-03-04 12:00", UTC) == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert moment("soon", UTC) is None and moment("", UTC) is None
