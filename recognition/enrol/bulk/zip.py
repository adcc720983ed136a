"""People in a ZIP: a folder for each, as for `bulk_folder`, or a CSV that says which photos are whose."""

from __future__ import annotations

import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from config.tables.incoming import IncomingRow, IncomingTable, read_table, sentence_for
from config.tables.incoming.cells import joined
from config.tables.incoming.columns import PERSON, columns_of
from config.tables.incoming.identifiers import fault_of, normal
from config.web.files.zip_guard import is_photo, open_zip, read_member
from recognition.enrol.bulk.bulk import BulkEntry
from recognition.enrol.bulk.folder import names_from

MAX_CSV_BYTES = 5_000_000
COLUMNS = {
    "id_number": ("student id", "student number"),
    "first_name": PERSON["first_name"],
    "last_name": PERSON["last_name"],
    "photos": ("photo",),
}


@dataclass(frozen=True, slots=True)
class MemberPhoto:
    """A photo in a ZIP, unpacked in memory when someone looks at it."""

    archive: zipfile.ZipFile
    name: str

    @property
    def data(self) -> bytes:
        return read_member(self.archive, self.name, settings.MAX_PHOTO_BYTES)


@dataclass(frozen=True, slots=True)
class MissingPhoto:
    """A photo that the CSV names and the ZIP does not hold."""

    name: str

    @property
    def data(self) -> bytes:
        raise Refused("missing_photo", _("This file is not in the ZIP."))


Photos = Mapping[str, MemberPhoto]


def people_in_zip(data: bytes, people_csv: bytes | None = None) -> list[BulkEntry]:
    """The people of an archive; with a CSV only those it lists. Refused for a ZIP or a CSV that is wrong as a whole.

    The CSV has a header. Each row is one person: `id_number`, and if wanted `first_name`, `last_name` and
    `photos` (file or folder names, separated by semicolons; without it the folder named by id number).
    """
    archive = open_zip(data)
    photos = {info.filename: MemberPhoto(archive, info.filename) for info in archive.infolist() if is_photo(info)}
    entries = _from_folders(photos) if people_csv is None else list(_from_csv(people_csv, photos))
    if not entries:
        raise Refused("no_people", _("The ZIP has no folders. Give each person a folder named after their id number."))
    return entries


def _from_folders(photos: Photos) -> list[BulkEntry]:
    """The folder that a photo lies in names the person, however deep it is."""
    by_folder: dict[PurePosixPath, list[MemberPhoto]] = defaultdict(list)
    for name in sorted(photos):
        by_folder[PurePosixPath(name).parent].append(photos[name])
    named = [(joined(folder.name), group) for folder, group in by_folder.items() if folder.name]
    return [BulkEntry(name, group, *names_from(name)) for name, group in named]


def _from_csv(people_csv: bytes, photos: Photos) -> Iterator[BulkEntry]:
    places = _places(photos)
    for row in _rows(people_csv):
        number = normal(row["id_number"])
        names = [name.strip() for name in row["photos"].split(";") if name.strip()] or [number]
        found = [photo for name in names for photo in _named(name, places)]
        yield BulkEntry(number, found, row["first_name"], row["last_name"])


def _places(photos: Photos) -> dict[PurePosixPath, list[MemberPhoto]]:
    """Photos by path and by folder. One outermost folder around everything may be left out of a name."""
    places: dict[PurePosixPath, list[MemberPhoto]] = defaultdict(list)
    around = len({_path(name).parts[0] for name in photos}) == 1
    for name in sorted(photos):
        path = _path(name)
        inside = PurePosixPath(*path.parts[1:])
        for place in {path, path.parent, *((inside, inside.parent) if around and len(path.parts) > 1 else ())}:
            places[place].append(photos[name])
    return places


def _named(name: str, places: Mapping[PurePosixPath, list[MemberPhoto]]) -> list[MemberPhoto | MissingPhoto]:
    return list(places.get(_path(name), ())) or [MissingPhoto(name)]


def _path(name: str) -> PurePosixPath:
    """As every computer writes it: some write ö as o and two dots in the names of files, though not in tables."""
    return PurePosixPath(joined(name.replace("\\", "/")))


def _rows(people_csv: bytes) -> Iterator[IncomingRow]:
    """The rows under our own names. Which photos are whose is never guessed: one bad row stops the run."""
    if len(people_csv) > MAX_CSV_BYTES:
        raise _bad_csv(_("it is larger than 5 MB"))
    table = _table(people_csv)
    found = columns_of(table, COLUMNS)
    if "id_number" not in found:
        raise _bad_csv(_("it has no column id_number"))
    for row in table.rows:
        named = IncomingRow(row.line, {ours: row[column] for ours, column in found.items()}, row.problem)
        if fault := _fault(named):
            raise _bad_csv(_("line %(line)d: %(why)s") % {"line": row.line, "why": fault.rstrip(".")})
        yield named


def _table(people_csv: bytes) -> IncomingTable:
    try:
        return read_table("CSV", people_csv)
    except Refused as refusal:
        said = {"empty": _("it is empty"), "not_a_table": _("it is not text")}
        raise _bad_csv(said.get(refusal.code, refusal.message.rstrip("."))) from refusal


def _fault(row: IncomingRow) -> str | None:
    """What is wrong with a row, in words."""
    if row.problem:
        return sentence_for(row.problem)
    number = normal(row["id_number"])
    if not number:
        return _("a row has no id number")
    fault = fault_of(number)
    return fault[1] if fault else None


def _bad_csv(why: str) -> Refused:
    return Refused("bad_csv", _("The CSV cannot be used: %(why)s.") % {"why": why})
