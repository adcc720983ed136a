"""Names of the whole world on paper: the order of the letters, how they join, and a font that has them."""

from __future__ import annotations

import io
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.tables import fonts, scripts
from config.tables.wrapping import wrapped


@pytest.fixture(autouse=True)
def registered():
    fonts.register()


def fonts_of(text):
    return [run.font for run in fonts.runs(text, fonts.REGULAR) if run.text.strip()]


def drawn(text):
    """What stands on the line from left to right, as single letters of the font."""
    return "".join(str(run.shaped()) for run in fonts.runs(text, fonts.REGULAR))


def test_hebrew_runs_to_the_left_and_what_is_in_it_to_the_right():
    assert drawn("שלום") == "םולש"
    assert drawn("אבג 12 (דה)") == "(הד) 12 גבא"
    assert drawn("Tel Aviv שלום") == "Tel Aviv םולש"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ada שלום (1001)", "Ada (1001) םולש"),
        ("Ada שלום (דה) x", "Ada (הד) םולש x"),
        ("שלום Smith (A-12)", "Smith (A-12) םולש"),
        ("שלום (s-12) [דה]", "[הד] (s-12) םולש"),
        ("Tel Aviv (שלום) [12]", "Tel Aviv (םולש) [12]"),
        ("שלום [a (b) c]", "[a (b) c] םולש"),
        ("שלום «אב»", "«בא» םולש"),
    ],
)
def test_brackets_stay_around_what_they_hold(text, shown):
    assert drawn(text) == shown


def test_arabic_letters_join():
    """Muhammad in the shapes that stand at an end, in the middle and at a beginning."""
    names = [unicodedata.name(letter) for letter in drawn("محمد")]
    assert [name.split()[-2] for name in names] == ["FINAL", "MEDIAL", "MEDIAL", "INITIAL"]
    assert [name.split()[2] for name in names] == ["DAL", "MEEM", "HAH", "MEEM"]


def test_persian_non_joiner_parts_what_would_join():
    assert drawn("می\u200cخ") != drawn("میخ")


@pytest.mark.parametrize(
    ("text", "font"),
    [
        ("प्रिया शर्मा", "NotoSansDevanagari[wdth,wght]"),
        ("রবীন্দ্রনাথ", "HindSiliguri-Regular"),
        ("தமிழ்", "NotoSansTamil[wdth,wght]"),
        ("తెలుగు", "NotoSansTelugu[wdth,wght]"),
        ("สมชาย น้ำ", "NotoSansThai[wdth,wght]"),
        ("ភាសាខ្មែរ", "NotoSansKhmer[wdth,wght]"),
        ("محمد", "DejaVuSans"),
        ("Ελένη Кирилл Łukasz", "DejaVuSans"),
        ("김민수", "HYGothic-Medium"),
    ],
)
def test_each_script_has_a_font_with_its_letters(text, font):
    assert set(fonts_of(text)) == {font}
    assert ".notdef" not in repr(drawn(text))


def test_indic_conjunct_is_one_shape_and_its_vowel_stands_before_it():
    """The font has a glyph for प्र without a letter of its own: reportlab gives it one from the private use area."""
    shaped = drawn("प्रि")
    assert len(shaped) == 2
    assert all(unicodedata.category(letter) == "Co" for letter in shaped)


def test_bold_names_keep_their_script():
    assert [run.font for run in fonts.runs("शर्मा", fonts.BOLD)] == ["NotoSansDevanagari[wdth,wght]"]


def test_letter_without_a_font_is_a_box_and_no_breakdown(caplog):
    assert fonts_of("\U000e0fff") == [fonts.REGULAR]
    assert "No font on this machine" in caplog.text


def test_line_is_never_broken_between_a_letter_and_its_marks():
    for line in wrapped("ผู้ใหญ่น้ำกิ๊ฟผู้ใหญ่น้ำกิ๊ฟ", fonts.REGULAR, 8, 12)[1:]:
        assert not unicodedata.category(line[0]).startswith("M") and line[0] != "\u0e33"


WORLD = st.text(alphabet="aé1( אבשּׁ مح\u064e\u200c\u200d क्षि नํ้ำ กู漢김")


@given(WORLD)
def test_nothing_is_lost_and_width_is_that_of_the_pieces(text):
    text = unicodedata.normalize("NFC", text)
    runs = fonts.runs(text, fonts.REGULAR)
    assert sorted("".join(run.text for run in runs).translate(MIRRORED)) == sorted(text.translate(MIRRORED))
    assert fonts.width(text, fonts.REGULAR, 8) == pytest.approx(sum(run.width(8) for run in runs))
    assert "".join(scripts.clusters(text)) == text


MIRRORED = str.maketrans(")", "(")


@given(WORLD)
def test_whatever_is_written_can_be_drawn(text):
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    pen = Canvas(out)
    fonts.draw(pen, 10, 10, text, fonts.BOLD, 8)
    pen.save()
    assert out.getvalue().startswith(b"%PDF-")
