"""Copies stand in another field in each library system: found, shown, and changed by the librarian."""

from __future__ import annotations

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from library.catalogue import staging
from library.catalogue.formats import detection
from library.catalogue.formats.items import dialects, values
from library.catalogue.formats.items.found import look
from library.catalogue.formats.record_formats import ReadChoices
from library.catalogue.imports import take
from library.models import Copy, ImportStage, Title
from tests.support.marc import marc

pytestmark = pytest.mark.django_db

EMMA = ("245", "aEmma")
SIERRA = ("945", "i31234000650142/lmain /aPR4034/b.E5/t12/p$12.50/so/z03-15-24/nGift of the mayor")
SIRSI = ("949", "aPR4034 .E5/wLC/c1/i31234000650142/lSTACKS/mMAIN/tBOOK/p12.50/u3-15-2024/rN/oGift of the mayor")
FRENCH = ("995", "f31234000650142/bMAIN/eAdultes/k823 AUS/rLIVR/p12,50/515.03.2024/o1/uDon du maire")


def draft(*fields, code="", data=None):
    choices = ReadChoices(dialects.by_code(code) if code else None)
    [read] = detection.records(io.BytesIO(data or marc(EMMA, *fields)), choices)
    return read


def imported(data, code=""):
    choices = ReadChoices(dialects.by_code(code) if code else None)
    return list(take(io.BytesIO(data), dry_run=False, choices=choices))


@pytest.mark.parametrize(
    ("code", "field", "location", "kind", "number"),
    [
        ("sierra945", SIERRA, "main", "12", "PR4034 .E5"),
        ("sierra949", ("949", SIERRA[1].replace("/z03-15-24", "")), "main", "12", "PR4034 .E5"),
        ("sirsi949", SIRSI, "STACKS", "BOOK", "PR4034 .E5"),
        ("unimarc995", FRENCH, "Adultes", "LIVR", "823 AUS"),
        ("standard", ("952", "p31234000650142/cA1/yBK/o823 AUS/v12.50/d2024-03-15/71/zGift"), "A1", "BK", "823 AUS"),
        ("standard", ("877", "p31234000650142/lA1/c$12.50/d20240315/hNon-circulating"), "A1", "", ""),
    ],
)
def test_each_dialect_says_where_what_and_how_much(code, field, location, kind, number):
    read = draft(field, code=code)
    [copy] = read.copies
    assert (copy.barcode, copy.location, copy.item_type) == ("31234000650142", location, kind)
    assert (copy.price, copy.status, read.call_number) == (Decimal("12.50"), "reference", number)
    assert copy.acquired == (None if code == "sierra949" else date(2024, 3, 15))


def test_local_fields_bring_no_copy_until_somebody_has_seen_it():
    assert [one.barcode for one in draft(SIERRA, SIRSI, ("952", "pB-1")).copies] == ["B-1"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ([SIERRA], "sierra945"),
        ([("949", "i3001/lmain/t1")], "sierra949"),
        ([("949", "i3001/lSTACKS/mMAIN/wLC")], "sirsi949"),
        ([("995", "f3001")], "unimarc995"),
        ([("852", "p3001/bMain"), ("949", "aOCLC")], "standard"),
        ([("945", "i12.50/p31234000650142")], "none"),
        ([("949", "i3001"), ("945", "i3001"), ("945", "i3002")], "sierra945"),
        ([], "none"),
    ],
)
def test_a_file_tells_by_its_fields_which_dialect_it_speaks(fields, code):
    assert look(io.BytesIO(marc(EMMA, *fields))).best.code == code


@pytest.mark.parametrize("said", ["12.50", "$12.50", "EUR 12,50", "12,50 EUR", "$15"])
def test_a_price_is_no_barcode(said):
    [verdict] = imported(marc(EMMA, ("945", f"i{said}")), "sierra945")
    assert "looks like a price" in verdict.sentence
    assert not Copy.objects.exists()


@pytest.mark.parametrize("said", ["823.914 AUS", "PR4034 .E5 1996", "QA76.73.P22", "823.914"])
def test_a_call_number_is_no_barcode(said):
    [verdict] = imported(marc(EMMA, ("945", f"i{said}")), "sierra945")
    assert "looks like a call number" in verdict.sentence


def test_a_shelf_mark_of_the_house_is_no_barcode_beside_itself():
    [verdict] = imported(marc(EMMA, ("945", "iKRIMI-AUS/aKRIMI-AUS")), "sierra945")
    assert "looks like a call number" in verdict.sentence


@given(st.from_regex(r"[A-Z]{0,3}-?\d{4,14}", fullmatch=True).filter(lambda text: text.isascii()))
def test_what_libraries_stick_on_books_is_a_barcode(barcode):
    assert values.why_not_a_barcode(barcode) == ""


@given(st.decimals(Decimal("0.01"), Decimal("999999.99"), places=2), st.sampled_from(["{}", "${}", "EUR {}", "{} €"]))
def test_a_price_is_read_in_any_writing(amount, writing):
    english, german = f"{amount:,.2f}", f"{amount:,.2f}".translate(str.maketrans(",.", ".,"))
    for text in (english, german, f"{amount:.2f}", f"{amount:.2f}".replace(".", ",")):
        assert values.price_in(writing.format(text), "EUR") == amount


@given(st.dates(date(1951, 1, 1), date(2049, 12, 31)))
def test_a_day_is_read_in_the_order_of_its_system(day):
    assert values.day_in(day.strftime("%m-%d-%y"), "mdy") == day
    assert values.day_in(day.strftime("%d/%m/%Y"), "dmy") == day
    assert values.day_in(day.strftime("%d.%m.%Y"), "mdy") == day
    for order in ("ymd", "mdy", "dmy"):
        assert values.day_in(day.isoformat(), order) == values.day_in(day.strftime("%Y%m%d"), order) == day
    assert values.day_in("  -  -  ", "mdy") is values.day_in("31/31/2024", "dmy") is None


def test_a_price_in_another_currency_and_an_unknown_status_are_told(settings):
    settings.LIBRARY_CURRENCY = "EUR"
    [verdict] = imported(marc(EMMA, ("945", "iB-1/pUSD 12.50/sq")), "sierra945")
    assert "another currency" in verdict.sentence
    assert "status “q”" in verdict.sentence
    assert (Copy.objects.get().price, Copy.objects.get().status) == (None, "available")


def test_a_day_that_was_not_understood_is_told():
    [verdict] = imported(marc(EMMA, ("945", "iB-1/z31-31-24")), "sierra945")
    assert "31-31-24" in verdict.sentence
    [verdict] = imported(b"title,barcode,acquired_on\nPersuasion,B-2,03/04/2024\n")
    assert "03/04/2024" in verdict.sentence and Copy.objects.get(barcode="B-2").acquired_on is None


def test_what_a_librarian_wrote_is_not_overwritten_and_gaps_are_filled():
    imported(marc(EMMA, ("945", "iB-1")), "sierra945")
    Copy.objects.update(price=5)
    imported(marc(EMMA, SIERRA_AGAIN), "sierra945")
    copy = Copy.objects.get()
    assert (copy.price, copy.note, copy.acquired_on) == (5, "Gift", date(2024, 3, 15))
    assert [verdict.code for verdict in imported(marc(EMMA, SIERRA_AGAIN), "sierra945")] == ["same"]


SIERRA_AGAIN = ("945", "iB-1/p12.50/z03-15-24/nGift")


# --- the preview --------------------------------------------------------------------------------


@pytest.fixture
def stage(client, librarian):
    client.force_login(librarian)
    file = io.BytesIO(marc(EMMA, ("949", "i3001/lmain"), ("985", "bX-7")))
    file.name = "vendor.mrc"
    client.post(reverse("library:import"), {"file": file})
    return ImportStage.objects.get()


def page(client, stage):
    return client.get(reverse("library:import_stage", args=[stage.pk])).content.decode()


def choose(client, stage, **said):
    return client.post(reverse("library:import_act", args=[stage.pk, "choose"]), said, follow=True).content.decode()


def test_the_preview_says_where_copies_are_read_from_and_imports_them(client, stage):
    assert "949, barcode in $i (Sierra, Millennium)" in page(client, stage)
    staging.apply(stage)
    assert Copy.objects.get().barcode == "3001"


def test_a_librarian_chooses_another_field_before_the_import(client, stage):
    said = choose(client, stage, copies_from="other", other="985$b")
    assert "985, barcode in $b" in said
    staging.apply(ImportStage.objects.get())
    assert Copy.objects.get().barcode == "X-7"


def test_a_field_that_was_typed_counts_until_another_one_is_chosen(client, stage):
    assert "985, barcode in $b" in choose(client, stage, copies_from="sierra949", other="985$b")
    assert "949, barcode in $i" in choose(client, stage, copies_from="sierra949", other="985$b")
    assert "is not a field with barcodes" in choose(client, stage, copies_from="other", other="")


def test_a_librarian_wants_titles_only(client, stage):
    assert "No copies are read" in choose(client, stage, copies_from="none")
    staging.apply(ImportStage.objects.get())
    assert (Title.objects.count(), Copy.objects.count()) == (1, 0)


def test_a_field_that_is_none_is_refused_and_the_choice_stays(client, stage):
    assert "is not a field with barcodes" in choose(client, stage, copies_from="other", other="12b")
    assert ImportStage.objects.get().copies_from == "sierra949"


def test_a_table_has_no_such_choice(client, librarian):
    client.force_login(librarian)
    file = io.BytesIO(b"title,barcode\nEmma,B-1\n")
    file.name = "books.csv"
    client.post(reverse("library:import"), {"file": file})
    assert "How the file is read" not in page(client, ImportStage.objects.get())


def test_programs_choose_over_the_api(client, stage):
    address = f"/api/v1/library/imports/{stage.pk}/"
    assert client.get(address).json()["copies_from"] == "sierra949"
    said = client.post(f"{address}choose/", {"copies_from": "985$b"}, content_type="application/json")
    assert (said.status_code, said.json()["copies_from"]) == (200, "985$b")
    wrong = client.post(f"{address}choose/", {"copies_from": "nowhere"}, content_type="application/json")
    assert wrong.status_code == 400


# --- the command --------------------------------------------------------------------------------


def test_the_command_asks_before_it_reads_a_local_field(tmp_path):
    path = tmp_path / "sierra.mrc"
    path.write_bytes(marc(EMMA, ("945", "i3001")))
    out = io.StringIO()
    call_command("import_catalogue", path, "--dry-run", stdout=out)
    assert "945, barcode in $i" in out.getvalue()
    with pytest.raises(CommandError, match="--copies sierra945"):
        call_command("import_catalogue", path)
    out = io.StringIO()
    call_command("import_catalogue", path, "--copies", "sierra945", "--json", stdout=out)
    assert json.loads(out.getvalue())["copies"] == 1
