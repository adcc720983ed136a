"""Everything that is stored about one person, as a ZIP for themselves: JSON and CSV for each area, and their files.

Each app adds its areas to AREAS and its files to FILES. An area names its columns: what is not listed never leaves.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from auditlog.signals import accessed
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from accounts.models import User
from config.ops.registries.registry import Registry
from config.tables.table import neutral


@dataclass(frozen=True)
class ExportArea:
    """One table of the export. `columns`: by the name in the file, the path from a row; `rows`: those of a person."""

    name: str  # of its files: `library-loans`
    columns: Mapping[str, str]
    rows: Callable[[User], QuerySet[Any]]


Files = Callable[[User], Iterable[tuple[str, bytes]]]  # name and content
AREAS = Registry[Sequence[ExportArea]]("Areas of a person's export")
FILES = Registry[Files]("Files of a person's export")


def archive(person: User) -> bytes:
    """The ZIP. That it was made is written into the audit log, and into the log of biometrics for photos."""
    accessed.send(User, instance=person)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as written:
        for area in (area for areas in AREAS for area in areas):
            rows = [dict(zip(area.columns, row, strict=True)) for row in _values(area, person)]
            written.writestr(f"{area.name}.json", json.dumps(rows, cls=DjangoJSONEncoder, indent=1, ensure_ascii=False))
            written.writestr(f"{area.name}.csv", _csv(area, rows))
        for files in FILES:
            for name, content in files(person):
                written.writestr(name, content)
    return out.getvalue()


def _values(area: ExportArea, person: User) -> Iterable[Sequence[Any]]:
    return area.rows(person).order_by("pk").values_list(*area.columns.values())


def _csv(area: ExportArea, rows: list[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(area.columns)
    writer.writerows([[neutral("" if cell is None else cell) for cell in row.values()] for row in rows])
    return text.getvalue()
