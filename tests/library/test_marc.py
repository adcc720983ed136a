"""MARC 21 as other systems write it: every damage that they report costs as little as possible."""

from __future__ import annotations

import io
from contextlib import suppress
from unicodedata import normalize

import hypothesis
import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Refused
from config.tables.incoming.cells import is_error, plain
from library.catalogue import exports
from library.catalogue.formats import detection
from library.catalogue.formats.incoming_records import LONGEST, Draft, Unread, fitted
from library.catalogue.imports import take
from library.models import Copy, Title
from library.rules import isbn
from tests.support.library import book
from tests.support.marc import CASES, FIELD_END, RECORD_END, SUBFIELD, marc, record

# How a file is read is Python: what its values become is asked of each database by test_cases_*.py.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

CAFE = ("245", b"aCaf\xe9 society")


def drafts(data):
    return list(detection.records(io.BytesIO(data)))


def imported(data, *, dry_run=False):
    """The verdicts; a dry run before it must say the same."""
    dry = [verdict.as_dict() for verdict in take(io.BytesIO(data), dry_run=True)]
    if dry_run:
        return dry
    told = list(take(io.BytesIO(data), dry_run=False))
    assert [verdict.as_dict() for verdict in told] == dry
    return told


def codes(verdicts):
    return [verdict.code for verdict in verdicts]


def case(name):
    return (CASES / name).read_bytes()


# --- letters ------------------------------------------------------------------------------------


def test_latin_1_under_a_leader_of_marc_8_is_read_as_windows_1252():
    [verdict] = imported(case("m_sp_latin1.mrc"))
    assert Title.objects.get().title == "Café society"
    assert "Windows-1252" in verdict.sentence


@pytest.mark.parametrize("there", ["Café society", "Cafe society: a history", "Café Society"])
def test_a_doubtful_reading_overwrites_no_title(there):
    Title.objects.create(title=there, source_key="marc:|15")
    [verdict] = imported(case("m_sp_latin1.mrc"))
    assert Title.objects.get().title == there
    assert verdict.code == "same"


def test_a_doubtful_reading_brings_its_copies_all_the_same():
    Title.objects.create(title="Cafe society", source_key="marc:x|1")
    [verdict] = imported(marc(("003", "x"), CAFE, ("952", "pC-1")))
    assert (verdict.code, Copy.objects.get().title.title) == ("changed", "Cafe society")


@pytest.mark.parametrize("leader_09", [" ", "a"])
@pytest.mark.parametrize(
    ("title", "language"),
    [
        ("Vida y obra de García Lorca", "   "),
        ("El año de la mañana", "spa"),
        ("Niño", "   "),
        ("España", "   "),
        ("L’école des femmes", "fre"),
        ("Étude générale", "   "),
        ("Über die Länder", "ger"),
        ("Männer", "ger"),
        ("São Paulo", "por"),
        ("Noël à la bibliothèque", "   "),
        ("Groß und klein", "ger"),
        ("¿Qué pasó?", "spa"),
    ],
)
def test_western_letters_of_windows_1252_are_read_whatever_the_leader_says(title, language, leader_09):
    fixed = ("008", f"{'':35}{language}")
    [draft] = drafts(marc(fixed, ("245", b"a" + title.encode("cp1252")), leader_09=leader_09))
    assert draft.title == title
    assert draft.doubtful
    assert "Windows-1252" in " ".join(draft.notes)


@pytest.mark.parametrize(
    ("letters", "title", "language"),
    [
        (b"Dvo\xe9r\xe2ak", "Dvořák", "eng"),
        (b"Histoire du th\xe2e\xe3atre", "Histoire du théâtre", "fre"),
        (b"M\xe8uller \xe8uber", "Müller über", "ger"),
        (b"Se\xe4nor", "Señor", "spa"),
        (b"\xe9Capek", "Čapek", "cze"),
        (b"Pou\xe9s\xe9t", "Poušť", "cze"),
        (b"Ksi\xf1a\xe7zka", "Książka", "pol"),
        (b"\xb1\xe2od\xe2z", "łódź", "pol"),
        (b"\xebi\xecu", "i\ufe20u\ufe21", "rus"),
    ],
)
@pytest.mark.parametrize("leader_09", [" ", "a"])
def test_marc_8_stays_marc_8_whatever_the_leader_says(letters, title, language, leader_09):
    fixed = ("008", f"{'':35}{language}")
    [draft] = drafts(marc(fixed, ("245", b"a" + letters), leader_09=leader_09))
    assert draft.title == normalize("NFC", title)
    assert draft.doubtful == (leader_09 == "a")


def test_utf_8_is_utf_8_and_the_verdict_says_so_where_the_leader_does_not():
    quiet, told = drafts(marc(("245", "aÉmile"), leader_09="a") + marc(("245", "aÉmile"), key="2"))
    assert (quiet.title, told.title) == ("Émile", "Émile")
    assert (quiet.notes, told.doubtful) == ([], False)
    assert "UTF-8" in told.notes[0]


def test_each_record_and_each_field_has_an_encoding_of_its_own():
    mixed = marc(("245", b"a" + "Müller".encode("cp1252")), ("100", "aÉmile"), leader_09="a")
    first, second, third = drafts(mixed + marc(CAFE, key="2") + marc(("245", "aÆther"), key="3"))
    assert (first.title, first.authors) == ("Müller", "Émile")
    assert (second.title, third.title) == ("Café society", "Æther")


@pytest.mark.parametrize(
    ("title", "language", "encoding"),
    [("Książka o łodzi", "pol", "cp1250"), ("Příběh", "cze", "cp1250"), ("Çağdaş şiir", "tur", "cp1254")],
)
def test_code_pages_of_eastern_languages_are_never_taken_for_western_ones(title, language, encoding):
    fixed = ("008", f"{'':35}{language}")
    [read] = drafts(marc(fixed, ("245", b"a" + title.encode(encoding))))
    assert isinstance(read, Unread) or read.doubtful


@pytest.mark.parametrize("title", ["“Quoted”—and l’été…", "Don’t", "Smith–Müller", "ÉCOLE", "Ångström 5 µm ½"])
def test_signs_of_windows_1252_are_read(title):
    [draft] = drafts(marc(("245", b"a" + title.encode("cp1252"))))
    assert draft.title == title


@pytest.mark.parametrize("encoding", ["cp1251", "cp866", "koi8-r", "iso8859-7"])
def test_letters_of_another_alphabet_are_never_taken_for_western_ones(encoding):
    text = "Ελληνική ιστορία" if encoding == "iso8859-7" else "Русская история и культура"
    for leader_09 in " a":
        [read] = drafts(marc(("245", b"a" + text.encode(encoding)), leader_09=leader_09))
        assert isinstance(read, Unread)
        assert "characters" in read.why


def test_letters_of_a_field_that_is_not_used_spoil_nothing():
    [draft] = drafts(marc(("245", "aEmma"), ("520", b"a\x81\x8d\xff\xff\xff"), leader_09="a"))
    assert (draft.title, draft.notes) == ("Emma", [])


# --- structure ----------------------------------------------------------------------------------


def test_lengths_counted_in_characters_cut_nothing_off():
    first, second = drafts(case("m_chars.mrc"))
    assert first.title == "Élève, école et été: une étude"
    assert (first.isbn, first.publisher, first.year) == ("9782070360024", "Éditions Été", 1999)
    assert first.subjects == "Éducation"
    assert "directory" in first.notes[0]
    assert (second.title, second.notes) == ("After the odd one", [])


def fields_of_emma():
    said = [("245", "aEmmà"), ("100", "aAusten, Jané"), ("952", "pÉ1/oShélf"), ("952", "p31234000650142")]
    return [("001", b"7"), *((tag, b"  " + SUBFIELD + text.replace("/", "\x1f").encode()) for tag, text in said)]


@pytest.mark.parametrize("factor", ["characters", "one too short", "nothing"])
def test_fields_end_at_their_terminators_whatever_the_directory_says(factor):
    fields = fields_of_emma()
    lengths = {
        "characters": [len(value.decode()) + 1 for _tag, value in fields],
        "one too short": [len(value) for _tag, value in fields],
        "nothing": [0 for _tag, value in fields],
    }[factor]
    [draft] = drafts(record(fields, leader_09="a", lengths=lengths))
    assert (draft.title, draft.authors) == ("Emmà", "Austen, Jané")
    assert [copy.barcode for copy in draft.copies] == ["É1", "31234000650142"]
    assert draft.notes


def test_fields_in_another_order_than_their_directory_are_found():
    fields = fields_of_emma()
    sound = record(fields, leader_09="a")
    base = 24 + 12 * len(fields)
    entries = [sound[24 + 12 * place : 36 + 12 * place] for place in range(len(fields))]
    turned = sound[:24] + b"".join(reversed(entries)) + sound[base:]
    [draft] = drafts(turned)
    assert (draft.title, draft.notes) == ("Emmà", [])


@pytest.mark.parametrize("length", ["     ", "0000x", "99999", "00000", "     "])
def test_a_record_without_its_length_spoils_nothing(length):
    fields = [("001", b"9"), ("245", b"10" + SUBFIELD + b"aEmma")]
    sound = marc(("245", "aBefore")), marc(("245", "aAfter"), key="3")
    read = drafts(sound[0] + record(fields, said=length) + sound[1])
    assert [draft.title for draft in read] == ["Before", "Emma", "After"]


def test_a_file_may_begin_with_a_record_without_its_length():
    fields = [("001", b"9"), ("245", b"10" + SUBFIELD + b"aEmma")]
    assert [draft.title for draft in drafts(record(fields, said="     "))] == ["Emma"]


@pytest.mark.parametrize("between", [b"\r\n", b"\n\n", b"\0\0", b" \r\n", b"\x1a", b"\xef\xbb\xbf"])
def test_what_stands_between_records_costs_nothing(between):
    read = drafts(between + marc(("245", "aOne")) + between + marc(("245", "aTwo"), key="2") + between)
    assert [draft.title for draft in read] == ["One", "Two"]


def test_junk_between_records_is_named_and_costs_no_record():
    one, junk, two = drafts(marc(("245", "aOne")) + b"*** page 2 ***\r\n" + marc(("245", "aTwo"), key="2"))
    assert (one.title, two.title) == ("One", "Two")
    assert "not a MARC record" in junk.why


@pytest.mark.parametrize("left", [30, 60, 75, 90])
def test_a_record_that_is_cut_off_does_not_take_the_next_one_with_it(left):
    whole = marc(("245", "aThe first one, long enough"), ("100", "aSomebody"))
    cut, sound = drafts(whole[:left] + marc(("245", "aTwo"), key="2"))
    assert isinstance(cut, Unread)
    assert sound.title == "Two"


def test_only_the_last_sign_is_missing():
    whole = marc(("245", "aWhole"), ("100", "aSomebody"))
    [draft] = drafts(whole.removesuffix(RECORD_END))
    assert (draft.title, draft.authors) == ("Whole", "Somebody")
    [draft] = drafts(whole.removesuffix(FIELD_END + RECORD_END) + RECORD_END)
    assert draft.authors == "Somebody"


def test_a_long_directory_is_recognised_by_its_leader():
    big, other = drafts(case("dir4k_first.mrc"))
    assert (big.title, len(big.copies)) == ("Textbook with many copies", 345)
    assert other.title == "Other book"


def test_a_record_longer_than_marc_allows_is_read_to_its_end():
    holdings = [("952", f"p{number:014}/oShelf {number}") for number in range(5000)]
    [draft] = drafts(_overflowing(marc_fields(("245", "aMany copies"), *holdings)))
    assert (draft.title, len(draft.copies)) == ("Many copies", 5000)


def marc_fields(*fields):
    return [("001", b"1"), *((tag, b"  " + SUBFIELD + text.replace("/", "\x1f").encode()) for tag, text in fields)]


def _overflowing(fields):
    """Starts of five digits begin again at nothing."""
    directory, start = "", 0
    for tag, value in fields:
        directory += f"{tag}{len(value) + 1:04}{start % 100_000:05}"
        start += len(value) + 1
    body = b"".join(value + FIELD_END for _tag, value in fields)
    return f"99999nam a2299999   4500{directory}".encode() + FIELD_END + body + RECORD_END


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\r\n \0", "empty_file"),
        (b"\x1f\x8b\x08\0\0\0\0\0", "packed_file"),
        (b"=LDR  00000nam a2200000 a 4500\n=245  10$aEmma", "marc_as_text"),
        (b"\x89PNG\r\n\x1a\n\0\0", "unknown_format"),
    ],
)
def test_what_is_no_catalogue_is_refused_by_its_name(data, code):
    with pytest.raises(Refused) as refused:
        drafts(data)
    assert refused.value.code == code


def test_unimarc_is_named_whatever_its_letters_are():
    [read] = drafts(marc(("200", b"a\x8c\xd0\x80\x81")))
    assert "UNIMARC" in read.why


# --- which book is it ---------------------------------------------------------------------------


def test_two_vendors_with_the_same_number_do_not_overwrite_each_other():
    for _turn in range(2):
        imported(case("m_vendorA.mrc"))
        imported(case("m_vendorB.mrc"))
    assert set(Title.objects.values_list("title", "isbn", "copies__barcode")) == {
        ("Atlas of Alpha", "9780306406157", "A-1"),
        ("Botany of Beta", "9780131103627", "B-1"),
    }
    [again] = imported(case("m_vendorB.mrc"))
    assert (again.code, len(again.notes)) == ("same", 1)


def test_two_books_with_one_number_in_one_file_are_two_titles():
    both = case("m_vendorA.mrc") + case("m_vendorB.mrc")
    assert codes(imported(both)) == ["new", "new"]
    assert codes(imported(both)) == ["same", "same"]
    assert codes(imported(both + both)) == ["same", "same", "again", "again"]


@pytest.mark.parametrize(
    "second",
    [
        (("245", "aEmma, a novel"), ("020", "a9780141439587")),
        (("245", "aEmma"),),
        (("245", "aEMMA /"),),
        (("245", "aQuite another title"), ("952", "pE-1")),
    ],
)
def test_isbn_title_or_barcode_tell_that_it_is_the_same_book(second):
    imported(marc(("245", "aEmma"), ("020", "a9780141439587"), ("952", "pE-1")))
    imported(marc(*second))
    assert Title.objects.count() == 1


def test_a_small_correction_of_a_title_is_the_same_book_and_another_volume_is_not():
    imported(marc(("245", "aIntroduction to chemistry, volume 1")))
    assert codes(imported(marc(("245", "aIntroduction to chemistri, volume 1")))) == ["changed"]
    assert codes(imported(marc(("245", "aIntroduction to chemistry, volume 2")))) == ["new"]


def test_a_number_with_its_owner_is_believed():
    imported(marc(("003", "DLC"), ("245", "aOld")))
    assert codes(imported(marc(("003", "DLC"), ("245", "aQuite new")))) == ["changed"]
    assert Title.objects.get().title == "Quite new"


@pytest.mark.parametrize("batch", [1, 2, 500])
def test_a_dry_run_says_the_same_across_batches(monkeypatch, batch):
    monkeypatch.setattr("library.catalogue.imports.BATCH", batch)
    one = (("245", "aOne"), ("020", "a9780141439587"), ("952", "pB-1"))
    file = (
        marc(*one)
        + marc(("245", "aTwo"), ("952", "pB-1"), ("952", "pB-2"))
        + marc(*one, ("952", "pB-3"))
        + marc(("245", "aThree"), ("020", "a9780141439587"), ("952", "pB-2"), key="3")
        + marc(("245", "aNo number"), ("020", "a9780141439587"), key="")
    )
    verdicts = imported(file)
    assert codes(verdicts) == ["new", "new", "again", "new", "new"]
    assert dict(Copy.objects.values_list("barcode", "title__title")) == {"B-1": "One", "B-2": "Two", "B-3": "One"}


# --- holdings -----------------------------------------------------------------------------------


def test_koha_says_what_is_withdrawn_lost_not_for_loan_and_on_loan():
    imported(case("m_koha.mrc"))
    assert dict(Copy.objects.values_list("barcode", "status")) == {
        "39999000000019": "withdrawn",
        "39999000000027": "lost",
        "39999000000035": "reference",
        "39999000000043": "on_loan",
    }


@pytest.mark.parametrize(
    ("holding", "status"),
    [
        ("pX1/00/10/70/40/50", "available"),
        ("pX1/02", "withdrawn"),
        ("pX1/14/q2027-01-01", "lost"),
        ("pX1/7-1", "reference"),
        ("pX1/51", "reference"),
        ("pX1/41", "available"),
        ("pX1/01/11/71/q2027-01-01", "withdrawn"),
    ],
)
def test_the_flags_of_koha(holding, status):
    imported(marc(("245", "aEmma"), ("952", holding)))
    assert Copy.objects.get().status == status


@pytest.mark.parametrize(
    ("holding", "status", "kind"),
    [
        ("bBR1/cStacks/jPR 823/gBook/pX1/xnonreference/xholdable/xcirculating/zAvailable", "available", "book"),
        ("bBR1/cStacks/jPR 823/gRef/pX1/xreference/xunholdable", "reference", "ref"),
        ("jPR 823/pX1/xnonreference/xcirculating/zChecked out/gDVD", "on_loan", "dvd"),
        ("jPR 823/pX1/xnonreference/zMissing", "lost", "book"),
        ("jPR 823/pX1/gsecond floor", "available", "book"),
    ],
)
def test_holdings_of_evergreen_and_others(holding, status, kind):
    imported(marc(("245", "aEmma"), ("852", holding)))
    copy = Copy.objects.select_related("title").get()
    assert (copy.status, copy.item_type, copy.title.call_number) == (status, kind, "PR 823")


def test_a_copy_that_is_here_keeps_its_status_and_the_verdict_says_so():
    lent = book("39999000000019", "Koha title", status="on_loan")
    book("39999000000027", "Koha title")
    lent.title.source_key = "marc:|5"
    lent.title.save()
    [verdict] = imported(case("m_koha.mrc"))
    assert Copy.objects.get(barcode="39999000000019").status == "on_loan"
    assert Copy.objects.get(barcode="39999000000027").status == "available"
    assert "39999000000027" in verdict.sentence


# --- ISBN ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "9780306406157",
        "978 0 306 40615 7",
        "978-0-306-40615-7 (pbk.)",
        "978‐0‐306‐40615‐7",
        "978–0–306–40615–7 (v. 2)",
        "978\u00a00\u00a0306\u00a040615\u00a07",
        "ISBN 978-0-306-40615-7",
        "ISBN-13: 9780306406157 : $25.00",
        "ISBN-10 0306406152",
        "0306406152 (pbk. : alk. paper) : £12.99",
        "(hbk.) 0-306-40615-2",
        "0306406152 9780306406157",
        "urn:isbn:9780306406157",
        "９７８０３０６４０６１５７",
        "978\u00ad0306406157 2nd ed. 2004",
    ],
)
def test_an_isbn_is_found_however_it_is_written(text):
    assert isbn.read(text) == "9780306406157"
    [draft] = drafts(marc(("245", "aEmma"), ("020", "a" + text.replace("/", " ")), leader_09="a"))
    assert (draft.isbn, draft.notes) == ("9780306406157", [])


@pytest.mark.parametrize("text", ["080442957x", "0-8044-2957-x (pbk.)", "ISBN 080442957X, vol. x"])
def test_the_last_sign_of_an_isbn_10_may_be_a_small_x(text):
    assert isbn.read(text) == "9780804429573"


@pytest.mark.parametrize("text", ["9780306406158", "2004 300 p. 25 cm", "", "12", "tel. 030 640 6153", "9.78E+12"])
def test_what_is_no_isbn_is_not_taken_for_one(text):
    assert isbn.read(text) is None


# --- MARCXML ------------------------------------------------------------------------------------

XML = (
    '{head}<collection xmlns="http://www.loc.gov/MARC21/slim"><record><controlfield tag="001">x1</controlfield>'
    '<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Prüfung &#233;t&#233;</subfield></datafield>'
    "</record></collection>"
)


def xml(name):
    return XML.format(head=f'<?xml version="1.0" encoding="{name}"?>\n')


def test_marcxml_in_utf_16_is_read():
    [draft] = drafts(case("x_utf16.xml"))
    assert draft.title == "Prüfung été"


@pytest.mark.parametrize(
    "data",
    [
        xml("UTF-16").encode("utf-16-le"),
        xml("UTF-16").encode("utf-16-be"),
        b"\xfe\xff" + xml("UTF-16").encode("utf-16-be"),
        xml("utf-8").encode("utf-16"),
        XML.format(head="").encode("utf-16"),
        XML.format(head="\n").encode("utf-16"),
        xml("utf-16").encode(),
        xml("utf-16").encode("utf-8-sig"),
        xml("utf-8").encode("utf-8-sig"),
        XML.format(head="").encode(),
        xml("ISO-8859-1").encode("latin-1"),
        xml("iso-8859-15").encode("iso-8859-15"),
        xml("windows-1252").encode("cp1252"),
        xml("GB18030").encode("gb18030"),
    ],
)
def test_marcxml_is_read_in_every_encoding_that_it_declares(data):
    [draft] = drafts(data)
    assert (draft.title, draft.key, draft.notes) == ("Prüfung été", "marc:|x1", [])


def test_other_letters_than_the_xml_declares_are_doubtful_and_another_alphabet_is_refused():
    [draft] = drafts(xml("utf-8").encode("cp1252"))
    assert (draft.title, draft.doubtful) == ("Prüfung été", True)
    assert "Windows-1252" in draft.notes[0]
    [read] = drafts(xml("utf-8").replace("Prüfung", "Русская").encode("cp1251"))
    assert isinstance(read, Unread)


@pytest.mark.parametrize("title", ["Größe", "Índice de poesía – “uno”", "Русская книга", "Łódź"])
@pytest.mark.parametrize("name", ["ISO-8859-1", "windows-1252", "us-ascii"])
def test_xml_in_utf_8_that_names_a_western_encoding_is_read_as_utf_8(name, title):
    [draft] = drafts(xml(name).replace("Prüfung &#233;t&#233;", title).encode())
    assert (draft.title, draft.doubtful) == (title, True)
    assert "read as UTF-8" in draft.notes[0]


@pytest.mark.parametrize("title", ["NESCAFÉ®", "“MENÜ”", "« LIBERTÉ »", "«LIBERTÉ»", "É»", "Ünü”"])
def test_western_letters_before_signs_are_never_taken_for_utf_8(title):
    [draft] = drafts(xml("ISO-8859-1").replace("Prüfung &#233;t&#233;", title).encode("cp1252"))
    assert (draft.title, draft.notes) == (title, [])


@pytest.mark.parametrize("name", ["utf-7", "idna", "x-nothing", "zip_codec"])
def test_an_encoding_that_nobody_knows_is_refused_with_a_sentence(name):
    with pytest.raises(Refused) as refused:
        drafts(xml(name).encode("ascii", "ignore"))
    assert refused.value.code == "xml_encoding"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8"])
def test_entities_are_refused_in_every_encoding(encoding):
    with pytest.raises(Refused) as refused:
        drafts('<!DOCTYPE c SYSTEM "file:///etc/passwd"><collection/>'.encode(encoding))
    assert refused.value.code == "xml_entities"


# --- at the doors -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(path.name for path in CASES.iterdir() if path.suffix in (".mrc", ".xml")))
def test_page_and_command_say_the_same_of_every_case(client, librarian, name):
    out = io.StringIO()
    call_command("import_catalogue", str(CASES / name), dry_run=True, stdout=out)
    verdicts = list(take(io.BytesIO(case(name)), dry_run=True))
    assert all(isinstance(read, Draft) for read in drafts(case(name)))
    client.force_login(librarian)
    with (CASES / name).open("rb") as file:
        page = client.post(reverse("library:import"), {"file": file}, follow=True)
    stage = page.context["stage"]
    listed = [note for row in stage.records.all() for note in row.notes]
    for note in (note for verdict in verdicts for note in verdict.notes):
        assert note in out.getvalue()
        assert note in listed
    client.post(reverse("library:import_act", args=[stage.pk, "apply"]))
    assert Title.objects.count() == len(verdicts)


# --- there and back -----------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=60) | st.lists(
    st.sampled_from(
        [
            "Emma",
            "...",
            " /",
            "; ",
            ",",
            ":",
            "=",
            "'",
            "’",
            "\n",
            "\t",
            "É",
            "e\u0301",
            "\u200b",
            "C++",
            ".",
            "“",
            '"',
            "(",
            "2001",
        ]
    ),
    max_size=6,
).map("".join)
# hypothesis takes words from our own code too: `#BEZUG!` is no title but a spreadsheet's error, and refused as one.
TEXTS = TEXTS.filter(lambda text: not is_error(text.strip()))


def export(name):
    return b"".join(exports.FORMATS[name][0]())


@pytest.mark.parametrize("name", exports.FORMATS)
@hypothesis.settings(max_examples=15, phases=[hypothesis.Phase.generate])
@given(rows=st.lists(st.tuples(*[TEXTS] * 10, st.integers(0, 9999)), min_size=5, max_size=12))
def test_whatever_stands_in_the_catalogue_comes_back_unchanged(name, rows):
    with transaction.atomic():
        columns = (
            "title",
            "authors",
            "edition",
            "publisher",
            "subjects",
            "call_number",
            "language",
            *exports.ORIGINALS,
        )
        for *texts, year in rows:
            facts = {column: text[: LONGEST[column]] for column, text in zip(columns, texts, strict=True)}
            if plain(fitted("title", facts["title"])).strip("'"):  # a title of signs that nobody sees is none
                Title.objects.create(**facts, year=year)
        verdicts = list(take(io.BytesIO(export(name)), dry_run=False))
        assert set(codes(verdicts)) <= {"same"}, [(verdict.code, verdict.title, verdict.notes) for verdict in verdicts]
        transaction.set_rollback(True)


EVERY_STATUS = ("available", "on_loan", "reference", "lost", "withdrawn")


@pytest.mark.parametrize("name", exports.FORMATS)
def test_an_export_fills_an_empty_site_that_exports_the_same(name):
    for path in CASES.iterdir():
        imported(path.read_bytes())
    for number, title in enumerate(["Wait...", "Trailing /", "=1+1", "'=1", "One; two", "Typed: by hand.", "＋plus"]):
        copy = book(f"Z-{number}", title, status=EVERY_STATUS[number % 5], location=f"Shelf; {title}")
        Title.objects.filter(pk=copy.title_id).update(language="english", year=number * 100, subjects=f"{title}\nTwo.")
    Title.objects.filter(title="Wait...").update(title_original="Ждите", authors_original="Первый; Второй; Третий")
    Copy.objects.filter(barcode="Z-1").update(price="12.50", acquired_on="2024-03-15", note="Gift; of the mayor")
    before = export(name)
    assert set(codes(imported(before))) <= {"same", "again"}
    assert export(name) == before
    Copy.objects.all().delete()
    Title.objects.all().delete()
    assert set(codes(imported(before))) <= {"new", "again"}
    assert export(name) == before


@pytest.mark.long
@pytest.mark.parametrize("name", exports.FORMATS)
def test_the_whole_catalogue_comes_back_unchanged(data, name):
    for path in sorted(path for path in (data / "catalog").rglob("*.*") if path.is_file()):
        with suppress(Refused):
            list(take(path.open("rb"), dry_run=False))
    before = export(name)
    assert set(codes(take(io.BytesIO(before), dry_run=False))) == {"same"}
    Title.objects.all().delete()
    list(take(io.BytesIO(before), dry_run=False))
    assert export(name) == before


def test_a_foreign_sites_export_renames_nothing_here():
    """Rows count from 1 on every site."""
    Title.objects.create(title="Written here")
    foreign = export("marcxml").replace(b"Written here", b"Typed by hand somewhere else")
    assert codes(imported(foreign)) == ["new"]
    assert Title.objects.filter(title="Written here").exists()


# --- ends -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", [1, 2])
def test_a_record_without_its_end_does_not_swallow_the_next_one(lost):
    first, second = marc(("245", "aOne"), key="1"), marc(("245", "aTwo"), key="2")
    assert [draft.title for draft in drafts(first[:-lost] + second)] == ["One", "Two"]
    assert [draft.title for draft in drafts(second + first[:-lost])] == ["Two", "One"]


@pytest.mark.parametrize("lost", [3, 5, 9])
def test_a_last_field_that_is_cut_off_is_refused_never_shortened(lost):
    whole = marc(("020", "a9780306406157"), ("245", "aThe long title"))
    [read] = drafts(whole[:-lost])
    assert isinstance(read, Unread), read
    assert "is incomplete" in read.why


# --- barcodes -----------------------------------------------------------------------------------


@pytest.mark.parametrize("barcode", ['="0021"', "'0021", "００２１", "\u00a00021"])
def test_a_barcode_that_went_through_a_spreadsheet_is_unwrapped(barcode):
    imported(marc(("245", "aEmma"), ("952", f"p{barcode}"), leader_09="a"))
    assert Copy.objects.get().barcode == "0021"


@pytest.mark.parametrize("barcode", ["3.00001E+13", "3,00001E13", "30001.0", "=A1", "#REF!", "11-Mar"])
def test_a_barcode_that_a_spreadsheet_spoiled_makes_no_copy(barcode):
    [verdict] = imported(marc(("245", "aEmma"), ("952", f"p{barcode}"), ("952", "pC-1")))
    assert f"The copy {barcode} was left out." in " ".join(verdict.notes)
    assert Copy.objects.get().barcode == "C-1"


def test_a_barcode_that_is_here_as_it_is_written_stays_known():
    copy = book("'0021")
    imported(marc(("245", "aPride and Prejudice"), ("952", "p'0021/cAttic")))
    assert [Copy.objects.get().pk, Copy.objects.count()] == [copy.pk, 1]


@pytest.mark.parametrize("barcodes", [("0021", "21"), ("21", "0021")])
def test_zeros_that_differ_within_a_file_are_asked_for_in_both_runs(barcodes, monkeypatch):
    monkeypatch.setattr("library.catalogue.imports.BATCH", 1)
    first, second = (marc(("245", f"aBook {code}"), ("952", f"p{code}"), key=code) for code in barcodes)
    verdicts = imported(first + second)
    assert "more or fewer leading zeros" in " ".join(verdicts[1].notes)
    assert Copy.objects.get().barcode == barcodes[0]


def test_the_indicator_of_a_binary_record_says_under_which_word_it_is_filed():
    imported(record([("001", b"1"), ("245", b"14" + SUBFIELD + b"aDer Zauberberg")]))
    assert Title.objects.get().sort_title == "zauberberg"
