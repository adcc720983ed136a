"""SIP2 on paper: every message survives its line, and nothing damaged or smuggled does."""

from __future__ import annotations

import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from library.sip2.client.number_matching import is_same, means
from library.sip2.codec.dates import moment, stamp
from library.sip2.codec.framing import Answers, Questions
from library.sip2.codec.layouts import LAYOUTS
from library.sip2.codec.messages import (
    BadLine,
    Message,
    Unknown,
    WrongChecksum,
    checksum_of,
    decode,
    encode,
    ends_in_trailer,
    write,
)

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
    with pytest.raises(BadLine):
        decode(bytes(line))


@given(st.binary(max_size=200))
def test_noise_is_refused_and_breaks_nothing(noise):
    with contextlib.suppress(BadLine):
        assert decode(noise).message.code in LAYOUTS


def test_a_line_of_the_standard():
    assert encode(Message("97"), None) == b"97AZFEF5\r"
    assert checksum_of(b"9900802.00AY1AZ") == b"FCA0"


@pytest.mark.parametrize("value", ["a|b", "a\rb", "a\nb", "a\x00b"])
def test_a_value_cannot_smuggle_a_field_or_a_line(value):
    with pytest.raises(BadLine):
        encode(Message("17", {"at": " " * 18}, (("AB", value),)))


def test_what_is_wrong_is_said():
    with pytest.raises(BadLine):
        encode(Message("17", {"at": "short"}))
    with pytest.raises(BadLine):
        encode(Message("17", {"at": " " * 18}, (("AY", "1"),)))
    with pytest.raises(BadLine):
        encode(Message("55"))
    with pytest.raises(BadLine):
        encode(Message("17", {"at": " " * 18}, (("AB", "é"),)), encoding="ascii")
    with pytest.raises(BadLine):
        decode(b"17short")
    with pytest.raises(WrongChecksum):
        decode(b"97AZFEF6\r")
    with pytest.raises(BadLine):
        decode(b"1" * 20_000)


ENCODINGS = st.sampled_from(["utf-8", "ascii", "iso-8859-1", "cp850"])
ANYTHING = st.builds(
    Message,
    st.sampled_from(sorted(LAYOUTS)),
    st.dictionaries(st.sampled_from(["ok", "at", "language", "status", "charged"]), st.text(max_size=30), max_size=3),
    st.lists(st.tuples(st.text(max_size=3), st.text(max_size=400)), max_size=6).map(tuple),
)


@given(ANYTHING, ENCODINGS, st.one_of(st.none(), st.integers(0, 9)), st.booleans())
def test_an_answer_can_always_be_written_and_read(message, encoding, number, checked):
    line = write(message, number, checksum=checked, encoding=encoding)
    assert line.endswith(b"\r") and line.count(b"\r") == 1 and b"\n" not in line
    assert decode(line, encoding=encoding).message.code == message.code


@given(messages(), st.integers(0, 9))
def test_what_can_be_sent_as_it_stands_is_written_as_it_stands(message, number):
    assert write(message, number) == encode(message, number)


def test_letters_that_an_encoding_lacks_become_plain_ones():
    title = (("AJ", "Žižek – “Łódź” ﬁn 図書館 ß Ø"),)
    line = write(Message("18", {}, title), None, checksum=False, encoding="ascii")
    assert b'AJZizek - "Lodz" fin ??? ss O|' in line
    assert "Žižek" in write(Message("18", {}, title), None, encoding="utf-8").decode()


@given(st.binary(max_size=300), ENCODINGS)
def test_the_reader_of_lines_raises_nothing_but_bad_message(noise, encoding):
    for line in (noise, b"64" + noise, b"11" + noise + b"|AY1AZ0000"):
        with contextlib.suppress(BadLine):
            decode(line, encoding=encoding)


@given(st.binary(max_size=400), st.integers(1, 30))
def test_bytes_in_pieces_are_the_same_lines(noise, size):
    def lines(step):
        cutter = Questions(100)
        return [line for at in range(0, len(noise), step) for line in cutter.add(noise[at : at + step])]

    assert lines(size) == lines(1)


@given(st.lists(messages(), min_size=1, max_size=4), st.integers(1, 50), st.sampled_from([b"\r", b"\n", b"\r\n"]))
def test_answers_in_pieces_are_the_same_answers(sent, size, end):
    stream = b"".join(encode(message, number).rstrip(b"\r") + end for number, message in enumerate(sent))
    reader, heard = Answers(), []
    for at in range(0, len(stream), size):
        reader.add(stream[at : at + size])
        while line := reader.line():
            heard.append(decode(line).message)
    assert heard == sent


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader_of_answers(noise):
    reader = Answers()
    reader.add(noise)
    for _time in range(500):
        if reader.line() is None and reader.guess() is None:
            break
    assert reader.is_likely in (True, False)


def test_a_break_in_somebody_s_words_is_no_end():
    line = write(Message("64", {}, (("AF", "see desk"), ("BL", "Y"))), 3).replace(b"see desk", b"see\r\ndesk\n24 hours")
    trailer = line.index(b"AZ") + 2
    line = line[:trailer] + checksum_of(line[:trailer]) + b"\r"
    reader = Answers()
    reader.add(line)
    assert decode(reader.line() or b"").message.get("AF") == "see  desk 24 hours"


@pytest.mark.parametrize("line", [b"x", b"hello world", b"", b"55abc", b"\xff\xfb\x01", b"ACME|AB1|"])
def test_stray_text_is_known_for_what_it_is(line):
    with pytest.raises(Unknown):
        decode(line)


def test_a_barcode_that_looks_like_a_checksum_is_a_barcode():
    line = b"17" + b" " * 18 + b"AOx|ABAZ1234|"
    assert decode(line).message.get("AB") == "AZ1234" and not ends_in_trailer(line)
    assert decode(line.removesuffix(b"|")).message.get("AB") == "AZ1234"


@pytest.mark.parametrize(
    ("said", "asked", "same", "meant"),
    [
        (" S-ADA ", "s-ada", True, True),
        ("000123", "123", False, True),
        ("LIB.000123", "123", False, True),
        ("123", "lib:00123", False, True),
        ("1123", "123", False, False),
        ("B-1", "B-2", False, False),
        ("", "", False, False),
        ("", "B-1", False, False),
    ],
)
def test_two_writings_of_one_number(said, asked, same, meant):
    assert (is_same(said, asked), means(said, asked)) == (same, meant)


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)))
def test_a_moment_survives_to_the_second(naive):
    there = naive.replace(microsecond=0, tzinfo=UTC)
    zone = ZoneInfo("Asia/Tokyo")  # without a summer time, whose doubled hour no stamp can tell apart
    assert moment(stamp(there, zone), zone) == there


@given(st.text(max_size=40), st.sampled_from(["", "%d/%m/%Y", "%Q", "nonsense"]))
def test_no_text_breaks_the_reader_of_dates(text, form):
    found = moment(text, UTC, form)
    assert found is None or 1970 <= found.year < 3000


BERLIN = ZoneInfo("Europe/Berlin")
LATE = datetime(2026, 12, 20, 23, 59, tzinfo=BERLIN)
DAY = datetime(2026, 12, 20, 23, 59, 59, tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("20261220    235900", LATE),
        ("20261220   Z225900", LATE),
        ("20261220 CET235900", LATE),
        ("20261220CEST235900", LATE - timedelta(hours=1)),
        ("20261220 EST175900", LATE),
        ("20261220 +01235900", LATE),
        ("20261220+0100235900", LATE),
        ("20261220-0500175900", LATE),
        ("20261220-500175900", LATE),
        ("20261220  -5175900", LATE),
        ("20261220 UTC+1 23:59", LATE),
        ("20261220   E035900", LATE - timedelta(days=1)),
        ("20261220 XYZ235900", LATE),
        ("20261220235900", LATE),
        ("202612202359", LATE),
        ("20261220", DAY),
        ("20261220    ", DAY),
        ("2026-12-20", DAY),
        ("2026-12-20 23:59", LATE),
        ("2026-12-20T22:59:00Z", LATE),
        ("2026-12-20T23:59:00.000+01:00", LATE),
        ("20.12.2026", DAY),
        ("20.12.26 23:59", LATE),
        ("20/12/2026", DAY),
        ("20/12/2026 23:59:00", LATE),
        ("12/20/2026 11:59 PM", LATE),
        ("12-20-2026", DAY),
        ("20 Dec 2026", DAY),
        ("20-DEC-2026", DAY),
        ("Dec 20, 2026", DAY),
        ("Sunday, December 20, 2026 at 11:59pm", LATE),
        ("05/06/2026", None),
        ("00010101    000000", None),
        ("99991231    235959", None),
        ("20261320    235900", None),
        ("soon", None),
        ("", None),
    ],
)
def test_dates_as_library_systems_write_them(text, when):
    assert moment(text, BERLIN) == when


def test_a_date_in_the_format_that_was_told():
    assert moment("05/06/2026", UTC, "%d/%m/%Y") == datetime(2026, 6, 5, 23, 59, 59, tzinfo=UTC)
    assert moment("05/06/2026", UTC, "%m/%d/%Y") == datetime(2026, 5, 6, 23, 59, 59, tzinfo=UTC)
    assert moment("05/06/26  14.30", UTC, "%d/%m/%y %H.%M") == datetime(2026, 6, 5, 14, 30, tzinfo=UTC)
    assert moment("20261220    235900", BERLIN, "%d/%m/%Y") == LATE, "where it does not fit, the usual ways are tried"
