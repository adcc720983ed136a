"""Where the copies stand in a record: each library system writes them into a field of its own. A declared table."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from library.catalogue.formats.items import statuses
from library.catalogue.formats.items.statuses import StatusReader
from library.rules.lending import CopyStatus


def _always(_field: Any) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Layout:
    """Which subfields of a field say what: the first that says anything; of a call number, all.

    `days`: the order in which its system writes a day. `has_type`: whether `item_type` means one in this field.
    """

    tags: tuple[str, ...]
    barcode: str
    branch: str = ""
    location: str = ""
    call_number: str = ""
    item_type: str = ""
    price: str = ""
    acquired: str = ""
    note: str = ""
    status: StatusReader = statuses.nothing
    days: str = "ymd"
    has_type: Callable[[Any], bool] = _always


@dataclass(frozen=True, slots=True)
class Dialect:
    """`certain`: no other system writes so. The others are shown and can be changed before anything is imported.

    `signs`: subfields by which its fields are told from those of another system with the same tag.
    """

    code: str
    systems: Any  # words
    layouts: tuple[Layout, ...]
    certain: bool = False
    signs: str = ""

    def __str__(self) -> str:
        """`949, barcode in $i (Sierra, Millennium)`."""
        if not self.layouts:
            return str(self.systems)
        fields = ", ".join(_span(layout.tags) for layout in self.layouts)
        words = _("%(fields)s, barcode in $%(code)s (%(systems)s)")
        return words % {"fields": fields, "code": self.layouts[0].barcode, "systems": self.systems}


def _span(tags: tuple[str, ...]) -> str:
    return f"{tags[0]}–{tags[-1]}" if len(tags) > 1 else tags[0]


GONE = {"0": CopyStatus.WITHDRAWN, "1": CopyStatus.LOST}
KOHA = Layout(
    ("952",),
    barcode="p",
    branch="ab",
    location="cba",
    call_number="o",
    item_type="y",
    price="vg",
    acquired="d",
    note="z",
    status=statuses.by_flags(GONE, "q", {"7": CopyStatus.REFERENCE, "5": CopyStatus.REFERENCE}),
)
HOLDINGS = Layout(
    ("876", "877", "878"), barcode="p", location="lb", price="c", acquired="d", note="z", status=statuses.by_words("jh")
)
EVERGREEN = Layout(
    ("852",),
    barcode="p",
    branch="b",
    location="cb",
    call_number="hij",
    item_type="g",
    price="y",
    status=statuses.by_words("xz"),
    has_type=statuses.is_evergreens,
)
STANDARD = Dialect("standard", gettext_lazy("MARC 21, Koha, Evergreen"), (KOHA, HOLDINGS, EVERGREEN), certain=True)
SIERRA_ITEM = Layout(
    ("945",),
    barcode="i",
    location="l",
    call_number="ab",
    item_type="t",
    price="p",
    acquired="z",
    note="n",
    status=statuses.sierra,
    days="mdy",
)
SIERRA_945 = Dialect("sierra945", "Sierra, Millennium", (SIERRA_ITEM,))
SIERRA_LOAD = Layout(
    ("949",),
    barcode="i",
    location="l",
    call_number="ab",
    item_type="t",
    price="p",
    note="n",
    status=statuses.sierra,
)
SIERRA_949 = Dialect("sierra949", "Sierra, Millennium", (SIERRA_LOAD,))
SIRSI_ITEM = Layout(
    ("949",),
    barcode="i",
    branch="m",
    location="lm",
    call_number="a",
    item_type="t",
    price="p",
    acquired="u",
    note="o",
    status=statuses.sirsi,
    days="mdy",
)
SIRSI_949 = Dialect("sirsi949", "SirsiDynix Symphony", (SIRSI_ITEM,), signs="wmku")
UNIMARC_GONE = {"0": CopyStatus.WITHDRAWN, "2": CopyStatus.LOST}
UNIMARC_ITEM = Layout(
    ("995",),
    barcode="f",
    branch="bc",
    location="ecb",
    call_number="k",
    item_type="r",
    price="p",
    acquired="5",
    note="u",
    status=statuses.by_flags(UNIMARC_GONE, "n", {"o": CopyStatus.REFERENCE, "3": CopyStatus.REFERENCE}),
    days="dmy",
)
UNIMARC_995 = Dialect("unimarc995", gettext_lazy("UNIMARC, Koha in France"), (UNIMARC_ITEM,), certain=True)
NONE = Dialect("none", gettext_lazy("No copies, only titles"), (), certain=True)
DIALECTS = {one.code: one for one in (STANDARD, UNIMARC_995, SIERRA_945, SIERRA_949, SIRSI_949, NONE)}
# Such as 985: libraries fill it in as they agreed with their vendor, so only the librarian knows.
OTHER = re.compile(r"([89]\d\d)\$([a-z0-9])")
LONGEST = 20


def by_code(code: str) -> Dialect | None:
    """`sierra949`, or any field with the subfield of its barcode: `985$b`. None for anything else."""
    if code in DIALECTS:
        return DIALECTS[code]
    other = OTHER.fullmatch(code.strip().lower())
    return Dialect(other[0], gettext_lazy("chosen by hand"), (Layout((other[1],), other[2]),)) if other else None


TAGS = frozenset(tag for dialect in DIALECTS.values() for layout in dialect.layouts for tag in layout.tags)
