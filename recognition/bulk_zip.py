"""People in a ZIP: a folder for each, as for `bulk_folder`, or a CSV that says which photos are whose."""

from __future__ import annotations

import csv
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from config.zip_guard import is_photo, open_zip, read_member
from recognition.bulk import Entry
from recognition.bulk_folder import names_from

MAX_CSV_BYTES = 5_000_000
COLUMNS = ("id_number", "photos", "first_name", "last_name")


@dataclass(frozen=True, slots=True)
class MemberPhoto:
    """A photo in a ZIP, unpacked in memory when somebody looks at it."""

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
        raise Refused("missing_photo", _("The ZIP holds no such file."))


Photos = Mapping[str, MemberPhoto]


def people_in_zip(data: bytes, people_csv: bytes | None = None) -> list[Entry]:
    """The people of an archive; with a CSV only those it lists. Refused for a ZIP or a CSV that is wrong as a whole.

    The CSV has a header. Each row is one person: `id_number`, and if wanted `first_name`, `last_name` and
    `photos` (file or folder names, separated by semicolons; without it the folder named by id number).
    """
    archive = open_zip(data)
    photos = {info.filename: MemberPhoto(archive, info.filename) for info in archive.infolist() if is_photo(info)}
    entries = _from_folders(photos) if people_csv is None else list(_from_csv(people_csv, photos))
    if not entries:
        raise Refused("no_people", _("The ZIP has no folders: give each person one, named by id number."))
    return entries


def _from_folders(photos: Photos) -> list[Entry]:
    """The folder that a photo lies in names the person, however deep it is."""
    by_folder: dict[PurePosixPath, list[MemberPhoto]] = defaultdict(list)
    for name in sorted(photos):
        by_folder[PurePosixPath(name).parent].append(photos[name])
    return [Entry(folder.name, group, *names_from(folder.name)) for folder, group in by_folder.items() if folder.name]


def _from_csv(people_csv: bytes, photos: Photos) -> Iterator[Entry]:
    places = _places(photos)
    for row in _rows(people_csv):
        names = [name.strip() for name in row["photos"].split(";") if name.strip()] or [row["id_number"]]
        found = [photo for name in names for photo in _named(name, places)]
        yield Entry(row["id_number"], found, row["first_name"], row["last_name"])


def _places(photos: Photos) -> dict[PurePosixPath, list[MemberPhoto]]:
    """Photos by path and by folder. One outermost folder around everything may be left out of a name."""
    places: dict[PurePosixPath, list[MemberPhoto]] = defaultdict(list)
    around = len({PurePosixPath(name).parts[0] for name in photos}) == 1
    for name in sorted(photos):
        path = PurePosixPath(name)
        inside = PurePosixPath(*path.parts[1:])
        for place in {path, path.parent, *((inside, inside.parent) if around and len(path.parts) > 1 else ())}:
            places[place].append(photos[name])
    return places


def _named(name: str, places: Mapping[PurePosixPath, list[MemberPhoto]]) -> list[MemberPhoto | MissingPhoto]:
    return list(places.get(PurePosixPath(name.replace("\\", "/")), ())) or [MissingPhoto(name)]


def _rows(people_csv: bytes) -> list[dict[str, str]]:
    if len(people_csv) > MAX_CSV_BYTES:
        raise _bad_csv(_("it is larger than 5 MB"))
    lines = _text(people_csv).splitlines()
    if not lines:
        raise _bad_csv(_("it is empty"))
    reader = csv.DictReader(lines, delimiter=max(",;\t", key=lines[0].count))
    reader.fieldnames = [(name or "").strip().lower().replace(" ", "_") for name in reader.fieldnames or []]
    if "id_number" not in reader.fieldnames:
        raise _bad_csv(_("it has no column id_number"))
    return [_row(raw) for raw in _read(reader)]


def _read(reader: csv.DictReader[str]) -> list[dict[str, str | None]]:
    try:
        return [raw for raw in reader if any(isinstance(value, str) and value.strip() for value in raw.values())]
    except csv.Error as error:
        raise _bad_csv(str(error)) from error


def _row(raw: Mapping[str, str | None]) -> dict[str, str]:
    row = {name: (raw.get(name) or "").strip() for name in COLUMNS}
    if not row["id_number"]:
        raise _bad_csv(_("a row has no id number"))
    return row


def _text(data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _bad_csv(_("it is not text in UTF-8"))


def _bad_csv(why: str) -> Refused:
    return Refused("bad_csv", _("The CSV cannot be used: %(why)s.") % {"why": why})
