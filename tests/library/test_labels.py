"""Labels for copies: chosen on a page or in the administration, printed with every title's own letters."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from library.catalogue import labels
from library.catalogue.labels import Label
from library.kiosk.barcodes import barcodes
from library.models import Copy
from tests.library.test_pages import as_
from tests.support import pdf_stripes, pdf_text
from tests.support.library import book

# How a file is read is Python: what its values become is asked of each database by test_cases_*.py.
pytestmark = [pytest.mark.django_db, pytest.mark.same_on_every_database]

PRINT = "/library/labels/print/"
SHEET = {"sheet": "a4-3x8", "start": "1", "stripes": "ean"}


@pytest.fixture
def shelf():
    books = [book("LIB-001", "Emma", location="A"), book("LIB-002", "Persuasion", location="A")]
    return [*books, book("LIB-003", "Война и мир", location="B"), book("LIB-004", "Sanditon", status="lost")]


def whole(answer):
    return b"".join(answer.streaming_content)


def printed(answer):
    assert answer["Content-Type"] == "application/pdf"
    return [code.text for page in pdf_stripes.pages(whole(answer)) for code in barcodes.read(page)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("words=emma", ["LIB-001"]),
        ("words=austen", ["LIB-001", "LIB-002", "LIB-003"]),
        ("first=LIB-002&last=LIB-004", ["LIB-002", "LIB-003"]),
        ("location=B", ["LIB-003"]),
        ("location=A&words=persuasion", ["LIB-002"]),
        ("", []),
    ],
)
def test_copies_are_chosen_by_search_stretch_and_shelf_and_none_of_them_is_lost(client, librarian, shelf, query, found):
    page = as_(client, librarian).get(f"/library/labels/?{query}")
    assert [copy.barcode for copy in page.context["copies"]] == found


def test_what_an_import_of_today_brought_is_chosen_by_its_day(client, librarian, shelf):
    Copy.objects.exclude(barcode="LIB-002").update(added_at=timezone.now() - timedelta(days=3))
    page = as_(client, librarian).get("/library/labels/", {"since": timezone.localdate().isoformat()})
    assert [copy.barcode for copy in page.context["copies"]] == ["LIB-002"]


def test_the_ticked_ones_are_printed_from_the_first_free_label_on(client, librarian, shelf):
    ticked = [copy.pk for copy in shelf[:2]]
    answer = as_(client, librarian).post(PRINT, {"words": "austen", "copy": ticked, **SHEET, "start": "24"})
    pages = pdf_stripes.pages(whole(answer))
    assert [[code.text for code in barcodes.read(page)] for page in pages] == [["LIB-001"], ["LIB-002"]]


@pytest.mark.on_every_database
def test_all_that_were_found_are_printed_also_those_that_are_not_shown(client, librarian, shelf):
    answer = as_(client, librarian).post(PRINT, {"words": "austen", "all": "1", **SHEET})
    assert sorted(printed(answer)) == ["LIB-001", "LIB-002", "LIB-003"]


def test_stripes_are_ean_where_the_barcode_is_one_or_code_128_for_all():
    for ean, format_ in ((True, "EAN-13"), (False, "Code 128")):
        [page] = pdf_stripes.pages(labels.pdf([Label("9780141439587")], ean=ean))
        [code] = barcodes.read(page)
        assert (code.text, code.format) == ("9780141439587", format_)


@pytest.mark.parametrize("name", labels.SHEETS)
def test_every_sheet_that_is_offered_fits_its_paper_and_is_read_back(name):
    sheet = labels.SHEETS[name][1].checked()
    full = sheet.columns * sheet.rows
    pages = pdf_stripes.pages(labels.pdf([Label(f"LIB-{n:05}", "Emma", "823 AUS") for n in range(full + 1)], sheet))
    assert len(pages) == 2
    assert len({code.text for page in pages for code in barcodes.read(page)}) > 0.9 * full


def test_titles_keep_their_own_letters():
    titles = ["Ελένη", "Война и мир", "Quo vadis? Żółć", "Bücher"]
    text = pdf_text.text(labels.pdf([Label(f"LIB-{number}", title) for number, title in enumerate(titles)]))
    for title in titles:
        assert title in text
    assert "?" not in text.replace("vadis?", "")


def test_a_long_title_is_cut_and_stays_on_its_label():
    pieces = pdf_text.pages(labels.pdf([Label("LIB-1", "The Expedition of Humphry Clinker " * 5)]))[0]
    lines = [piece for piece in pieces if "Clinker" in piece.text]
    assert len(lines) == 2
    assert lines[1].text.endswith("…")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"start": "25"}, "fewer labels"),
        ({"sheet": "a4-3x7", "start": "22"}, "fewer labels"),
        ({"copy": []}, "No copy is selected"),
        ({"sheet": "napkin"}, "napkin"),
    ],
)
def test_what_cannot_be_printed_is_said_on_the_page(client, librarian, shelf, change, words):
    asked = {"words": "austen", "copy": [shelf[0].pk], **SHEET} | change
    answer = as_(client, librarian).post(PRINT, asked)
    assert answer.status_code == 400
    assert words in answer.content.decode()


def test_copies_ticked_in_the_administration_are_printed_too(client, librarian, shelf):
    ticked = {"action": "print_labels", "_selected_action": [shelf[0].pk, shelf[2].pk]}
    answer = as_(client, librarian).post("/admin/library/copy/", ticked)
    assert answer["Content-Type"] == "application/pdf"
    pages = pdf_stripes.pages(answer.content)
    assert sorted(code.text for code in barcodes.read(pages[0])) == ["LIB-001", "LIB-003"]
