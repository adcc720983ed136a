"""People in a folder: a sub-folder for each, named by id number, with the photos inside."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from config.errors import Refused
from config.tables.incoming.cells import joined
from config.web.files.pictures import formats
from recognition.enrol.bulk.bulk import BulkEntry

# What is meant as a photo, and so gets a verdict; which are read, config.web.files.pictures decides.
PICTURES = formats.ENDINGS | {".bmp", ".tif", ".tiff", ".gif"}


@dataclass(frozen=True, slots=True)
class FilePhoto:
    """A photo on disk, read when someone looks at it, and never beyond the size that is allowed."""

    path: Path

    @property
    def name(self) -> str:
        return _printable(str(self.path))

    @property
    def data(self) -> bytes:
        try:
            with self.path.open("rb") as file:
                return file.read(settings.MAX_PHOTO_BYTES + 1)
        except OSError as error:
            message = _("The file cannot be read: %(why)s.") % {"why": error.strerror}
            raise Refused("unreadable", message) from error


def people_in(folder: Path) -> list[BulkEntry]:
    """One entry a sub-folder, in order of name. Hidden files are ignored; files beside the folders too."""
    if not folder.is_dir():
        raise Refused("no_such_folder", _("The folder %(path)s does not exist.") % {"path": folder})
    entries = [_entry(path) for path in sorted(folder.iterdir()) if path.is_dir() and _visible(path)]
    if not entries:
        message = _("%(path)s has no sub-folders. Give each person a folder named after their id number.") % {
            "path": folder
        }
        raise Refused("no_people", message)
    return entries


def strays(folder: Path) -> list[Path]:
    """Pictures that lie beside the sub-folders: no one can say whose they are."""
    return sorted(path for path in folder.iterdir() if path.is_file() and path.suffix.lower() in PICTURES)


def names_from(id_number: str) -> tuple[str, str]:
    """`Aaron_Peirsol` is Aaron Peirsol; `s-1001` has no name to offer."""
    first, _sep, last = id_number.replace("_", " ").strip().partition(" ")
    return first, last.strip()


def _entry(folder: Path) -> BulkEntry:
    photos = [FilePhoto(path) for path in sorted(folder.iterdir()) if path.is_file() and _visible(path)]
    name = _printable(folder.name)
    return BulkEntry(name, photos, *names_from(name))


def _printable(name: str) -> str:
    """File names on Linux are bytes: what is not text is shown as \\xff."""
    return joined(name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))


def _visible(path: Path) -> bool:
    return not path.name.startswith(".") and path.name.lower() not in ("thumbs.db", "desktop.ini")
