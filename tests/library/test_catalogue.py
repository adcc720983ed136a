"""Taking over a catalogue: every file that libraries hand around is imported, or refused with a sentence."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from config.errors import Refused
from config.ops.registries.purges import PURGES
from library.catalogue import exports, uploads
from library.catalogue.formats import detection, marcxml_file
from library.catalogue.formats.incoming_records import Draft, Unread
from library.catalogue.imports import take
from library.catalogue.search import search
from library.models import Copy, Hold, Title
from library.rules import text_folding
from tests.support.library import book

pytestmark = pytest.mark.django_db

REFUSED = {"batch.json", "one.json", "test.json", "test_marc8.txt", "test_utf8.txt"}


def imported(data, *, dry_run=False):
    return list(take(io.BytesIO(data), dry_run=dry_run))


def codes(verdicts):
    return [verdict.code for verdict in verdicts]


def csv_of(*lines):
    return "\n".join(lines).encode()


def marcxml(*fields, key="1"):
    inside = "".join(
        f'<datafield tag="{tag}" ind1=" " ind2=" "><subfield code="{code}">{value}</subfield></datafield>'
        for tag, code, value in fields
    )
    return f'<collection><record><controlfield tag="001">{key}</controlfield>{inside}</record></collection>'.encode()


def test_every_sample_is_imported_or_refused_with_a_sentence_and_a_second_time_nothing_changes(data):
    files = sorted(path for path in (data / "catalog").rglob("*.*") if path.is_file())
    refused = set()
    assert len(files) > 40
    for path in files:
        try:
            first = imported(path.read_bytes())
        except Refused as refusal:
            assert refusal.message.endswith(".")
            refused.add(path.name)
            continue
        assert first, path.name
        assert all(verdict.notes for verdict in first if verdict.code == "skipped"), path.name
        again = imported(path.read_bytes())
        assert set(codes(again)) <= {"same", "again", "skipped"}, path.name
    assert refused == REFUSED
    assert Title.objects.count() > 140


def test_a_dry_run_says_the_same_and_writes_nothing(data):
    sample = (data / "catalog/pymarc/marc.dat").read_bytes()
    dry = imported(sample, dry_run=True)
    assert codes(dry) == ["new"] * 20
    assert not Title.objects.exists()
    assert codes(imported(sample)) == codes(dry)
    assert Title.objects.count() == 20


def test_damaged_records_are_reported_and_the_sound_ones_between_them_come_in(data):
    verdicts = imported((data / "catalog/pymarc/bad_records.mrc").read_bytes())
    assert "skipped" in codes(verdicts)
    assert "new" in codes(verdicts)
    why = [verdict.notes[0] for verdict in verdicts if verdict.code == "skipped"]
    assert "Its field directory is damaged." in why


def test_a_marc_record_brings_everything(data):
    imported((data / "catalog/pymarc/one.dat").read_bytes())
    title = Title.objects.get()
    assert (title.title, title.authors, title.isbn) == (
        "ActivePerl with ASP and ADO",
        "Martinsson, Tobias",
        "9780471383147",
    )
    assert (title.year, title.publisher, title.call_number) == (2000, "John Wiley & Sons", "QA76.73.P22 M33 2000")
    assert title.language == "eng"
    assert "Perl (Computer program language)" in title.subjects.splitlines()


def test_marc8_and_utf8_say_the_same_letters_whatever_the_leader_claims(data):
    folder = data / "catalog/pymarc"
    both = [
        next(detection.records((folder / name).open("rb")))
        for name in ("utf8_with_leader_flag.dat", "utf8_without_leader_flag.dat", "marc8.dat")
    ]
    assert {draft.title for draft in both} == {"Escape from loneliness"}
    [draft] = detection.records((folder / "diacritic.dat").open("rb"))
    assert draft.title.startswith("Amateur media")


def test_letters_of_no_known_encoding_are_said_to_be_so(data):
    folder = data / "catalog/pymarc"
    [cyrillic, *_rest] = detection.records((folder / "1251.dat").open("rb"))
    assert "neither MARC-8 nor UTF-8" in cyrillic.why


def test_a_spreadsheets_power_of_ten_is_refused_and_rescued_from_a_sound_isbn_10():
    verdicts = imported(
        csv_of(
            "title,isbn,isbn13",
            "The Hunger Games,439023483,9.78043902348e+12",  # its leading zero is lost too
            "Nothing to rescue,,9.78043902348e+12",
        )
    )
    assert codes(verdicts) == ["new", "skipped"]
    assert Title.objects.get().isbn == "9780439023481"
    assert "calculated again from its ISBN-10" in verdicts[0].sentence
    assert "Digits of its ISBN" in verdicts[1].sentence


def test_a_csv_line_for_each_copy_makes_one_title_with_its_copies():
    lines = csv_of(
        "Title;ISBN;Barcode;Location;Item type", "Emma;9780141439587;E-1;A 1;book", "Emma;9780141439587;E-2;A 2;"
    )
    verdicts = imported(lines)
    assert codes(verdicts) == ["new", "again"]
    assert list(Copy.objects.values_list("barcode", "location", "item_type")) == [
        ("E-1", "A 1", "book"),
        ("E-2", "A 2", "book"),
    ]
    assert codes(imported(lines)) == ["same", "again"]
    assert codes(imported(lines.replace(b"A 1", b"B 7"))) == ["changed", "again"]
    assert Copy.objects.get(barcode="E-1").location == "B 7"


def test_holdings_bring_copies_and_a_loan_is_never_touched():
    lent = book("900", "Emma", status="on_loan")
    lent.title.source_key = "marc:|1"
    lent.title.save()
    record = marcxml(("245", "a", "Emma"), ("952", "p", "900"), ("852", "p", "901"), ("876", "p", "902"))
    assert codes(imported(record)) == ["changed"]
    assert set(Copy.objects.values_list("barcode", "status")) == {
        ("900", "on_loan"),
        ("901", "available"),
        ("902", "available"),
    }


def test_a_barcode_of_another_title_is_left_out_with_a_note():
    book("B-1")
    [verdict] = imported(csv_of("title,barcode", "Something else,B-1"))
    assert verdict.code == "new"
    assert "B-1 already belongs to a copy of another title" in verdict.sentence
    assert Copy.objects.get().title.title == "Pride and Prejudice"


def test_two_records_with_one_isbn_are_two_titles_and_stay_so():
    def file():
        return marcxml(("245", "a", "One"), ("020", "a", "9780141439587"), key="1").replace(
            b"</collection>",
            marcxml(("245", "a", "Two"), ("020", "a", "9780141439587"), key="2").replace(b"<collection>", b""),
        )

    assert codes(imported(file(), dry_run=True)) == codes(imported(file())) == ["new", "new"]
    assert codes(imported(file())) == ["same", "same"]
    assert set(Title.objects.values_list("title", "isbn")) == {("One", "9780141439587"), ("Two", None)}


def test_a_title_typed_by_hand_becomes_the_record_with_its_isbn():
    Title.objects.create(title="Ema", isbn="9780141439587")
    [verdict] = imported(marcxml(("245", "a", "Emma"), ("020", "a", "0141439580"), key="77"))
    assert verdict.code == "changed"
    assert Title.objects.get().source_key == "marc:|77"
    assert [title.title for title in search("emma")] == ["Emma"]


BOMB = b"""<?xml version="1.0"?><!DOCTYPE c [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>
<collection><record>&b;</record></collection>"""


@pytest.mark.parametrize("bomb", [BOMB, b'<!DOCTYPE c SYSTEM "file:///etc/passwd"><collection/>'])
def test_xml_with_entities_is_refused_before_anything_is_unfolded(bomb):
    with pytest.raises(Refused) as refused:
        imported(bomb)
    assert refused.value.code == "xml_entities"
    with pytest.raises(Refused):
        imported(b"<a>" * 100_000)


@given(st.binary(max_size=400))
def test_no_bytes_whatever_lead_to_a_traceback(junk):
    for start in (b"", b"00127     2200037   450024500890000001\x1e", b"<collection><record>", b"title,isbn\n"):
        try:
            found = list(detection.records(io.BytesIO(start + junk)))
        except Refused as refusal:
            assert refusal.message
            continue
        assert all(isinstance(one, Draft | Unread) for one in found)


def test_a_broken_xml_keeps_what_came_before_the_break(data):
    verdicts = imported((data / "catalog/ruby-marc/three-records-second-bad.xml").read_bytes())
    assert codes(verdicts) == ["new", "skipped"]
    assert "line" in verdicts[1].sentence


# --- going out ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", exports.FORMATS)
def test_what_goes_out_comes_back_as_the_same_titles(data, name):
    imported((data / "catalog/pymarc/marc.dat").read_bytes())
    imported((data / "catalog/goodbooks_sample.csv").read_bytes())
    book("B-1", "Typed by hand", location="Shelf & <3>")
    before = Title.objects.count()
    chunks, _kind = exports.FORMATS[name]
    verdicts = imported(b"".join(chunks()))
    assert len(verdicts) == before == Title.objects.count()
    assert [verdict for verdict in verdicts if verdict.code != "same"] == []
    assert Copy.objects.get().location == "Shelf & <3>"


def test_an_export_for_spreadsheets_runs_nothing():
    Title.objects.create(title="=HYPERLINK(1)")
    assert b"'=HYPERLINK(1)" in b"".join(exports.csv_file())


def test_titles_go_out_a_page_at_a_time(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(exports, "PAGE", 2)
    for number in range(5):
        book(f"B-{number}", f"Title {number}")
    with django_assert_num_queries(7):  # three pages of titles and of copies, and a last look
        assert b"".join(exports.marcxml_file()).count(b"<record>") == 5


# --- searching ----------------------------------------------------------------------------------


@pytest.fixture
def shelf():
    Title.objects.create(title="Ætherische Öle", authors="Łukasz Żółty", subjects="Chemistry")
    Title.objects.create(title="Chemistry for cats", authors="Émile Zola", isbn="9780141439587")
    Title.objects.create(title="三体", authors="刘慈欣")


@pytest.mark.parametrize(
    ("query", "field", "expected"),
    [
        ("emile", "", ["Chemistry for cats"]),
        ("ZÓLTY", "author", ["Ætherische Öle"]),
        ("ole aether", "", ["Ætherische Öle"]),
        ("chemi", "", ["Chemistry for cats", "Ætherische Öle"]),
        ("chemi", "title", ["Chemistry for cats"]),
        ("chemistry", "subject", ["Ætherische Öle"]),
        ("0-14-143958-0", "", ["Chemistry for cats"]),
        ("978-0141439587", "isbn", ["Chemistry for cats"]),
        ("体", "title", ["三体"]),
        ("hemistry", "", []),
        ("%_'", "", []),
        ("", "", ["Chemistry for cats", "Ætherische Öle", "三体"]),
    ],
)
def test_search_finds_the_beginnings_of_words_without_accents_or_case(shelf, query, field, expected):
    assert sorted(title.title for title in search(query, field)) == sorted(expected)


SHELF = {
    "Programming in C++": "Stroustrup",
    "C# in depth": "Skeet",
    "ASP.NET for beginners": "Nobody",
    "Cats and dogs": "O’Brien, Conor",
    "The third policeman": "O'Brien, Flann",
    "Poems": "Obrien, Kate",
    "Die Verwandlung": "Müller, Herta",
    "Great streets": "Straße, Otto",
    "Co-operation at work": "Ørsted",
    "Qurʼan": "Abc",
    "History of the U.S.A.": "J.R.R. Tolkien",
    "ÆSOP’s fables": "",
    "L'école des femmes": "Molière",
}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("C++", {"Programming in C++"}),
        ("c++ programming", {"Programming in C++"}),
        ("C#", {"C# in depth"}),
        ("c♯", {"C# in depth"}),
        (".NET", {"ASP.NET for beginners"}),
        ("asp.net", {"ASP.NET for beginners"}),
        ("obrien", {"Cats and dogs", "The third policeman", "Poems"}),
        ("O'Brien", {"Cats and dogs", "The third policeman", "Poems"}),
        ("o’brien flann", {"The third policeman"}),
        ("OʼBRIEN", {"Cats and dogs", "The third policeman", "Poems"}),
        ("brien", {"Cats and dogs", "The third policeman"}),
        ("mueller", {"Die Verwandlung"}),
        ("müller", {"Die Verwandlung"}),
        ("muller", {"Die Verwandlung"}),
        ("strasse", {"Great streets"}),
        ("straße", {"Great streets"}),
        ("cooperation", {"Co-operation at work"}),
        ("co‑operation", {"Co-operation at work"}),
        ("orsted", {"Co-operation at work"}),
        ("oersted", {"Co-operation at work"}),
        ("quran", {"Qurʼan"}),
        ("usa", {"History of the U.S.A."}),
        ("U.S.A", {"History of the U.S.A."}),
        ("jrr tolkien", {"History of the U.S.A."}),
        ("aesop", {"ÆSOP’s fables"}),
        ("æsops", {"ÆSOP’s fables"}),
        ("ecole", {"L'école des femmes"}),
        ("l’ecole", {"L'école des femmes"}),
        ("++", set()),
        ("#", set()),
    ],
)
def test_a_word_is_found_in_every_spelling_that_people_use(administrator, client, query, expected):
    for title, authors in SHELF.items():
        Title.objects.create(title=title, authors=authors)
    assert {title.title for title in search(query)} == expected
    client.force_login(administrator)
    told = client.get("/api/v1/library/titles/", {"q": query}).json()
    assert {title["title"] for title in told["results"]} == expected
    listed = client.get(reverse("admin:library_title_changelist"), {"q": query}).context["cl"].result_list
    assert {title.title for title in listed} == expected


def test_holds_are_found_by_the_words_of_their_title_or_their_person(administrator, client, ada, grace):
    for title, person in (("O’Brien’s life", ada), ("Emma", grace)):
        Hold.objects.create(title=Title.objects.create(title=title), person=person)
    client.force_login(administrator)
    for query, expected in (("obrien", ["O’Brien’s life"]), ("hopper", ["Emma"]), ("nothing", [])):
        listed = client.get(reverse("admin:library_hold_changelist"), {"q": query}).context["cl"].result_list
        assert [hold.title.title for hold in listed] == expected


def test_words_of_titles_that_were_here_before_are_made_again():
    title = Title.objects.create(title="O’Brien on C++")
    Title.objects.update(search_text=" t:o t:brien t:on t:c ")
    import_module("library.migrations.0009_words_in_every_spelling").again(apps, None)
    title.refresh_from_db()
    assert title.search_text == " t:o t:brien t:obrien t:on t:c++ "


@given(st.text(max_size=80))
def test_every_title_is_found_by_every_one_of_its_words(title):
    text = text_folding.search_text(title=title, authors="", subjects="")
    for word in title.split():
        assert all(any(all(one in text for one in way) for way in ways) for ways in text_folding.needles(word, "title"))


def test_only_what_stands_on_the_shelf():
    book("B-1", "Here")
    book("B-2", "Away", status="on_loan")
    assert [title.title for title in search(available=True)] == ["Here"]


# --- commands -----------------------------------------------------------------------------------


def test_the_command_says_what_it_did_and_json_says_it_to_programs(data, tmp_path):
    out = io.StringIO()
    file = data / "catalog/pymarc/bad_records.mrc"
    call_command("import_catalogue", str(file), dry_run=True, json=True, stdout=out)
    said = json.loads(out.getvalue())
    assert said["dry_run"] is True
    assert said["new"] + said["again"] + said["skipped"] == len(said["records"])
    assert not Title.objects.exists()
    out = io.StringIO()
    call_command("import_catalogue", str(file), stdout=out)
    assert "skipped" in out.getvalue().splitlines()[-1]
    call_command("export_catalogue", format="csv", output=tmp_path / "out.csv", stdout=out)
    assert (tmp_path / "out.csv").read_text().startswith("title,authors,isbn")


def test_a_file_that_is_no_catalogue_is_refused_with_a_sentence(tmp_path):
    nothing = tmp_path / "nothing.mrc"
    nothing.write_bytes(b"")
    with pytest.raises(CommandError, match="The file is empty"):
        call_command("import_catalogue", str(nothing))


def test_marcxml_is_read_as_a_stream():
    """Records leave while the file is still being read."""

    class Endless(io.RawIOBase):
        given = 0

        def read(self, size=-1):
            self.given += 1
            return b"<collection>" if self.given == 1 else b"<record><leader/></record>" * 10

    file = Endless()
    first = next(marcxml_file.read(file))
    assert isinstance(first, Unread)
    assert file.given <= 3


def test_uploads_that_nobody_confirmed_are_removed_by_the_nightly_purge(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    token = uploads.keep(7, [b"title\nEmma\n"])
    later = timezone.now() + timedelta(hours=2)
    assert uploads.purge(timezone.now()) == {"catalogue_uploads": 0}
    assert uploads.kept(7, token).read() == b"title\nEmma\n"
    assert uploads.purge(later) == {"catalogue_uploads": 1}
    assert not list(tmp_path.rglob("*.upload"))
    assert uploads.purge in list(PURGES)
