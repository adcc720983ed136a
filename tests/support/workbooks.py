"""Workbooks as other programs write them, and some that lie."""

from __future__ import annotations

import io
import zipfile

from openpyxl import Workbook


def workbook(*rows, formats=None, change=None) -> bytes:
    """`formats`: number format by cell; `change(book)` may do the rest."""
    book, data = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    for cell, code in (formats or {}).items():
        book.active[cell].number_format = code
    if change:
        change(book)
    book.save(data)
    return data.getvalue()


def rewritten(data: bytes, **members) -> bytes:
    """The same workbook, some members changed: `sheet=lambda xml: …`, `strings=`, `styles=`."""
    paths = {
        "sheet": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
    }
    changes = {paths[name]: change for name, change in members.items()}
    old, new = zipfile.ZipFile(io.BytesIO(data)), io.BytesIO()
    with zipfile.ZipFile(new, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in old.namelist():
            archive.writestr(name, changes.get(name, lambda xml: xml)(old.read(name)))
    return new.getvalue()


def claiming_a_million_rows(*rows) -> bytes:
    """A few KB that say `A1:Z1048576`, with an empty styled cell in the last corner."""
    corner = b'<row r="1048576"><c r="Z1048576" s="0"/></row></sheetData>'
    size = b'<dimension ref="A1:Z1048576" />'

    def lie(xml):
        begin, end = xml.index(b"<dimension"), xml.index(b"/>", xml.index(b"<dimension")) + 2
        return (xml[:begin] + size + xml[end:]).replace(b"</sheetData>", corner)

    return rewritten(workbook(*rows), sheet=lie)


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml/spreadsheetml/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def by_excel(sheet, strings=(), *, space=MAIN, target="worksheets/sheet1.xml", formats="", mac=False) -> bytes:
    """A workbook as Excel lays it out: shared strings, styles by number, relations. All texts are XML."""
    listed = "".join(f"<si>{text}</si>" for text in strings)
    link = f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="{target}"/>'
    members = {
        "xl/workbook.xml": f'<workbook xmlns="{space}" xmlns:r="{RELATIONS}"><workbookPr date1904="{int(mac)}"/>'
        '<sheets><sheet name="People" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{link}</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{space}">{listed}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{space}"><numFmts>'
        f'<numFmt numFmtId="164" formatCode="{formats}"/></numFmts>'
        '<cellStyleXfs><xf numFmtId="0"/></cellStyleXfs>'
        '<cellXfs><xf numFmtId="0"/><xf numFmtId="164"/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{space}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>{text}')
    return data.getvalue()
