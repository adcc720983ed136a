"""Tables from outside: whatever program wrote them, they are read as they were meant, or refused in one sentence."""

from __future__ import annotations

import csv
import datetime
import io
import tracemalloc

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from config.errors import Refused
from config.tables.incoming import Spoiled, identifier, read_table
from config.tables.incoming.cells import plain
from config.tables.incoming.shown import masked
from tests.support.workbooks import STRICT, by_excel, claiming_a_million_rows, rewritten, workbook

quickly = settings(max_examples=120, deadline=None, database=None, derandomize=True)
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
cells = st.text(st.characters(categories=("L", "N", "P", "Zs"), include_characters="\n;,|\t\"'"), max_size=12)


def rows_of(data, name="table.csv"):
    return [row.cells for row in read_table(name, data).rows]


def problems_of(data):
    return [(row.line, row.problem) for row in read_table("table.csv", data).rows]


def refusal(data, **how):
    with pytest.raises(Refused) as caught:
        read_table("table.csv", data, **how)
    return caught.value.code


def written(rows, mark, *, sep=False, ending="\r\n", before=""):
    text = io.StringIO()
    csv.writer(text, delimiter=mark, lineterminator=ending, quoting=csv.QUOTE_ALL).writerows(rows)
    return before + (f"sep={mark}{ending}" if sep else "") + text.getvalue()


def encoded(text, encoding):
    marks = {"utf-16-le-bom": ("utf-16-le", "\ufeff"), "utf-16-be-bom": ("utf-16-be", "\ufeff")}
    codec, mark = marks.get(encoding, (encoding, ""))
    return (mark + text).encode(codec)


# --- text: what was written is read again -------------------------------------------------------


@quickly
@given(
    st.lists(st.tuples(cells, cells, cells), max_size=5),
    st.sampled_from(",;\t|"),
    st.sampled_from([*ENCODINGS, "utf-16-le-bom", "utf-16-be-bom"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["", "\n\n", "  \r\n", ",,,\n"]),
    st.booleans(),
)
@example([("a;b", 'c"d', "e\nf")], ";", "utf-16-le", "\r", "\n\n", True)
def test_a_table_is_read_as_it_was_written(rows, mark, encoding, ending, before, sep):
    table = [("id_number", "first_name", "note"), *rows]
    data = encoded(written(table, mark, sep=sep, ending=ending, before=before), encoding)
    meant = [tuple(map(plain, row)) for row in rows]
    read = [
        (row.get("idnumber", ""), row.get("firstname", ""), row.get("note", "").replace("\r\n", "\n"))
        for row in rows_of(data)
    ]
    assert read == [row for row in meant if any(row)]


@quickly
@given(st.lists(st.tuples(*[st.text("abcXYZ019 äöüßéèñçÅØœž–…€", max_size=9)] * 2), min_size=1, max_size=5))
def test_windows_letters_are_read_again(rows):
    data = written([("id_number", "first_name"), *rows], ";").encode("cp1252")
    assume(not any(not line.isascii() and _is_utf8(line) for line in data.split(b"\n")))
    read = [(row.get("idnumber", ""), row.get("firstname", "")) for row in rows_of(data)]
    assert read == [pair for row in rows if any(pair := tuple(map(plain, row)))]


def _is_utf8(line):
    try:
        return bool(line.decode() or True)
    except UnicodeDecodeError:
        return False


@quickly
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data):
    try:
        read_table("x", data)
    except Refused as refused:
        assert refused.message


@pytest.mark.parametrize("mark", "|^~:#")
@pytest.mark.parametrize("encoding", ENCODINGS)
def test_the_separator_may_be_any_that_the_first_line_names(mark, encoding):
    data = f"sep={mark}\r\nid_number{mark}first_name\r\np3{mark}Jörg, Dr.; Müller\r\n".encode(encoding)
    assert rows_of(data) == [{"idnumber": "p3", "firstname": "Jörg, Dr.; Müller"}]


@pytest.mark.parametrize("said", ["sep=;", '"sep=;"', "SEP=;", "sep=;;;", "sep=; "])
def test_the_first_line_may_come_back_from_a_spreadsheet(said):
    assert rows_of(f"{said}\nid;name\n1;a,b\n".encode()) == [{"id": "1", "name": "a,b"}]
    assert rows_of(b"sep=\\t\nid\tname\n1\ta;b\n") == [{"id": "1", "name": "a;b"}]


@pytest.mark.parametrize("comments", ["# Export of 1 March\n", "\n# One\n\n# And two\n\n", '"# Export of 1 March"\n'])
def test_comments_before_the_names_are_passed_over(comments):
    table = read_table("a.csv", (comments + "id,name\n1,Ada\n").encode())
    assert (table.columns, [row.cells for row in table.rows]) == (("id", "name"), [{"id": "1", "name": "Ada"}])


@pytest.mark.parametrize("header", ["#,name", "# id,name", "#id", "# of copies"])
def test_names_of_columns_may_begin_like_a_comment(header):
    assert read_table("a.csv", f"{header}\n7\n".encode()).titles == tuple(header.split(","))


def test_what_is_guessed_of_the_letters_is_said():
    [note] = read_table("a.csv", "id,name\n1,Jiří Dvořák\n2,Bob\n".encode("cp1250")).notes
    assert "read as Windows-1252. Are these right: Jiøí, Dvoøák?" in note
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le"):
        assert read_table("a.csv", "id,name\n1,Jiří Dvořák\n2,Bob\n".encode(encoding)).notes == ()


def test_utf_16_without_a_mark_is_known_in_other_scripts_too():
    text = "id_number;имя;фамилия\r\n1;Иван;Петров\r\n2;Ольга;Сергеевна\r\n"
    for encoding in ("utf-16-le", "utf-16-be"):
        assert rows_of(text.encode(encoding))[0] == {"idnumber": "1", "имя": "Иван", "фамилия": "Петров"}


def test_a_comma_in_a_quoted_name_is_no_separator():
    assert rows_of(b'"name, full";id\n"Lind, Anna";7\n') == [{"namefull": "Lind, Anna", "id": "7"}]
    assert rows_of(b"id;name, first, middle\n7;Anna\n") == [{"id": "7", "namefirstmiddle": "Anna"}]


def test_line_breaks_in_quotes_are_kept_and_forgotten_quotes_are_found():
    assert rows_of(b'id,address,town\n1,"Main St 3\n2nd floor",Ulm\n')[0]["address"] == "Main St 3\n2nd floor"
    assert problems_of(b'id,name,town\n1,"Anna,Ulm\n2,Ben,Ulm\n') == [(2, "open_quote")]
    assert problems_of(b'id,name,town\n1,"Anna,Ulm\n2,Ben",Ulm\n3,Cy,Ulm\n')[0] == (2, "open_quote")
    assert problems_of(b'id,address,town\n1,"Mr, Lind\n3 Main St, left",Ulm\n') == [(2, "")]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"\n,;\n", "empty"),
        (b"id,name\n1,J\x00o\n", "not_a_table"),
        (b"<html><table><tr><td>id", "not_a_table"),
        (b"id,Name, name \n", "column_twice"),
        ("id,e\u0301cole,\u00e9cole\n".encode(), "column_twice"),
        ("id,first\u00a0name,First Name\n".encode(), "column_twice"),
        (b"id,name\n1," + b"x" * 140_000 + b"\n", "not_a_table"),
        (b"a," * 300 + b"b\n", "too_many_columns"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused(data, code):
    assert refusal(data) == code


def test_the_column_that_is_there_twice_is_named():
    with pytest.raises(Refused, match=r"The column 'E-Mail ?' appears twice"):
        read_table("x", b"id,E-Mail ,email\n")


def test_more_cells_than_names_are_refused_with_their_line_and_empty_ones_are_not():
    assert problems_of(b"id,last,first\n1,King, Jr.,Martin\n2,Fine,Ok,,\n3,Short\n") == [
        (2, "too_many_cells"),
        (3, "too_many_cells"),
        (4, ""),
    ]
    assert problems_of(b"id,last,mail\n1,King, Jr.,\n2,Fine,Ok\n") == [(2, "too_many_cells"), (3, "")]
    assert problems_of(b"id,last\n1,A,\n2,B,\n3,C,\n4,D, E\n")[-1] == (5, "too_many_cells")
    assert not any(problem for _line, problem in problems_of(b"id,last\n1,A,\n2,B,\n3,C,\n"))
    assert problems_of(b"id,last,first,\n1,King, Jr.,Martin\n") == [(2, "too_many_cells")]


def test_a_column_whose_name_has_no_letters_is_a_column():
    assert rows_of(b"#,id\n1,p1\n2,p2\n") == [{"id": "p1"}, {"id": "p2"}]
    assert problems_of(b"#,id\n1,p1\n2,p2\n") == [(2, ""), (3, "")]
    assert problems_of(b",id\n1,p1\n") == [(2, "too_many_cells")]


def test_signs_that_nobody_sees_are_gone_and_accents_are_joined():
    table = "id,name\n\u00a01\u200b,\ufeff Jo\u0308rg\u00a0Mu\u0308ller \n".encode()
    assert rows_of(table) == [{"id": "1", "name": "Jörg Müller"}]


# --- workbooks ----------------------------------------------------------------------------------


@settings(quickly, max_examples=25)
@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=4))
def test_a_workbook_is_read_as_it_was_written(rows):
    assume(not any(cell.startswith("=") for row in rows for cell in row))  # a formula
    meant = [tuple(map(plain, row)) for row in rows]
    read = [(row.get("a", ""), row.get("b", "")) for row in rows_of(workbook(["a", "b"], *rows))]
    assert read == [row for row in meant if any(row)]


def test_a_sheet_that_claims_a_million_rows_costs_nothing():
    data = claiming_a_million_rows(["id_number", "first_name"], ["p1", "Jo"])
    assert len(data) < 6_000
    tracemalloc.start()
    assert rows_of(data) == [{"idnumber": "p1", "firstname": "Jo"}]
    assert tracemalloc.get_traced_memory()[1] < 3_000_000, "bytes"
    tracemalloc.stop()


SHARED = (
    "<t>id_number</t>",
    "<t>name</t>",
    "<t>since</t>",
    '<r><t>An</t></r><r><rPr><b/></rPr><t xml:space="preserve">na </t></r><rPh sb="0" eb="1"><t>アンナ</t></rPh>',
    "<t>a_x000D_\nb</t>",
)
ROWS = (
    '<row r="2"><c r="A2" t="s"><v>0</v></c><c r="B2" t="s"><v>1</v></c><c r="C2" t="s"><v>2</v></c></row>'
    '<row r="4"><c r="A4" s="1"><v>773</v></c><c r="B4" t="s"><v>3</v></c><c r="C4" s="2"><v>46295</v></c></row>'
    '<row r="5"><c r="A5" s="1"/><c r="B5" s="1"/></row>'
    '<row r="6"><c r="A6" t="str"><f>A4</f><v>p6</v></c><c r="B6" t="s"><v>4</v></c>'
    '<c r="C6" t="str"><f>B1</f><v></v></c></row>'
    '<row><c><v>7</v></c><c/><c t="e"><v>#N/A</v></c></row>'
)


@pytest.mark.parametrize(
    "how",
    [{}, {"space": STRICT}, {"target": "/xl/worksheets/sheet1.xml"}, {"target": "../xl/worksheets/./sheet1.xml"}],
)
def test_a_workbook_is_read_as_excel_writes_it(how):
    table = read_table("x.xlsx", by_excel(ROWS, SHARED, formats="000000", **how))
    assert [(row.line, row["idnumber"], row["name"], row["since"]) for row in table.rows] == [
        (4, "000773", "Anna", "2026-09-30"),
        (6, "p6", "a b", ""),
        (7, "7", "", "#N/A"),
    ]


@pytest.mark.parametrize(
    ("written", "read", "problem"),
    [("A_xD800_b", "A\ufffdb", "broken_encoding"), ("_xD83D__xDE00_", "\U0001f600", ""), ("A_x000D_b", "A b", "")],
)
def test_half_a_letter_of_a_workbook_is_a_letter_lost(written, read, problem):
    """It went as far as the database, which takes none, and broke the page."""
    [row] = read_table("People", workbook(["id_number", "first_name"], ["s-1", written])).rows
    assert (row["firstname"], row.problem) == (read, problem)


def test_days_of_a_workbook_from_an_old_mac_are_the_same_days():
    [row] = rows_of(
        by_excel('<row><c t="inlineStr"><is><t>day</t></is></c></row><row><c s="2"><v>44833</v></c></row>', mac=True)
    )
    assert row == {"day": "2026-09-30"}


@pytest.mark.parametrize("cell", ['<c t="s"><v>9</v></c>', '<c t="s"><v>x</v></c>', '<c r="ZZZZZ9"><v>1</v></c>'])
def test_a_workbook_that_points_nowhere_is_damaged(cell):
    assert refusal(by_excel(f"<row>{cell}</row>")) == "damaged_file"
    assert refusal(by_excel("<row><c><v>1</v></c></row>", target="worksheets/none.xml")) == "damaged_file"


def test_numbers_are_read_as_they_are_shown():
    shown = {"A2": "000000", "B2": '"S-"0000', "C2": "000\\-0000", "D2": "0.00", "E2": "0"}
    data = workbook(list("abcde"), [773, 12, 5551234, 7, 3000011234567], formats=shown)
    assert rows_of(data) == [{"a": "000773", "b": "S-0012", "c": "555-1234", "d": "7", "e": "3000011234567"}]


@pytest.mark.parametrize(
    ("number", "code", "text"),
    [
        (773, "000000", "000773"),
        (773, "000000;-000000;@", "000773"),
        (773, "[Red]000000_)", "000773"),
        (1234, "00", "1234"),
        (7, "General", "7"),
        (1234567, "#,##0", "1234567"),
        (7, "0.00", "7"),
        (50, "0%", "50"),
        (123456789, "000-00-0000", "123-45-6789"),
        (21, "0000", "0021"),
        (-5, "0000", "-5"),
    ],
)
def test_a_mask_of_digits_is_filled(number, code, text):
    assert masked(number, code) == text


def test_days_yes_and_errors_of_a_workbook():
    data = workbook(
        ["day", "moment", "yes", "error", "part"],
        [datetime.date(2026, 9, 30), datetime.datetime(2026, 9, 30, 8, 30), True, "#REF!", 1.5],
    )
    assert rows_of(data) == [
        {"day": "2026-09-30", "moment": "2026-09-30", "yes": "TRUE", "error": "#REF!", "part": "1.5"}
    ]


def test_a_number_beyond_fifteen_digits_is_no_identifier_any_more():
    [row] = rows_of(workbook(["card"], [3000012345678901234]))
    with pytest.raises(Spoiled, match="digits were lost"):
        identifier(row["card"])


def test_a_formula_has_its_result_or_the_file_is_refused():
    def cached(xml):
        return xml.replace(b"<v></v>", b"<v>42</v>").replace(b"<v />", b"<v>42</v>")

    data = workbook(["id_number", "age"], ["p1", "=40+2"])
    assert refusal(data) == "no_values"
    assert rows_of(rewritten(data, sheet=cached)) == [{"idnumber": "p1", "age": "42"}]


def test_array_formulas_without_results_are_refused_too():
    def arrays(book):
        book.active["A2"] = ArrayFormula("A2:A3", "=B2:B3")

    assert refusal(workbook(["id_number"], change=arrays)) == "no_values"


def test_hidden_and_empty_sheets_are_passed_over_and_others_are_named():
    def sheets(book):
        book.active.sheet_state = "hidden"
        book.create_sheet("Empty")
        book.create_sheet("People").append(["id_number"])
        book["People"].append(["p1"])
        book.create_sheet("Remarks").append(["x"])

    table = read_table("x.xlsx", workbook(["secret"], ["h1"], change=sheets))
    assert [row.cells for row in table.rows] == [{"idnumber": "p1"}]
    assert table.notes == ("Only the sheet 'People' was read. Not read: Remarks.",)


def test_lines_in_merged_cells_are_refused():
    data = workbook(
        ["id", "mail"],
        ["p1", "a@x.org"],
        ["p2", None],
        ["p3", "c@x.org"],
        change=lambda book: book.active.merge_cells("B2:B3"),
    )
    assert problems_of(data) == [(2, "merged"), (3, "merged"), (4, "")]


def test_a_workbook_is_bounded_in_every_direction(monkeypatch):
    two = workbook(["id"], ["1"], ["2"])
    assert refusal(two, most=1) == "too_many_lines"
    assert refusal(workbook(["id"] + [None] * 250 + ["far"], ["1"])) == "too_many_columns"
    monkeypatch.setattr("config.tables.incoming.sheet.MOST_CELLS", 2)
    assert refusal(two) == "too_many_cells_in_workbook"
    monkeypatch.undo()
    monkeypatch.setattr("config.tables.incoming.workbook.MOST_LETTERS", 2)
    assert refusal(two) == "too_much_text"
    monkeypatch.undo()
    assert refusal(rewritten(two, sheet=lambda xml: xml.replace(b'r="3"', b'r="99999999"'))) == "damaged_file"
    assert refusal(rewritten(two, sheet=lambda xml: xml + b" " * 5_000_000)) == "zip_bomb"


def test_entities_of_a_workbook_are_never_expanded():
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    data = rewritten(workbook(["id"], ["1"]), sheet=lambda xml: bomb + xml)
    assert refusal(data) == "damaged_file"


@pytest.mark.parametrize("member", ["mimetype", "xl/workbook.bin", "Index/Document.iwa"])
def test_other_spreadsheets_are_named(member):
    import zipfile

    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr(member, "x")
    assert refusal(data.getvalue()) == "other_spreadsheet"


# --- identifiers --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "meant"),
    [
        ('="0021"', "0021"),
        ("='0021'", None),
        ('=T("0021")', "0021"),
        ("=“0021”", "0021"),
        ('"0021"', "0021"),
        ("'0021", "0021"),
        ("００２１", "0021"),
        ("٠٠٢١", "0021"),
        ("\u00a00021\u200b", "0021"),
        ("s\u00ad-1", "s-1"),
        ("2E3", "2E3"),
        ("cs101", "cs101"),
        ("2026-1234", "2026-1234"),
        ("MAR-11", "MAR-11"),
        ("", ""),
        ("2.10061E+13", None),
        ("2,10061E+13", None),
        ("3E+13", None),
        ("3.e+13", None),
        ("2.10061e13", None),
        ("２.１E＋１３", None),
        ("771.0", None),
        ("771,00", None),
        ("2026-11-03", None),
        ("11-Mar", None),
        ("Mar-27", None),
        ("#REF!", None),
        ("#N/A", None),
        ("=A1+1", None),
        ("TRUE", None),
    ],
)
def test_an_identifier_is_unwrapped_or_refused(cell, meant):
    if meant is None:
        with pytest.raises(Spoiled) as caught:
            identifier(cell)
        assert "Format the column as text" in str(caught.value)
    else:
        assert identifier(cell) == meant
