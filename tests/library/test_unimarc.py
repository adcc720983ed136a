"""UNIMARC becomes the same record as MARC 21: told by its own fields, or asked for; in UTF-8 and ISO 5426."""

from __future__ import annotations

import io
from unicodedata import normalize

import pytest
from django.core.management import call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue import exports, staging
from library.catalogue.formats import detection, iso5426, marcxml_file
from library.catalogue.formats.incoming_records import Unread
from library.catalogue.formats.record_formats import MARC21, UNIMARC, ReadChoices
from library.catalogue.imports import take
from library.models import Copy, ImportStage, Title
from tests.support.marc import marc

pytestmark = pytest.mark.django_db

CODED = "a20090421d1862    m  y0frey50      ba"
ISO = CODED.replace("50      ", "0103    ")


def unimarc(*fields, coded=CODED, **more):
    return marc(("100", coded), ("101", "afre"), *fields, **more)


def drafts(data, **choices):
    return list(detection.records(io.BytesIO(data), ReadChoices(**choices)))


def test_a_french_record_brings_everything():
    [draft] = drafts(
        unimarc(
            ("010", "a978-2-07-036002-4/d12 EUR"),
            ("200", "a\x88Les \x89misérables/eroman/h2/iCosette/fVictor Hugo"),
            ("205", "a2e éd."),
            ("210", "aParis/cGallimard/d2001"),
            ("606", "aHistoire/yFrance/z19e siècle"),
            ("610", "aroman/aclassique"),
            ("676", "a843.7"),
            ("700", "aHugo/bVictor/f1802-1885"),
            ("702", "aSimon/bAnne"),
            ("710", "aAcadémie/bLettres"),
            ("801", "aFR/bBNF"),
            ("995", "f3001/kR HUG/eAdultes"),
        )
    )
    assert (draft.title, draft.nonfiling, draft.isbn) == ("Les misérables : roman. 2. Cosette", 4, "9782070360024")
    assert draft.authors == "Hugo, Victor; Simon, Anne; Académie. Lettres"
    assert (draft.edition, draft.publisher, draft.year, draft.language) == ("2e éd.", "Gallimard", 1862, "fre")
    assert draft.subjects.splitlines() == ["Histoire – France – 19e siècle", "roman", "classique"]
    assert (draft.call_number, draft.copies[0].location, draft.key) == ("R HUG", "Adultes", "marc:bnf|1")
    assert draft.notes == []


def test_a_newer_record_names_its_publisher_in_214():
    [draft] = drafts(unimarc(("200", "aCandide"), ("214", "aParis/cLe livre de poche/d2019"), ("675", "a82-3")))
    assert (draft.publisher, draft.call_number) == ("Le livre de poche", "82-3")


def test_an_italian_record_is_read(data):
    [draft] = drafts((data / "catalog/pymarc/testunimarc.dat").read_bytes())
    assert draft.title == "L'altra faccia della spirale"
    assert draft.nonfiling == 2
    assert draft.authors.split("; ") == ["Asimov, Isaac", "Fruttero, Carlo", "Lucentini, Franco", "Scaglia, Cesare"]
    assert (draft.isbn, draft.publisher, draft.year, draft.language) == ("9788804406822", "A. Mondadori", 1996, "ita")


def test_it_is_filed_without_what_its_marks_leave_out():
    list(take(io.BytesIO(unimarc(("200", "a\x88L'\x89étranger"))), dry_run=False))
    assert Title.objects.get().sort_title == "etranger"


def test_xml_says_the_same():
    inside = '<datafield tag="{}" ind1=" " ind2=" "><subfield code="{}">{}</subfield></datafield>'
    fields = [("100", "a", CODED[1:]), ("200", "a", "Candide"), ("700", "a", "Voltaire"), ("010", "a", "2070360024")]
    body = "".join(inside.format(*field) for field in fields)
    record = f'<mxc:record xmlns:mxc="info:lc/xmlns/marcxchange-v2">{body}</mxc:record>'
    record = record.replace("<datafield", "<mxc:datafield").replace("</datafield", "</mxc:datafield")
    record = record.replace("<subfield", "<mxc:subfield").replace("</subfield", "</mxc:subfield")
    [draft] = marcxml_file.read(io.BytesIO(f"<collection>{record}</collection>".encode()))
    assert (draft.title, draft.authors, draft.isbn, draft.year) == ("Candide", "Voltaire", "9782070360024", 1862)


# --- which format is it -------------------------------------------------------------------------


def test_a_record_with_245_is_marc_21_whatever_else_it_has():
    [draft] = drafts(marc(("245", "aEmma"), ("200", "aOther")))
    assert draft.title == "Emma"


def test_a_record_that_does_not_tell_is_asked_for_and_read_as_chosen():
    data = marc(("200", "aEmma"))
    [unsure] = drafts(data)
    assert "Choose the format" in unsure.why
    assert drafts(data, record_format=UNIMARC)[0].title == "Emma"
    assert isinstance(drafts(data, record_format=MARC21)[0], Unread)


def test_the_preview_asks_and_the_librarian_answers(client, librarian):
    client.force_login(librarian)
    file = io.BytesIO(marc(("200", "aEmma")))
    file.name = "emma.mrc"
    page = client.post(reverse("library:import"), {"file": file}, follow=True)
    assert "1 record may be UNIMARC" in page.content.decode()
    address = reverse("library:import_act", args=[ImportStage.objects.get().pk, "choose"])
    client.post(address, {"copies_from": "none", "record_format": "unimarc"})
    staging.apply(ImportStage.objects.get())
    assert Title.objects.get().title == "Emma"


def test_the_command_is_told(tmp_path):
    path = tmp_path / "emma.mrc"
    path.write_bytes(marc(("200", "aEmma"), ("995", "f3001")))
    call_command("import_catalogue", path, "--format", "unimarc", stdout=io.StringIO())
    assert Copy.objects.get().title.title == "Emma"


# --- letters ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("letters", "title"),
    [
        (b"L'\xc2ecole des femmes", "L'École des femmes"),
        (b"Litt\xc2erature fran\xd0caise", "Littérature française"),
        (b"M\xc8uller und S\xc9ohne", "Müller und Söhne"),
        (b"Dvo\xcfr\xc2ak", "Dvořák"),
        (b"\xf8\xc2od\xc2z", "łódź"),
        (b"\xeauvres", "Œuvres"),
        (b"Stra\xfbe", "Straße"),
    ],
)
def test_iso_5426_is_read(letters, title):
    expected = normalize("NFC", title.replace("É", "é") if letters.startswith(b"L'\xc2e") else title)
    [draft] = drafts(unimarc(("200", b"a" + letters), coded=ISO))
    assert (draft.title, draft.doubtful, draft.notes) == (expected, False, [])


@given(st.text(st.sampled_from("abcdeEnouszCA éèêëàâîïôùûçñöüÉÀÇœŒæÆøØłŁßžšč"), min_size=1, max_size=30))
def test_every_letter_goes_into_iso_5426_and_comes_back(text):
    assert iso5426.decoded(_as_iso5426(text)) == text


def _as_iso5426(text):
    signs = {sign: byte for byte, sign in iso5426.SIGNS.items()}
    marks = {mark: byte for byte, mark in iso5426.MARKS.items()}
    written = b""
    for letter in text:
        base, *accents = normalize("NFD", letter)
        written += bytes(marks[accent] for accent in accents)
        written += bytes([signs[base]]) if base in signs else base.encode("ascii")
    return written


def test_windows_letters_under_a_claim_of_unicode_are_doubtful():
    [draft] = drafts(unimarc(("200", b"aVoil\xe0 l'\xe9t\xe9 fran\xe7ais")))
    assert (draft.title, draft.doubtful) == ("Voilà l'été français", True)


@pytest.mark.parametrize("sets", ["0104    ", "0105    "])
def test_another_character_set_is_named_and_not_guessed(sets):
    [read] = drafts(unimarc(("200", b"a\xc2\x41\xd6\xd7"), coded=CODED.replace("50      ", sets)))
    assert "neither in UTF-8 nor in ISO 5426" in read.why


# --- there and back -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", exports.FORMATS)
def test_what_came_as_unimarc_goes_out_and_comes_back_unchanged(name):
    fields = (
        ("200", "a\x88Les \x89misérables/eroman"),
        ("200", "aОтверженные"),
        ("801", "bBNF"),
        ("995", "f3001/u1862"),
    )
    list(take(io.BytesIO(unimarc(*fields)), dry_run=False))
    out = b"".join(exports.FORMATS[name][0]())
    assert [verdict.code for verdict in take(io.BytesIO(out), dry_run=False)] == ["same"]
    assert [verdict.code for verdict in take(io.BytesIO(unimarc(*fields)), dry_run=False)] == ["same"]
    assert Title.objects.get().title_original == "Отверженные"
